/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: interrupts of KMDF; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_WDF_H
#define _LINUX_DPC_WDM_WDF_H

#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_wdm_io.h>
#include <linux/dpc_wdm_wdf_object.h>
#include <linux/irq.h>
#include <linux/slab.h>

/**
 * DOC: Interrupt objects of KMDF (I)
 *
 * WdfInterruptCreate() makes the object, which is deleted with its device.
 * dpc_wdm_interrupt_connect() and dpc_wdm_interrupt_disconnect() do what the
 * framework does on the way to D0 and back: connect and enable; disable, flush and
 * disconnect.  Before the first and after the second, WdfInterruptEnable() and
 * WdfInterruptDisable() do nothing, and the other calls, but for
 * WdfInterruptGetInfo() and WdfInterruptSetPolicy(), must not be made.
 *
 * FloatingSave and CanWakeDevice are refused with STATUS_NOT_SUPPORTED.  The enable and
 * disable callbacks run under the interrupt's lock at DIRQL; on PREEMPT_RT at
 * DISPATCH_LEVEL, as the ISR does; with PassiveHandling at PASSIVE_LEVEL.  They may ask
 * for the DPC or the work item.  A work item that is asked for at DIRQL starts by way of
 * an internal DPC, as documented.
 *
 * With a SpinLock, or with PassiveHandling a WaitLock, several interrupts share a lock:
 * their ISRs, their enable and disable callbacks, WdfInterruptSynchronize() and
 * WdfInterruptAcquireLock() exclude each other.  It is taken inside each interrupt's own
 * lock, so an interrupt without one costs nothing.  Never hold two of those interrupts.
 */
typedef struct dpc_wdm_interrupt	*WDFINTERRUPT;

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

/*
 * Field legend:  C  set by WdfInterruptCreate();  M  by assign, connect and disconnect;
 * P  by WdfInterruptSetPolicy().
 */
struct dpc_wdm_interrupt {
	struct dpc_wdf_object		object;
	/* private: */
	KINTERRUPT			intr;
	struct dpc_interrupt_ops	ops;		/* C */
	WDF_INTERRUPT_CONFIG		config;		/* C */
	WDFDEVICE			device;		/* C */
	struct dpc_wdf_lock		*shared;	/* C, or NULL */
	struct dpc_wdf_lock		*serial;	/* C, of DPC or work item, or NULL */
	KAFFINITY			processors;	/* P, 0: any */
	int				irq;		/* M, 0: not assigned */
	bool				line_shared;	/* M */
	ULONG				message;	/* M */
	NTSTATUS			enabled;	/* M, result of EvtInterruptEnable */
	bool				connected;	/* M */
};

static inline WDFINTERRUPT dpc_wdm_interrupt_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct dpc_wdm_interrupt, intr);
}

/* The lock that it shares with other interrupts.  Its own is held. */
static inline void dpc_wdm_shared_enter(WDFINTERRUPT Interrupt)
{
	if (Interrupt->shared)
		dpc_wdf_lock_enter(Interrupt->shared,
				   (unsigned long)Interrupt->config.EvtInterruptIsr);
}

static inline void dpc_wdm_shared_leave(WDFINTERRUPT Interrupt)
{
	if (Interrupt->shared)
		dpc_wdf_lock_leave(Interrupt->shared,
				   (unsigned long)Interrupt->config.EvtInterruptIsr);
}

static inline bool dpc_wdm_evt_isr(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	return Interrupt->config.EvtInterruptIsr(Interrupt, Interrupt->message);
}

static inline bool dpc_wdm_evt_isr_shared(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);
	BOOLEAN ours;

	dpc_wdm_shared_enter(Interrupt);
	ours = Interrupt->config.EvtInterruptIsr(Interrupt, Interrupt->message);
	dpc_wdm_shared_leave(Interrupt);
	return ours;
}

static inline void dpc_wdm_evt_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	if (Interrupt->config.EvtInterruptDpc)
		Interrupt->config.EvtInterruptDpc(Interrupt, Interrupt->device);
	else
		dpc_interrupt_request_work(intr, served);
}

static inline void dpc_wdm_evt_dpc_serial(struct dpc_interrupt *intr, struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);
	unsigned long ip = (unsigned long)Interrupt->config.EvtInterruptDpc;

	dpc_wdf_lock_enter(Interrupt->serial, ip);
	Interrupt->config.EvtInterruptDpc(Interrupt, Interrupt->device);
	dpc_wdf_lock_leave(Interrupt->serial, ip);
}

static inline void dpc_wdm_evt_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);
	unsigned long ip = (unsigned long)Interrupt->config.EvtInterruptWorkItem;

	if (Interrupt->serial)
		dpc_wdf_lock_enter(Interrupt->serial, ip);
	Interrupt->config.EvtInterruptWorkItem(Interrupt, Interrupt->device);
	if (Interrupt->serial)
		dpc_wdf_lock_leave(Interrupt->serial, ip);
}

static inline void dpc_wdm_evt_enable(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	dpc_wdm_shared_enter(Interrupt);
	Interrupt->enabled = Interrupt->config.EvtInterruptEnable(Interrupt, Interrupt->device);
	dpc_wdm_shared_leave(Interrupt);
}

static inline void dpc_wdm_evt_disable(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	dpc_wdm_shared_enter(Interrupt);
	Interrupt->config.EvtInterruptDisable(Interrupt, Interrupt->device);
	dpc_wdm_shared_leave(Interrupt);
}

static inline NTSTATUS dpc_wdm_config_check(const WDF_INTERRUPT_CONFIG *config)
{
	if (config->Size != sizeof(*config))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!config->EvtInterruptIsr || (config->EvtInterruptDpc && config->EvtInterruptWorkItem) ||
	    (config->PassiveHandling ? !!config->SpinLock : !!config->WaitLock))
		return STATUS_INVALID_PARAMETER;
	if (config->FloatingSave || config->CanWakeDevice)
		return STATUS_NOT_SUPPORTED;
	return STATUS_SUCCESS;
}

/* Afterwards the object may be connected again. */
static __always_inline void dpc_wdm_interrupt_disconnect(WDFINTERRUPT Interrupt)
{
	if (!Interrupt->connected ||
	    !dpc_wdf_may_wait(Interrupt->serial, NULL, _THIS_IP_, "dpc_wdm_interrupt_disconnect"))
		return;
	/* As in IoDisconnectInterruptEx(). */
	if (!dpc_interrupt_disconnect(&Interrupt->intr))
		Interrupt->connected = false;
}

static inline bool dpc_wdm_interrupt_may_stop(struct dpc_wdf_object *object, unsigned long ip)
{
	WDFINTERRUPT Interrupt = container_of(object, struct dpc_wdm_interrupt, object);

	return dpc_wdf_may_wait(Interrupt->serial,
				Interrupt->connected ? &Interrupt->intr.work : NULL, ip,
				"WdfObjectDelete");
}

static __always_inline bool dpc_wdm_interrupt_quiet(struct dpc_wdf_object *object,
						    unsigned long ip)
{
	WDFINTERRUPT Interrupt = container_of(object, struct dpc_wdm_interrupt, object);

	if (Interrupt->connected)
		Interrupt->connected = dpc_interrupt_disconnect_ip(&Interrupt->intr, ip);
	return !Interrupt->connected;
}

/* The DPC of an interrupt with a work item only is ours, and needs no lock. */
static inline NTSTATUS dpc_wdm_interrupt_serial(WDFINTERRUPT Interrupt,
						const struct dpc_wdf_object *parent)
{
	const WDF_INTERRUPT_CONFIG *config = &Interrupt->config;
	bool passive = config->EvtInterruptWorkItem;

	return dpc_wdm_serial(parent, config->AutomaticSerialization &&
			      (passive || config->EvtInterruptDpc), passive, &Interrupt->serial);
}

/* An ISR will take it: to lockdep it is another lock than those of threads and DPCs. */
static inline struct dpc_wdf_lock *dpc_wdm_interrupt_share(struct dpc_wdf_lock *lock)
{
	if (lock->kind != DPC_WDF_LOCK_DEVICE) {
		lock->kind = DPC_WDF_LOCK_DEVICE;
		lockdep_set_class(&lock->spin, &lock->key[1]);
	}
	return lock;
}

static inline void dpc_wdm_interrupt_setup(WDFINTERRUPT Interrupt)
{
	const WDF_INTERRUPT_CONFIG *config = &Interrupt->config;

	if (config->SpinLock)
		Interrupt->shared = dpc_wdm_interrupt_share(&config->SpinLock->of.lock);
	else if (config->WaitLock)
		Interrupt->shared = &config->WaitLock->of.lock;
	Interrupt->ops = (struct dpc_interrupt_ops){
		.isr = Interrupt->shared ? dpc_wdm_evt_isr_shared : dpc_wdm_evt_isr,
		.dpc = Interrupt->serial && config->EvtInterruptDpc ? dpc_wdm_evt_dpc_serial :
								     dpc_wdm_evt_dpc,
		.work = config->EvtInterruptWorkItem ? dpc_wdm_evt_work : NULL,
		.enable = config->EvtInterruptEnable ? dpc_wdm_evt_enable : NULL,
		.disable = config->EvtInterruptDisable ? dpc_wdm_evt_disable : NULL,
	};
}

static inline NTSTATUS WdfInterruptCreate(WDFDEVICE Device, PWDF_INTERRUPT_CONFIG Configuration,
					  PWDF_OBJECT_ATTRIBUTES Attributes,
					  WDFINTERRUPT *Interrupt)
{
	static const struct dpc_wdf_object_ops ops = {
		.may_stop = dpc_wdm_interrupt_may_stop,
		.quiet = dpc_wdm_interrupt_quiet,
	};
	struct dpc_wdf_object *parent = &Device->object;
	NTSTATUS status = dpc_wdm_config_check(Configuration);
	WDFINTERRUPT created;
	int err;

	if (NT_SUCCESS(status))
		status = dpc_wdm_parent_check(Attributes, &parent);
	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_KERNEL);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->device = Device;
	created->config = *Configuration;
	status = dpc_wdm_interrupt_serial(created, parent);
	if (!NT_SUCCESS(status)) {
		kfree(created);
		return status;
	}
	dpc_wdm_interrupt_setup(created);
	err = dpc_wdf_object_init(&created->object, &ops, parent, Attributes);
	if (!err)
		*Interrupt = created;
	return dpc_wdm_status(err);
}

/*
 * Give it the resource that WdfInterruptGetInfo() tells of; dpc_wdm_interrupt_connect() does
 * so, too.  For a driver that looks at it before it connects, as one does in
 * EvtDevicePrepareHardware.
 *
 * @irq: as from pci_irq_vector()
 * @shared: whether the line is shared, if the driver has left that to the bus
 *	(WdfUseDefault)
 * @message: MessageID for the ISR, the number of the vector
 */
static inline void dpc_wdm_interrupt_assign(WDFINTERRUPT Interrupt, int irq, bool shared,
					    ULONG message)
{
	WDF_TRI_STATE share = Interrupt->config.ShareVector;

	Interrupt->irq = irq;
	Interrupt->line_shared = share == WdfTrue || (share == WdfUseDefault && shared);
	Interrupt->message = message;
}

/* A wish: an interrupt that can't be moved, or whose processors are offline, stays. */
static inline void dpc_wdm_interrupt_place(WDFINTERRUPT Interrupt)
{
	cpumask_var_t mask;
	unsigned int cpu;

	if (!Interrupt->processors || !zalloc_cpumask_var(&mask, GFP_KERNEL))
		return;
	for_each_set_bit(cpu, &Interrupt->processors, min_t(unsigned int, nr_cpu_ids,
							    BITS_PER_LONG))
		cpumask_set_cpu(cpu, mask);
	irq_set_affinity(Interrupt->irq, mask);
	free_cpumask_var(mask);
}

/*
 * The arguments are those of dpc_wdm_interrupt_assign().  If EvtInterruptEnable fails, the
 * object is not connected.
 */
static __always_inline NTSTATUS dpc_wdm_interrupt_connect(WDFINTERRUPT Interrupt, int irq,
							  bool shared, ULONG message)
{
	const WDF_INTERRUPT_CONFIG *config = &Interrupt->config;
	struct dpc_interrupt_params params = {
		.dev	= Interrupt->object.dev,
		.name	= dev_name(Interrupt->object.dev),
		.ops	= &Interrupt->ops,
		.irq	= irq,
		/* Its DPCs take spin locks, which leave hard interrupts on. */
		.flags	= DPC_INTERRUPT_NO_HARDIRQ,
		.named	= {
			.isr	= config->EvtInterruptIsr,
			.dpc	= config->EvtInterruptDpc ?: (void *)config->EvtInterruptWorkItem,
			.work	= config->EvtInterruptWorkItem,
		},
	};
	int err;

	dpc_wdm_interrupt_assign(Interrupt, irq, shared, message);
	if (Interrupt->line_shared)
		params.flags |= DPC_INTERRUPT_SHARED;
	if (config->PassiveHandling)
		params.flags |= DPC_INTERRUPT_PASSIVE;
	Interrupt->enabled = STATUS_SUCCESS;
	err = dpc_interrupt_connect(&Interrupt->intr, &params);
	Interrupt->connected = !err;
	if (err)
		return dpc_wdm_status(err);
	if (!NT_SUCCESS(Interrupt->enabled))
		dpc_wdm_interrupt_disconnect(Interrupt);
	else
		dpc_wdm_interrupt_place(Interrupt);
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

/* A passive ISR's lock sleeps: a caller that may not is refused and reported. */
static inline bool dpc_wdm_interrupt_may_lock(WDFINTERRUPT Interrupt, unsigned long ip,
					      const char *function)
{
	return !Interrupt->config.PassiveHandling || dpc_wdf_may_wait(NULL, NULL, ip, function);
}

static __always_inline VOID WdfInterruptAcquireLock(WDFINTERRUPT Interrupt)
{
	if (!dpc_wdm_interrupt_may_lock(Interrupt, _THIS_IP_, "WdfInterruptAcquireLock"))
		return;
	dpc_interrupt_lock(&Interrupt->intr);
	dpc_wdm_shared_enter(Interrupt);
}

static __always_inline VOID WdfInterruptReleaseLock(WDFINTERRUPT Interrupt)
{
	if (Interrupt->shared)
		dpc_wdf_lock_release(Interrupt->shared);
	dpc_interrupt_unlock(&Interrupt->intr);
}

static __always_inline BOOLEAN WdfInterruptSynchronize(WDFINTERRUPT Interrupt,
						       PFN_WDF_INTERRUPT_SYNCHRONIZE Callback,
						       WDFCONTEXT Context)
{
	BOOLEAN answer;

	if (!dpc_wdm_interrupt_may_lock(Interrupt, _THIS_IP_, "WdfInterruptSynchronize"))
		return FALSE;
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

/*
 * This waits for ISR, DPC and work item; on Windows that is left to the driver.  So a caller
 * that one of them waits for, by the callback lock, is refused and reported.
 */
static __always_inline VOID WdfInterruptDisable(WDFINTERRUPT Interrupt)
{
	if (Interrupt->connected &&
	    dpc_wdf_may_wait(Interrupt->serial, NULL, _THIS_IP_, "WdfInterruptDisable"))
		dpc_interrupt_disable(&Interrupt->intr);
}

/**
 * DOC: Resource and policy of an interrupt
 *
 * WdfInterruptGetInfo() tells what dpc_wdm_interrupt_assign() or
 * dpc_wdm_interrupt_connect() was told, Vector being the Linux interrupt number.  An
 * object without a resource has vector 0, and zeros in all else but MessageNumber.  Irql is
 * that of the ISR.  The processors are those that Linux has chosen, of the first 64.
 *
 * WdfInterruptSetPolicy() counts from the next connection on.  Only
 * WdfIrqPolicySpecifiedProcessors means something here: it sets the affinity of the
 * interrupt once.  Afterwards the administrator, or irqbalance, may move it, as with any
 * other.  All else is left to Linux, and so is the priority.
 */
typedef enum _WDF_INTERRUPT_POLARITY {
	WdfInterruptPolarityUnknown,
	WdfInterruptActiveHigh,
	WdfInterruptActiveLow,
} WDF_INTERRUPT_POLARITY;

typedef enum _WDF_INTERRUPT_POLICY {
	WdfIrqPolicyMachineDefault,
	WdfIrqPolicyAllCloseProcessors,
	WdfIrqPolicyOneCloseProcessor,
	WdfIrqPolicyAllProcessorsInMachine,
	WdfIrqPolicySpecifiedProcessors,
	WdfIrqPolicySpreadMessagesAcrossAllProcessors,
} WDF_INTERRUPT_POLICY;

typedef enum _WDF_INTERRUPT_PRIORITY {
	WdfIrqPriorityUndefined,
	WdfIrqPriorityLow,
	WdfIrqPriorityNormal,
	WdfIrqPriorityHigh,
} WDF_INTERRUPT_PRIORITY;

/* ShareDisposition. */
#define CmResourceShareDeviceExclusive	1
#define CmResourceShareShared		3

typedef struct _WDF_INTERRUPT_INFO {
	ULONG			Size;
	ULONG64			Reserved1;
	KAFFINITY		TargetProcessorSet;
	ULONG			MessageNumber;
	ULONG			Vector;
	KIRQL			Irql;
	KINTERRUPT_MODE		Mode;
	WDF_INTERRUPT_POLARITY	Polarity;
	BOOLEAN			MessageSignaled;
	UCHAR			ShareDisposition;
	USHORT			Group;
} WDF_INTERRUPT_INFO, *PWDF_INTERRUPT_INFO;

static inline VOID WDF_INTERRUPT_INFO_INIT(PWDF_INTERRUPT_INFO Info)
{
	*Info = (WDF_INTERRUPT_INFO){ .Size = sizeof(*Info) };
}

static inline WDF_INTERRUPT_POLARITY dpc_wdm_polarity(u32 trigger)
{
	if (trigger & (IRQ_TYPE_LEVEL_HIGH | IRQ_TYPE_EDGE_RISING))
		return WdfInterruptActiveHigh;
	return trigger & (IRQ_TYPE_LEVEL_LOW | IRQ_TYPE_EDGE_FALLING) ? WdfInterruptActiveLow :
								      WdfInterruptPolarityUnknown;
}

static inline VOID WdfInterruptGetInfo(WDFINTERRUPT Interrupt, PWDF_INTERRUPT_INFO Info)
{
	const struct cpumask *where;
	struct irq_data *data;
	u32 trigger;

	WDF_INTERRUPT_INFO_INIT(Info);
	Info->MessageNumber = Interrupt->message;
	data = Interrupt->irq ? irq_get_irq_data(Interrupt->irq) : NULL;
	if (!data)
		return;
	where = irq_data_get_affinity_mask(data);
	trigger = irqd_get_trigger_type(data);
	Info->TargetProcessorSet = where ? cpumask_bits(where)[0] : 0;
	Info->Vector = Interrupt->irq;
	Info->Irql = Interrupt->config.PassiveHandling ? DPC_PASSIVE_LEVEL : DPC_DEVICE_LEVEL;
	Info->Mode = trigger & IRQ_TYPE_LEVEL_MASK ? LevelSensitive : Latched;
	Info->Polarity = dpc_wdm_polarity(trigger);
	Info->MessageSignaled = !!irq_get_msi_desc(Interrupt->irq);
	Info->ShareDisposition = Interrupt->line_shared ? CmResourceShareShared :
							  CmResourceShareDeviceExclusive;
}

static inline VOID WdfInterruptSetPolicy(WDFINTERRUPT Interrupt, WDF_INTERRUPT_POLICY Policy,
					 WDF_INTERRUPT_PRIORITY Priority,
					 KAFFINITY TargetProcessorSet)
{
	Interrupt->processors = Policy == WdfIrqPolicySpecifiedProcessors ? TargetProcessorSet : 0;
}

/* Absent: WdfInterruptSetExtendedPolicy.  WdfInterruptSetPolicy(), or irq_set_affinity(). */
/* Absent: WdfInterruptTryToAcquireLock.  mutex_trylock() on a lock of your own. */
/* Absent: WdfInterruptReportActive, -Inactive.  WdfInterruptEnable(), -Disable(). */

#endif /* _LINUX_DPC_WDM_WDF_H */
