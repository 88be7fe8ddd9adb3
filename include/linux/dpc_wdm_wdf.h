/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: interrupts of KMDF; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_WDF_H
#define _LINUX_DPC_WDM_WDF_H

#include <linux/device.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_wdm_io.h>
#include <linux/slab.h>

/**
 * DOC: Interrupt objects of KMDF (I)
 *
 * A WDFDEVICE is a struct device.  Its context is the pointer given to
 * dev_set_drvdata(), and WDF_DECLARE_CONTEXT_TYPE_WITH_NAME() defines the accessor for
 * that.  Other objects have no context here; to ask for one does not compile.
 *
 * WdfInterruptCreate() makes the object, which lives as long as the device is
 * bound.  dpc_wdm_interrupt_connect() and dpc_wdm_interrupt_disconnect() do what the
 * framework does on the way to D0 and back: connect and enable; disable, flush and
 * disconnect.  Before the first and after the second, WdfInterruptEnable() and
 * WdfInterruptDisable() do nothing, and the other calls must not be made.
 *
 * AutomaticSerialization, locks of the driver's own, FloatingSave and
 * CanWakeDevice are refused with STATUS_NOT_SUPPORTED.  The enable and disable
 * callbacks run under the interrupt's lock at DIRQL; on PREEMPT_RT at DISPATCH_LEVEL,
 * as the ISR does; with PassiveHandling at PASSIVE_LEVEL.  They may ask for the DPC or
 * the work item.  A work item that is asked for at DIRQL starts by way of an internal
 * DPC, as documented.
 */
typedef struct device			*WDFDEVICE;
typedef HANDLE				WDFOBJECT;
typedef HANDLE				WDFCONTEXT;
typedef struct dpc_wdm_interrupt	*WDFINTERRUPT;
typedef struct WDFSPINLOCK__		*WDFSPINLOCK;	/* there is none */
typedef struct WDFWAITLOCK__		*WDFWAITLOCK;	/* there is none */
typedef struct _WDF_OBJECT_ATTRIBUTES	*PWDF_OBJECT_ATTRIBUTES;	/* there are none */

#define WDF_NO_OBJECT_ATTRIBUTES	((PWDF_OBJECT_ATTRIBUTES)NULL)

#define WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ContextType, Function)	\
static inline ContextType *Function(WDFDEVICE Device)			\
{									\
	return dev_get_drvdata(Device);					\
}

typedef enum _WDF_TRI_STATE {
	WdfFalse,
	WdfTrue,
	WdfUseDefault,
} WDF_TRI_STATE;

typedef BOOLEAN EVT_WDF_INTERRUPT_ISR(WDFINTERRUPT Interrupt, ULONG MessageID);
typedef VOID EVT_WDF_INTERRUPT_DPC(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject);
typedef VOID EVT_WDF_INTERRUPT_WORKITEM(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject);
typedef NTSTATUS EVT_WDF_INTERRUPT_ENABLE(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice);
typedef NTSTATUS EVT_WDF_INTERRUPT_DISABLE(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice);
typedef BOOLEAN EVT_WDF_INTERRUPT_SYNCHRONIZE(WDFINTERRUPT Interrupt, WDFCONTEXT Context);
typedef EVT_WDF_INTERRUPT_ISR		*PFN_WDF_INTERRUPT_ISR;
typedef EVT_WDF_INTERRUPT_DPC		*PFN_WDF_INTERRUPT_DPC;
typedef EVT_WDF_INTERRUPT_WORKITEM	*PFN_WDF_INTERRUPT_WORKITEM;
typedef EVT_WDF_INTERRUPT_ENABLE	*PFN_WDF_INTERRUPT_ENABLE;
typedef EVT_WDF_INTERRUPT_DISABLE	*PFN_WDF_INTERRUPT_DISABLE;
typedef EVT_WDF_INTERRUPT_SYNCHRONIZE	*PFN_WDF_INTERRUPT_SYNCHRONIZE;

typedef struct _WDF_INTERRUPT_CONFIG {
	ULONG				Size;
	WDFSPINLOCK			SpinLock;
	WDF_TRI_STATE			ShareVector;
	BOOLEAN				FloatingSave;
	BOOLEAN				AutomaticSerialization;
	PFN_WDF_INTERRUPT_ISR		EvtInterruptIsr;
	PFN_WDF_INTERRUPT_DPC		EvtInterruptDpc;
	PFN_WDF_INTERRUPT_ENABLE	EvtInterruptEnable;
	PFN_WDF_INTERRUPT_DISABLE	EvtInterruptDisable;
	PFN_WDF_INTERRUPT_WORKITEM	EvtInterruptWorkItem;
	/* Absent: InterruptRaw, InterruptTranslated.  dpc_wdm_interrupt_connect() is told. */
	WDFWAITLOCK			WaitLock;
	BOOLEAN				PassiveHandling;
	WDF_TRI_STATE			ReportInactiveOnPowerDown;
	BOOLEAN				CanWakeDevice;
} WDF_INTERRUPT_CONFIG, *PWDF_INTERRUPT_CONFIG;

static inline VOID WDF_INTERRUPT_CONFIG_INIT(PWDF_INTERRUPT_CONFIG Configuration,
					     PFN_WDF_INTERRUPT_ISR EvtInterruptIsr,
					     PFN_WDF_INTERRUPT_DPC EvtInterruptDpc)
{
	*Configuration = (WDF_INTERRUPT_CONFIG){
		.Size = sizeof(*Configuration),
		.ShareVector = WdfUseDefault,
		.EvtInterruptIsr = EvtInterruptIsr,
		.EvtInterruptDpc = EvtInterruptDpc,
		.ReportInactiveOnPowerDown = WdfUseDefault,
	};
}

/* Field legend:  C  set by WdfInterruptCreate();  M  by connect and disconnect. */
struct dpc_wdm_interrupt {
	/* private: */
	KINTERRUPT			intr;
	struct dpc_interrupt_ops	ops;		/* C */
	WDF_INTERRUPT_CONFIG		config;		/* C */
	WDFDEVICE			device;		/* C */
	ULONG				message;	/* M */
	NTSTATUS			enabled;	/* M, result of EvtInterruptEnable */
	bool				connected;	/* M */
};

static inline WDFINTERRUPT dpc_wdm_interrupt_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct dpc_wdm_interrupt, intr);
}

static inline bool dpc_wdm_evt_isr(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	return Interrupt->config.EvtInterruptIsr(Interrupt, Interrupt->message);
}

static inline void dpc_wdm_evt_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	if (Interrupt->config.EvtInterruptDpc)
		Interrupt->config.EvtInterruptDpc(Interrupt, Interrupt->device);
	else
		dpc_interrupt_request_work(intr, served);
}

static inline void dpc_wdm_evt_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	Interrupt->config.EvtInterruptWorkItem(Interrupt, Interrupt->device);
}

static inline void dpc_wdm_evt_enable(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	Interrupt->enabled = Interrupt->config.EvtInterruptEnable(Interrupt, Interrupt->device);
}

static inline void dpc_wdm_evt_disable(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	Interrupt->config.EvtInterruptDisable(Interrupt, Interrupt->device);
}

static inline NTSTATUS dpc_wdm_config_check(const WDF_INTERRUPT_CONFIG *config)
{
	if (config->Size != sizeof(*config))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!config->EvtInterruptIsr || (config->EvtInterruptDpc && config->EvtInterruptWorkItem))
		return STATUS_INVALID_PARAMETER;
	if (config->SpinLock || config->WaitLock || config->FloatingSave ||
	    config->AutomaticSerialization || config->CanWakeDevice)
		return STATUS_NOT_SUPPORTED;
	return STATUS_SUCCESS;
}

static inline NTSTATUS WdfInterruptCreate(WDFDEVICE Device, PWDF_INTERRUPT_CONFIG Configuration,
					  PWDF_OBJECT_ATTRIBUTES Attributes,
					  WDFINTERRUPT *Interrupt)
{
	NTSTATUS status = dpc_wdm_config_check(Configuration);
	WDFINTERRUPT created;

	if (!NT_SUCCESS(status))
		return status;
	created = devm_kzalloc(Device, sizeof(*created), GFP_KERNEL);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->device = Device;
	created->config = *Configuration;
	created->ops = (struct dpc_interrupt_ops){
		.isr = dpc_wdm_evt_isr,
		.dpc = dpc_wdm_evt_dpc,
		.work = Configuration->EvtInterruptWorkItem ? dpc_wdm_evt_work : NULL,
		.enable = Configuration->EvtInterruptEnable ? dpc_wdm_evt_enable : NULL,
		.disable = Configuration->EvtInterruptDisable ? dpc_wdm_evt_disable : NULL,
	};
	*Interrupt = created;
	return STATUS_SUCCESS;
}

/* Afterwards the object may be connected again. */
static __always_inline void dpc_wdm_interrupt_disconnect(WDFINTERRUPT Interrupt)
{
	if (!Interrupt->connected)
		return;
	/* As in IoDisconnectInterruptEx(). */
	if (!dpc_interrupt_disconnect(&Interrupt->intr))
		Interrupt->connected = false;
}

/*
 * @irq: as from pci_irq_vector()
 * @shared: whether the line is shared, if the driver has left that to the bus
 *	(WdfUseDefault)
 * @message: MessageID for the ISR, the number of the vector
 *
 * If EvtInterruptEnable fails, the object is not connected.
 */
static __always_inline NTSTATUS dpc_wdm_interrupt_connect(WDFINTERRUPT Interrupt, int irq,
							  bool shared, ULONG message)
{
	const WDF_INTERRUPT_CONFIG *config = &Interrupt->config;
	struct dpc_interrupt_params params = {
		.dev	= Interrupt->device,
		.name	= dev_name(Interrupt->device),
		.ops	= &Interrupt->ops,
		.irq	= irq,
		.named	= {
			.isr	= config->EvtInterruptIsr,
			.dpc	= config->EvtInterruptDpc ?: (void *)config->EvtInterruptWorkItem,
			.work	= config->EvtInterruptWorkItem,
		},
	};
	int err;

	if (config->ShareVector == WdfTrue || (config->ShareVector == WdfUseDefault && shared))
		params.flags |= DPC_INTERRUPT_SHARED;
	if (config->PassiveHandling)
		params.flags |= DPC_INTERRUPT_PASSIVE;
	Interrupt->message = message;
	Interrupt->enabled = STATUS_SUCCESS;
	err = dpc_interrupt_connect(&Interrupt->intr, &params);
	Interrupt->connected = !err;
	if (err)
		return dpc_wdm_status(err);
	if (!NT_SUCCESS(Interrupt->enabled))
		dpc_wdm_interrupt_disconnect(Interrupt);
	return Interrupt->enabled;
}

static inline WDFDEVICE WdfInterruptGetDevice(WDFINTERRUPT Interrupt)
{
	return Interrupt->device;
}

static inline PKINTERRUPT WdfInterruptWdmGetInterrupt(WDFINTERRUPT Interrupt)
{
	return &Interrupt->intr;
}

/* FALSE if there is no EvtInterruptDpc; Windows stops the machine for that. */
static __always_inline BOOLEAN WdfInterruptQueueDpcForIsr(WDFINTERRUPT Interrupt)
{
	return Interrupt->config.EvtInterruptDpc && dpc_interrupt_request_dpc(&Interrupt->intr);
}

/* FALSE if there is no EvtInterruptWorkItem; Windows stops the machine for that. */
static __always_inline BOOLEAN WdfInterruptQueueWorkItemForIsr(WDFINTERRUPT Interrupt)
{
	if (!Interrupt->config.EvtInterruptWorkItem)
		return FALSE;
	if (Interrupt->config.PassiveHandling)
		return dpc_interrupt_request_work(&Interrupt->intr, NULL);
	return dpc_interrupt_request_dpc(&Interrupt->intr);
}

static __always_inline VOID WdfInterruptAcquireLock(WDFINTERRUPT Interrupt)
{
	dpc_interrupt_lock(&Interrupt->intr);
}

static __always_inline VOID WdfInterruptReleaseLock(WDFINTERRUPT Interrupt)
{
	dpc_interrupt_unlock(&Interrupt->intr);
}

static __always_inline BOOLEAN WdfInterruptSynchronize(WDFINTERRUPT Interrupt,
						       PFN_WDF_INTERRUPT_SYNCHRONIZE Callback,
						       WDFCONTEXT Context)
{
	BOOLEAN answer;

	WdfInterruptAcquireLock(Interrupt);
	answer = Callback(Interrupt, Context);
	WdfInterruptReleaseLock(Interrupt);
	return answer;
}

static __always_inline VOID WdfInterruptEnable(WDFINTERRUPT Interrupt)
{
	if (Interrupt->connected)
		dpc_interrupt_enable(&Interrupt->intr);
}

/* This waits for ISR, DPC and work item; on Windows that is left to the driver. */
static __always_inline VOID WdfInterruptDisable(WDFINTERRUPT Interrupt)
{
	if (Interrupt->connected)
		dpc_interrupt_disable(&Interrupt->intr);
}

/* Absent: WdfInterruptGetInfo.  There are no resource descriptors; /proc/interrupts. */
/* Absent: WdfInterruptSetPolicy.  irq_set_affinity_hint(). */
/* Absent: WdfDpcCreate, WdfTimerCreate, WdfWorkItemCreate.  KDPC, KTIMER, IO_WORKITEM. */

#endif /* _LINUX_DPC_WDM_WDF_H */
