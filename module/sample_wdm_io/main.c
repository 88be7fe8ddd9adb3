// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_wdm_io_sample.ko: a Windows driver that moves data, on Linux.
 *
 * edu_io.c is that driver; this file is what Linux needs around it: it does the work of
 * Windows' PnP and I/O managers.  It has no device IDs, so that it doesn't take dpc_edu's
 * devices; a device is given to it by its driver_override, as to dpc_wdm_sample.
 *
 * Attributes of the device:
 *
 *   buffer	write: the bytes go to the device's buffer, by one request; read: its
 *		4095 bytes, by one request
 *   submitted	requests that the driver was given
 *   completed, cancelled, failed	how they ended
 *   pieces, recovered, wrong_level	other counters of the driver
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "../compat.h"
#include "../edu/regs.h"
#include "../version.h"
#include "edu_io.h"

#define DPC_SAMPLE_WDM_IO_TIMEOUT	(30 * HZ)
#define DPC_SAMPLE_WDM_IO_POLL_US	1000
#define DPC_SAMPLE_WDM_IO_QUIESCE_US	(2 * USEC_PER_SEC)

static bool dpc_sample_wdm_io_msi = true;
module_param_named(msi, dpc_sample_wdm_io_msi, bool, 0444);
MODULE_PARM_DESC(msi, "use MSI when the device has it; N: the legacy line (default Y)");

static unsigned int dpc_sample_wdm_io_removed_busy;
module_param_named(removed_busy, dpc_sample_wdm_io_removed_busy, uint, 0444);
MODULE_PARM_DESC(removed_busy, "requests that were in flight when their device was removed (a counter)");

static DRIVER_OBJECT dpc_sample_wdm_io_object;

/* One device. */
struct dpc_sample_wdm_io {
	EDU_IO_EXTENSION	extension;	/* dev_get_drvdata() points here */
	DEVICE_OBJECT		object;
	atomic_t		submitted;
};

static struct dpc_sample_wdm_io *dpc_sample_wdm_io_of(struct device *dev)
{
	return container_of(dev_get_drvdata(dev), struct dpc_sample_wdm_io, extension);
}

/* ---- Requests ------------------------------------------------------------ */

/*
 * The buffer is in low memory: the device reaches 256 MB, and a kernel that has neither an
 * IOMMU nor bounce buffers can't map what is above.
 */
static PIRP dpc_sample_wdm_io_irp(struct dpc_sample_wdm_io *sample, UCHAR major, size_t size)
{
	PIRP irp = dpc_wdm_irp_alloc(&sample->object, major, 0);

	if (!irp)
		return NULL;
	irp->AssociatedIrp.SystemBuffer = kzalloc(size, GFP_KERNEL | GFP_DMA);
	if (irp->AssociatedIrp.SystemBuffer)
		return irp;
	dpc_wdm_irp_free(irp);
	return NULL;
}

/* Return: how many bytes were moved from or to @buf, or an errno. */
static ssize_t dpc_sample_wdm_io_run(struct dpc_sample_wdm_io *sample, UCHAR major, char *buf,
				     size_t size)
{
	PIRP irp = dpc_sample_wdm_io_irp(sample, major, size);
	ssize_t done;
	int err;

	if (!irp)
		return -ENOMEM;
	if (major == IRP_MJ_WRITE)
		memcpy(irp->AssociatedIrp.SystemBuffer, buf, size);
	/* Write and Read have the same fields. */
	IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length = size;
	dpc_wdm_irp_send(irp);
	/* After it was sent: whoever sees the counter knows that the request is in the queue. */
	atomic_inc(&sample->submitted);
	err = dpc_wdm_irp_wait(irp, DPC_SAMPLE_WDM_IO_TIMEOUT);
	if (err)
		return err;

	done = dpc_wdm_errno(irp->IoStatus.Status) ?: irp->IoStatus.Information;
	if (major == IRP_MJ_READ && done > 0)
		memcpy(buf, irp->AssociatedIrp.SystemBuffer, done);
	dpc_wdm_irp_free(irp);
	return done;
}

static ssize_t buffer_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t size)
{
	return dpc_sample_wdm_io_run(dpc_sample_wdm_io_of(dev), IRP_MJ_WRITE, (char *)buf, size);
}

static ssize_t buffer_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return dpc_sample_wdm_io_run(dpc_sample_wdm_io_of(dev), IRP_MJ_READ, buf,
				     EDU_DMA_BUFFER_SIZE);
}
static DEVICE_ATTR_RW(buffer);

#define DPC_SAMPLE_WDM_IO_COUNTER(_name, _value)			\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{									\
	struct dpc_sample_wdm_io *sample = dpc_sample_wdm_io_of(dev);	\
									\
	return sysfs_emit(buf, "%d\n", _value);				\
}									\
static DEVICE_ATTR_RO(_name)

DPC_SAMPLE_WDM_IO_COUNTER(submitted, atomic_read(&sample->submitted));
DPC_SAMPLE_WDM_IO_COUNTER(completed, READ_ONCE(sample->extension.Completed));
DPC_SAMPLE_WDM_IO_COUNTER(cancelled, READ_ONCE(sample->extension.Cancelled));
DPC_SAMPLE_WDM_IO_COUNTER(failed, READ_ONCE(sample->extension.Failed));
DPC_SAMPLE_WDM_IO_COUNTER(pieces, READ_ONCE(sample->extension.Pieces));
DPC_SAMPLE_WDM_IO_COUNTER(recovered, READ_ONCE(sample->extension.Recovered));
DPC_SAMPLE_WDM_IO_COUNTER(wrong_level, READ_ONCE(sample->extension.WrongLevel));

static struct attribute *dpc_sample_wdm_io_attrs[] = {
	&dev_attr_buffer.attr,
	&dev_attr_submitted.attr,
	&dev_attr_completed.attr,
	&dev_attr_cancelled.attr,
	&dev_attr_failed.attr,
	&dev_attr_pieces.attr,
	&dev_attr_recovered.attr,
	&dev_attr_wrong_level.attr,
	NULL,
};
ATTRIBUTE_GROUPS(dpc_sample_wdm_io);

/* ---- Probe and remove ---------------------------------------------------- */

static void dpc_sample_wdm_io_free_vectors(void *pdev)
{
	pci_free_irq_vectors(pdev);
}

/* All that Windows would hand to the driver as its resources. */
static int dpc_sample_wdm_io_map(struct dpc_sample_wdm_io *sample, struct pci_dev *pdev)
{
	unsigned int types = dpc_sample_wdm_io_msi ? PCI_IRQ_MSI | PCI_IRQ_INTX : PCI_IRQ_INTX;
	PEDU_REGISTERS regs;
	ULONG value;
	int err;

	err = pcim_enable_device(pdev);
	if (err)
		return err;
	err = pcim_iomap_regions(pdev, BIT(DPC_EDU_BAR), "dpc_wdm_io_sample");
	if (err)
		return err;
	regs = (__force PEDU_REGISTERS)pcim_iomap_table(pdev)[DPC_EDU_BAR];
	if ((READ_REGISTER_ULONG(&regs->Identification) & DPC_EDU_ID_MASK) != DPC_EDU_ID)
		return dev_err_probe(&pdev->dev, -ENODEV, "not an edu device\n");
	sample->extension.Registers = regs;

	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(DPC_EDU_DMA_MASK_BITS));
	if (err)
		return err;
	/* A driver before may have left a transfer running. */
	err = read_poll_timeout(READ_REGISTER_ULONG, value, !(value & DPC_EDU_DMA_RUN),
				DPC_SAMPLE_WDM_IO_POLL_US, DPC_SAMPLE_WDM_IO_QUIESCE_US, false,
				&regs->DmaCommand);
	if (err)
		return dev_err_probe(&pdev->dev, err, "a transfer does not end\n");
	pci_set_master(pdev);

	err = pci_alloc_irq_vectors(pdev, 1, 1, types);
	if (err < 0)
		return err;
	sample->extension.MessageSignaled = pdev->msi_enabled;
	return devm_add_action_or_reset(&pdev->dev, dpc_sample_wdm_io_free_vectors, pdev);
}

static int dpc_sample_wdm_io_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dpc_sample_wdm_io *sample;
	NTSTATUS status;
	int err;

	sample = devm_kzalloc(&pdev->dev, sizeof(*sample), GFP_KERNEL);
	if (!sample)
		return -ENOMEM;
	dpc_wdm_device_object_init(&sample->object, &pdev->dev, &sample->extension);
	sample->object.DriverObject = &dpc_sample_wdm_io_object;
	pci_set_drvdata(pdev, &sample->extension);

	err = dpc_sample_wdm_io_map(sample, pdev);
	if (err)
		return err;
	status = EduIoStartDevice(&sample->extension, &sample->object);
	if (!NT_SUCCESS(status))
		return dev_err_probe(&pdev->dev, dpc_wdm_errno(status),
				     "the device can't be started: %08x\n", (u32)status);
	return 0;
}

/*
 * The attributes are gone: nobody sends requests.  Those whose owners were killed may be in
 * flight; the driver completes them as it always does.
 */
static void dpc_sample_wdm_io_remove(struct pci_dev *pdev)
{
	struct dpc_sample_wdm_io *sample = dpc_sample_wdm_io_of(&pdev->dev);
	PEDU_IO_EXTENSION extension = &sample->extension;

	dpc_sample_wdm_io_removed_busy +=
		atomic_read(&sample->submitted) - READ_ONCE(extension->Completed) -
		READ_ONCE(extension->Cancelled) - READ_ONCE(extension->Failed);
	if (!dpc_wdm_device_object_close(&sample->object, DPC_SAMPLE_WDM_IO_TIMEOUT)) {
		dev_err(&pdev->dev, "a transfer does not end\n");
		pci_clear_master(pdev);
	}
	EduIoHaltDevice(extension);
	dpc_work_flush(&extension->RecoverItem->work);
	EduIoStopDevice(extension);
	dpc_timer_destroy(&extension->Timer);
}

static const struct pci_device_id dpc_sample_wdm_io_ids[] = { { } };

static struct pci_driver dpc_sample_wdm_io_driver = {
	.name		= "dpc_wdm_io_sample",
	.id_table	= dpc_sample_wdm_io_ids,
	.probe		= dpc_sample_wdm_io_probe,
	.remove		= dpc_sample_wdm_io_remove,
	.dev_groups	= dpc_sample_wdm_io_groups,
};

static int __init dpc_sample_wdm_io_init(void)
{
	EduIoInitializeDriver(&dpc_sample_wdm_io_object);
	return pci_register_driver(&dpc_sample_wdm_io_driver);
}
module_init(dpc_sample_wdm_io_init);

static void __exit dpc_sample_wdm_io_exit(void)
{
	pci_unregister_driver(&dpc_sample_wdm_io_driver);
}
module_exit(dpc_sample_wdm_io_exit);

MODULE_DESCRIPTION("Sample: a Windows driver with StartIo and DMA on QEMU's edu device");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");
