/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows names: types that drivers' headers mention, with nothing behind them; see
 * linux/dpc_wdm.h.
 *
 * Modules: none; types only.
 */
#ifndef _LINUX_DPC_WDM_OPAQUE_H
#define _LINUX_DPC_WDM_OPAQUE_H

#include <linux/dpc_wdm_io.h>
#include <linux/dpc_wdm_irp.h>
#include <linux/dpc_wdm_types.h>
#include <linux/dpc_wdm_wdf_object.h>
#include <linux/dpc_wdm_wdf_request.h>

/**
 * DOC: Types with nothing behind them
 *
 * A driver's header declares all its callbacks, and its context has handles of all kinds.
 * These types let such a header compile, so that the interrupt part that includes it can be
 * ported first.  No function here makes such an object or calls such a callback: the comments
 * say what does the same on Linux.  The structures are incomplete on purpose, so code that
 * looks into one does not compile.
 */

/* ---- Devices, power and resources: PnP ---------------------------------------------- */

typedef enum _DEVICE_POWER_STATE {
	PowerDeviceUnspecified,
	PowerDeviceD0,
	PowerDeviceD1,
	PowerDeviceD2,
	PowerDeviceD3,
	PowerDeviceMaximum,
} DEVICE_POWER_STATE, *PDEVICE_POWER_STATE;

typedef enum _SYSTEM_POWER_STATE {
	PowerSystemUnspecified,
	PowerSystemWorking,
	PowerSystemSleeping1,
	PowerSystemSleeping2,
	PowerSystemSleeping3,
	PowerSystemHibernate,
	PowerSystemShutdown,
	PowerSystemMaximum,
} SYSTEM_POWER_STATE, *PSYSTEM_POWER_STATE;

typedef enum _WDF_POWER_DEVICE_STATE {
	WdfPowerDeviceInvalid,
	WdfPowerDeviceD0,
	WdfPowerDeviceD1,
	WdfPowerDeviceD2,
	WdfPowerDeviceD3,
	WdfPowerDeviceD3Final,
	WdfPowerDevicePrepareForHibernation,
	WdfPowerDeviceMaximum,
} WDF_POWER_DEVICE_STATE, *PWDF_POWER_DEVICE_STATE;

/* Absent: PoSetPowerState, POWER_ACTION, WdfDeviceStopIdle.  pm_runtime_get(), dev_pm_ops. */

typedef NTSTATUS DRIVER_INITIALIZE(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);
typedef DRIVER_INITIALIZE	*PDRIVER_INITIALIZE;
typedef NTSTATUS DRIVER_ADD_DEVICE(PDRIVER_OBJECT DriverObject,
				   PDEVICE_OBJECT PhysicalDeviceObject);
typedef DRIVER_ADD_DEVICE	*PDRIVER_ADD_DEVICE;
typedef NTSTATUS IO_COMPLETION_ROUTINE(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context);
typedef IO_COMPLETION_ROUTINE	*PIO_COMPLETION_ROUTINE;
typedef VOID KSTART_ROUTINE(PVOID StartContext);
typedef KSTART_ROUTINE		*PKSTART_ROUTINE;
typedef struct _KTHREAD		*PKTHREAD;

typedef struct _CM_RESOURCE_LIST		*PCM_RESOURCE_LIST;
typedef struct _CM_FULL_RESOURCE_DESCRIPTOR	*PCM_FULL_RESOURCE_DESCRIPTOR;
typedef struct _CM_PARTIAL_RESOURCE_LIST	*PCM_PARTIAL_RESOURCE_LIST;
typedef struct _CM_PARTIAL_RESOURCE_DESCRIPTOR	*PCM_PARTIAL_RESOURCE_DESCRIPTOR;
typedef struct _IO_RESOURCE_DESCRIPTOR		*PIO_RESOURCE_DESCRIPTOR;
typedef struct _SCATTER_GATHER_LIST		*PSCATTER_GATHER_LIST;
/* Absent: CM_PARTIAL_RESOURCE_DESCRIPTOR's fields.  pci_resource_start(), pci_irq_vector(). */
/* Absent: SCATTER_GATHER_LIST's fields.  struct sg_table, dma_map_sg(). */
/* Absent: BUS_INTERFACE_STANDARD, PCI_COMMON_HEADER.  pci_read_config_dword(). */
/* Absent: INTERFACE_TYPE, CONFIGURATION_TYPE, HalGetBusData.  struct pci_dev. */
/* Absent: WMILIB_CONTEXT.  Attributes in sysfs. */
/* Absent: IO_REMOVE_LOCK.  struct percpu_ref, or dpc_wdm_device_object_close(). */
/* Absent: RTL_BITMAP.  DECLARE_BITMAP(). */
/* Absent: OBJECT_ATTRIBUTES, RTL_QUERY_REGISTRY_TABLE.  Module parameters, device properties. */

/* ---- KMDF --------------------------------------------------------------------------- */

typedef struct dpc_wdm_wdf_no_device_init	*PWDFDEVICE_INIT;
typedef struct dpc_wdm_wdf_no_driver		*WDFDRIVER;
typedef struct dpc_wdm_wdf_no_resources		*WDFCMRESLIST;
typedef struct dpc_wdm_wdf_no_dma_enabler	*WDFDMAENABLER;
typedef struct dpc_wdm_wdf_no_transaction	*WDFDMATRANSACTION;
typedef struct dpc_wdm_wdf_no_common_buffer	*WDFCOMMONBUFFER;
typedef struct dpc_wdm_wdf_no_file		*WDFFILEOBJECT;
typedef struct dpc_wdm_wdf_no_collection	*WDFCOLLECTION;
typedef struct dpc_wdm_wdf_no_memory		*WDFMEMORY;
typedef struct dpc_wdm_wdf_no_lookaside		*WDFLOOKASIDE;
typedef struct dpc_wdm_wdf_no_string		*WDFSTRING;
typedef struct dpc_wdm_wdf_no_key		*WDFKEY;
typedef struct dpc_wdm_wdf_no_target		*WDFIOTARGET;
typedef struct dpc_wdm_wdf_no_child_list	*WDFCHILDLIST;

/* In place of all of these: a Linux driver's probe(), remove(), suspend() and resume(). */
typedef NTSTATUS EVT_WDF_DRIVER_DEVICE_ADD(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit);
typedef VOID EVT_WDF_DRIVER_UNLOAD(WDFDRIVER Driver);
typedef EVT_WDF_OBJECT_CONTEXT_CLEANUP EVT_WDF_DEVICE_CONTEXT_CLEANUP;
typedef EVT_WDF_OBJECT_CONTEXT_DESTROY EVT_WDF_DEVICE_CONTEXT_DESTROY;
typedef NTSTATUS EVT_WDF_DEVICE_PREPARE_HARDWARE(WDFDEVICE Device, WDFCMRESLIST ResourcesRaw,
						 WDFCMRESLIST ResourcesTranslated);
typedef NTSTATUS EVT_WDF_DEVICE_RELEASE_HARDWARE(WDFDEVICE Device,
						 WDFCMRESLIST ResourcesTranslated);
typedef NTSTATUS EVT_WDF_DEVICE_D0_ENTRY(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState);
typedef NTSTATUS EVT_WDF_DEVICE_D0_EXIT(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState);
typedef NTSTATUS EVT_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED(WDFDEVICE Device,
							WDF_POWER_DEVICE_STATE PreviousState);
typedef NTSTATUS EVT_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED(WDFDEVICE Device,
							WDF_POWER_DEVICE_STATE TargetState);
typedef NTSTATUS EVT_WDF_DEVICE_SELF_MANAGED_IO_INIT(WDFDEVICE Device);
typedef NTSTATUS EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND(WDFDEVICE Device);
typedef NTSTATUS EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_SELF_MANAGED_IO_FLUSH(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_SURPRISE_REMOVAL(WDFDEVICE Device);
typedef NTSTATUS EVT_WDF_DEVICE_QUERY_REMOVE(WDFDEVICE Device);
typedef NTSTATUS EVT_WDF_DEVICE_QUERY_STOP(WDFDEVICE Device);
typedef NTSTATUS EVT_WDF_DEVICE_ARM_WAKE_FROM_S0(WDFDEVICE Device);
typedef NTSTATUS EVT_WDF_DEVICE_ARM_WAKE_FROM_SX(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_DISARM_WAKE_FROM_S0(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_DISARM_WAKE_FROM_SX(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED(WDFDEVICE Device);
typedef VOID EVT_WDF_DEVICE_WAKE_FROM_SX_TRIGGERED(WDFDEVICE Device);
typedef NTSTATUS EVT_WDFDEVICE_WDM_IRP_PREPROCESS(WDFDEVICE Device, PIRP Irp);

/* In place of these: struct file_operations, which call dpc_wdm_request_send(). */
typedef VOID EVT_WDF_DEVICE_FILE_CREATE(WDFDEVICE Device, WDFREQUEST Request,
					WDFFILEOBJECT FileObject);
typedef VOID EVT_WDF_FILE_CLOSE(WDFFILEOBJECT FileObject);
typedef VOID EVT_WDF_FILE_CLEANUP(WDFFILEOBJECT FileObject);
typedef VOID EVT_WDF_IO_QUEUE_IO_STOP(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags);
typedef VOID EVT_WDF_IO_QUEUE_IO_RESUME(WDFQUEUE Queue, WDFREQUEST Request);
typedef VOID EVT_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE(WDFQUEUE Queue, WDFREQUEST Request);
typedef EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EVT_WDF_IO_QUEUE_IO_INTERNAL_DEVICE_CONTROL;
typedef VOID EVT_WDF_IO_QUEUE_STATE(WDFQUEUE Queue, WDFCONTEXT Context);
typedef struct _WDF_REQUEST_COMPLETION_PARAMS	*PWDF_REQUEST_COMPLETION_PARAMS;
typedef VOID EVT_WDF_REQUEST_COMPLETION_ROUTINE(WDFREQUEST Request, WDFIOTARGET Target,
						PWDF_REQUEST_COMPLETION_PARAMS Params,
						WDFCONTEXT Context);

/* In place of this one: the control routine of linux/dpc_adapter.h, or DRIVER_CONTROL. */
typedef enum _WDF_DMA_DIRECTION {
	WdfDmaDirectionReadFromDevice,
	WdfDmaDirectionWriteToDevice,
} WDF_DMA_DIRECTION;

typedef BOOLEAN EVT_WDF_PROGRAM_DMA(WDFDMATRANSACTION Transaction, WDFDEVICE Device,
				    WDFCONTEXT Context, WDF_DMA_DIRECTION Direction,
				    PSCATTER_GATHER_LIST SgList);

/* Absent: WDF_PNPPOWER_EVENT_CALLBACKS, WDF_DRIVER_CONFIG.  struct pci_driver, dev_pm_ops. */
/* Absent: WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS.  pm_runtime_set_autosuspend_delay(). */
/* Absent: EVT_WDF_CHILD_LIST_...  device_register() for each child. */
/* Absent: WdfCmResourceListGetCount and ...GetDescriptor.  pci_resource_len(), pcim_iomap(). */
/* Absent: WdfDeviceInitSet...  Fields of struct pci_driver and struct file_operations. */

#endif /* _LINUX_DPC_WDM_OPAQUE_H */
