// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_wdm_sample.ko: the interrupt part of a Windows driver, on Linux.
 *
 * edu_wdm_isr.c is that part; this file is what Linux needs around it.  It has no
 * device IDs, so that it doesn't take dpc_edu's devices; a device is given to it
 * by its driver_override:
 *
 *	cd /sys/bus/pci/devices/0000:01:00.0
 *	echo dpc_wdm_sample > driver_override
 *	echo 0000:01:00.0 > driver/unbind
 *	echo 0000:01:00.0 > /sys/bus/pci/drivers_probe
 *
 * Attributes of the device:
 *
 *   compute	write numbers: their factorials, all submitted at once; read: results
 *   transfer	write a text: to the device's buffer and back; read: what came back
 *   doorbell	write a number: so many interrupts, one after the other
 *   submitted, completed, completed_twice, interrupts, dpc_calls, dpc_refused,
 *   unexpected, wrong_level	counters
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "../compat.h"
#include "../edu/regs.h"
#include "../version.h"
#include "edu_wdm.h"

/* The Windows part has the registers as a structure. */
static_assert(offsetof(EDU_REGISTERS, Factorial) == DPC_EDU_REG_FACTORIAL);
static_assert(offsetof(EDU_REGISTERS, Status) == DPC_EDU_REG_STATUS);
static_assert(offsetof(EDU_REGISTERS, InterruptStatus) == DPC_EDU_REG_INTR_STATUS);
static_assert(offsetof(EDU_REGISTERS, InterruptRaise) == DPC_EDU_REG_INTR_RAISE);
static_assert(offsetof(EDU_REGISTERS, InterruptAcknowledge) == DPC_EDU_REG_INTR_ACK);
static_assert(offsetof(EDU_REGISTERS, DmaSource) == DPC_EDU_REG_DMA_SOURCE);
static_assert(offsetof(EDU_REGISTERS, DmaDestination) == DPC_EDU_REG_DMA_DESTINATION);
static_assert(offsetof(EDU_REGISTERS, DmaCount) == DPC_EDU_REG_DMA_COUNT);
static_assert(offsetof(EDU_REGISTERS, DmaCommand) == DPC_EDU_REG_DMA_COMMAND);

#define DPC_SAMPLE_WDM_BATCH_MAX	64
#define DPC_SAMPLE_WDM_DOORBELL_MAX	1000000
#define DPC_SAMPLE_WDM_TIMEOUT		(30 * HZ)	/* for all of a batch */
#define DPC_SAMPLE_WDM_POLL_US		1000
#define DPC_SAMPLE_WDM_QUIESCE_US	(2 * USEC_PER_SEC)

static bool dpc_sample_wdm_kmdf = true;
module_param_named(kmdf, dpc_sample_wdm_kmdf, bool, 0444);
MODULE_PARM_DESC(kmdf, "use the KMDF callbacks; N: the WDM routines (default Y)");

static bool dpc_sample_wdm_msi = true;
module_param_named(msi, dpc_sample_wdm_msi, bool, 0444);
MODULE_PARM_DESC(msi, "use MSI when the device has it; N: the legacy line (default Y)");

/* One device. */
struct dpc_sample_wdm {
	EDU_EXTENSION		extension;	/* dev_get_drvdata() points here */
	DEVICE_OBJECT		object;		/* of the WDM part */
	struct mutex		lock;		/* what a reader of an attribute sees, @stuck */
	ULONG			result[DPC_SAMPLE_WDM_BATCH_MAX];
	unsigned int		results;
	char			text[EDU_TRANSFER_MAX];
	unsigned int		text_length;
	struct list_head	stuck;		/* batches that the device did not end */
	atomic_t		submitted;
	atomic_t		completed;
	atomic_t		completed_twice;
};

struct dpc_sample_wdm_request {
	EDU_REQUEST		edu;
	struct dpc_sample_wdm	*sample;
	struct completion	done;
	atomic_t		completions;
};

/* Requests that are submitted together. */
struct dpc_sample_wdm_batch {
	struct list_head		node;	/* in dpc_sample_wdm.stuck */
	unsigned int			count;
	struct dpc_sample_wdm_request	request[];
};

static struct dpc_sample_wdm *dpc_sample_wdm_of(struct device *dev)
{
	return container_of(dev_get_drvdata(dev), struct dpc_sample_wdm, extension);
}

/* ---- Requests ------------------------------------------------------------ */

/* Called by the Windows part, in its DPC. */
static VOID dpc_sample_wdm_complete(PEDU_REQUEST edu)
{
	struct dpc_sample_wdm_request *req =
		container_of(edu, struct dpc_sample_wdm_request, edu);

	atomic_inc(&req->sample->completed);
	if (atomic_inc_return(&req->completions) > 1)
		atomic_inc(&req->sample->completed_twice);
	else
		complete(&req->done);
}

static struct dpc_sample_wdm_batch *dpc_sample_wdm_batch(struct dpc_sample_wdm *sample,
							 unsigned int count, EDU_ENGINE engine)
{
	struct dpc_sample_wdm_batch *batch;
	unsigned int i;

	batch = kzalloc(struct_size(batch, request, count), GFP_KERNEL);
	if (!batch)
		return NULL;
	batch->count = count;
	for (i = 0; i < count; i++) {
		batch->request[i].sample = sample;
		batch->request[i].edu.Engine = engine;
		batch->request[i].edu.Complete = dpc_sample_wdm_complete;
		init_completion(&batch->request[i].done);
	}
	return batch;
}

/*
 * Submit all, wait for all.
 * Return: 0, and the batch is the caller's again; or an errno, and it is not: the
 * device may still write to it.
 */
static int dpc_sample_wdm_run(struct dpc_sample_wdm *sample, struct dpc_sample_wdm_batch *batch)
{
	unsigned long left = DPC_SAMPLE_WDM_TIMEOUT;
	unsigned int i;

	for (i = 0; i < batch->count; i++) {
		atomic_inc(&sample->submitted);
		EduSubmit(&sample->extension, &batch->request[i].edu);
	}
	for (i = 0; i < batch->count && left; i++)
		left = wait_for_completion_timeout(&batch->request[i].done, left);
	if (left)
		return 0;

	mutex_lock(&sample->lock);
	list_add(&batch->node, &sample->stuck);
	mutex_unlock(&sample->lock);
	return -ETIMEDOUT;
}

/* ---- Attributes ---------------------------------------------------------- */

/* Numbers, separated by blanks.  Return: how many, or an errno. */
static int dpc_sample_wdm_parse(const char *buf, u32 *number, unsigned int max)
{
	char *copy = kstrdup(buf, GFP_KERNEL), *rest = copy, *word;
	int n = 0, err = 0;

	if (!copy)
		return -ENOMEM;
	while (!err && (word = strsep(&rest, "\n "))) {
		if (!*word)
			continue;
		err = n < max ? kstrtou32(word, 0, &number[n++]) : -E2BIG;
	}
	kfree(copy);
	return err ?: n;
}

static ssize_t compute_store(struct device *dev, struct device_attribute *attr, const char *buf,
			     size_t size)
{
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(dev);
	struct dpc_sample_wdm_batch *batch;
	u32 number[DPC_SAMPLE_WDM_BATCH_MAX];
	int n, i, err;

	n = dpc_sample_wdm_parse(buf, number, ARRAY_SIZE(number));
	if (n <= 0)
		return n ?: -EINVAL;
	batch = dpc_sample_wdm_batch(sample, n, EduEngineFactorial);
	if (!batch)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		batch->request[i].edu.Argument = number[i];
	err = dpc_sample_wdm_run(sample, batch);
	if (err)
		return err;

	mutex_lock(&sample->lock);
	for (i = 0; i < n; i++)
		sample->result[i] = batch->request[i].edu.Result;
	sample->results = n;
	mutex_unlock(&sample->lock);
	kfree(batch);
	return size;
}

static ssize_t compute_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(dev);
	unsigned int i;
	int at = 0;

	mutex_lock(&sample->lock);
	for (i = 0; i < sample->results; i++)
		at += sysfs_emit_at(buf, at, "%s%u", i ? " " : "", sample->result[i]);
	mutex_unlock(&sample->lock);
	return at + sysfs_emit_at(buf, at, "\n");
}
static DEVICE_ATTR_RW(compute);

/* Out and back are submitted together; the queue keeps their order. */
static ssize_t transfer_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t size)
{
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(dev);
	struct dpc_sample_wdm_batch *batch;
	int i, err;

	if (!size || size > EDU_TRANSFER_MAX)
		return -EINVAL;
	batch = dpc_sample_wdm_batch(sample, 2, EduEngineDma);
	if (!batch)
		return -ENOMEM;
	for (i = 0; i < 2; i++)
		batch->request[i].edu.Length = size;
	batch->request[0].edu.ToDevice = TRUE;
	memcpy(batch->request[0].edu.Data, buf, size);
	err = dpc_sample_wdm_run(sample, batch);
	if (err)
		return err;

	mutex_lock(&sample->lock);
	memcpy(sample->text, batch->request[1].edu.Data, size);
	sample->text_length = size;
	mutex_unlock(&sample->lock);
	kfree(batch);
	return size;
}

static ssize_t transfer_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(dev);
	ssize_t length;

	mutex_lock(&sample->lock);
	length = sample->text_length;
	memcpy(buf, sample->text, length);
	mutex_unlock(&sample->lock);
	return length;
}
static DEVICE_ATTR_RW(transfer);

static ssize_t doorbell_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t size)
{
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(dev);
	unsigned int left, n;
	int err;

	err = kstrtouint(buf, 0, &left);
	if (err)
		return err;
	if (!left || left > DPC_SAMPLE_WDM_DOORBELL_MAX)
		return -EINVAL;
	for (; left; left -= n) {
		struct dpc_sample_wdm_batch *batch;

		n = min_t(unsigned int, left, DPC_SAMPLE_WDM_BATCH_MAX);
		batch = dpc_sample_wdm_batch(sample, n, EduEngineDoorbell);
		if (!batch)
			return -ENOMEM;
		err = dpc_sample_wdm_run(sample, batch);
		if (err)
			return err;
		kfree(batch);
	}
	return size;
}
static DEVICE_ATTR_WO(doorbell);

#define DPC_SAMPLE_WDM_COUNTER(_name, _value)				\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{									\
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(dev);		\
									\
	return sysfs_emit(buf, "%d\n", _value);				\
}									\
static DEVICE_ATTR_RO(_name)

DPC_SAMPLE_WDM_COUNTER(submitted, atomic_read(&sample->submitted));
DPC_SAMPLE_WDM_COUNTER(completed, atomic_read(&sample->completed));
DPC_SAMPLE_WDM_COUNTER(completed_twice, atomic_read(&sample->completed_twice));
DPC_SAMPLE_WDM_COUNTER(interrupts, READ_ONCE(sample->extension.Interrupts));
DPC_SAMPLE_WDM_COUNTER(dpc_calls, READ_ONCE(sample->extension.DpcCalls));
DPC_SAMPLE_WDM_COUNTER(dpc_refused, READ_ONCE(sample->extension.DpcRefused));
DPC_SAMPLE_WDM_COUNTER(unexpected, READ_ONCE(sample->extension.Unexpected));
DPC_SAMPLE_WDM_COUNTER(wrong_level, READ_ONCE(sample->extension.WrongLevel));

static struct attribute *dpc_sample_wdm_attrs[] = {
	&dev_attr_compute.attr,
	&dev_attr_transfer.attr,
	&dev_attr_doorbell.attr,
	&dev_attr_submitted.attr,
	&dev_attr_completed.attr,
	&dev_attr_completed_twice.attr,
	&dev_attr_interrupts.attr,
	&dev_attr_dpc_calls.attr,
	&dev_attr_dpc_refused.attr,
	&dev_attr_unexpected.attr,
	&dev_attr_wrong_level.attr,
	NULL,
};
ATTRIBUTE_GROUPS(dpc_sample_wdm);

/* ---- Probe and remove ---------------------------------------------------- */

/* Have nothing run, and nothing signalled. */
static int dpc_sample_wdm_quiesce(struct dpc_sample_wdm *sample)
{
	PEDU_REGISTERS regs = sample->extension.Registers;
	ULONG value;
	int err;

	WRITE_REGISTER_ULONG(&regs->Status, 0);
	err = read_poll_timeout(READ_REGISTER_ULONG, value,
				value == EDU_GONE || !(value & DPC_EDU_STATUS_COMPUTING),
				DPC_SAMPLE_WDM_POLL_US, DPC_SAMPLE_WDM_QUIESCE_US, false,
				&regs->Status);
	if (!err)
		err = read_poll_timeout(READ_REGISTER_ULONG, value,
					value == EDU_GONE || !(value & DPC_EDU_DMA_RUN),
					DPC_SAMPLE_WDM_POLL_US, DPC_SAMPLE_WDM_QUIESCE_US, false,
					&regs->DmaCommand);
	return err;
}

static void dpc_sample_wdm_free_vectors(void *pdev)
{
	pci_free_irq_vectors(pdev);
}

/* All that Windows would hand to the driver as its resources. */
static int dpc_sample_wdm_map(struct dpc_sample_wdm *sample, struct pci_dev *pdev)
{
	unsigned int types = dpc_sample_wdm_msi ? PCI_IRQ_MSI | PCI_IRQ_INTX : PCI_IRQ_INTX;
	PEDU_EXTENSION extension = &sample->extension;
	dma_addr_t address;
	int err;

	err = pcim_enable_device(pdev);
	if (err)
		return err;
	err = pcim_iomap_regions(pdev, BIT(DPC_EDU_BAR), "dpc_wdm_sample");
	if (err)
		return err;
	extension->Registers = (__force PEDU_REGISTERS)pcim_iomap_table(pdev)[DPC_EDU_BAR];
	if ((READ_REGISTER_ULONG(&extension->Registers->Identification) & DPC_EDU_ID_MASK) !=
	    DPC_EDU_ID)
		return dev_err_probe(&pdev->dev, -ENODEV, "not an edu device\n");

	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(DPC_EDU_DMA_MASK_BITS));
	if (err)
		return err;
	extension->CommonBuffer = dmam_alloc_coherent(&pdev->dev, PAGE_SIZE, &address, GFP_KERNEL);
	if (!extension->CommonBuffer)
		return -ENOMEM;
	extension->CommonBufferAddress.QuadPart = address;
	pci_set_master(pdev);

	err = pci_alloc_irq_vectors(pdev, 1, 1, types);
	if (err < 0)
		return err;
	extension->MessageSignaled = pdev->msi_enabled;
	return devm_add_action_or_reset(&pdev->dev, dpc_sample_wdm_free_vectors, pdev);
}

static NTSTATUS dpc_sample_wdm_connect(struct dpc_sample_wdm *sample, struct pci_dev *pdev)
{
	PEDU_EXTENSION extension = &sample->extension;
	WDF_OBJECT_ATTRIBUTES attributes;
	WDFDEVICE device;
	NTSTATUS status;

	if (!dpc_sample_wdm_kmdf)
		return EduConnectInterrupt(extension, &sample->object);

	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, EDU_DEVICE_CONTEXT);
	status = dpc_wdm_wdf_device_create(&pdev->dev, &attributes, &device);
	if (!NT_SUCCESS(status))
		return status;
	EduGetDeviceContext(device)->Extension = extension;
	status = EduCreateInterrupt(device);
	if (!NT_SUCCESS(status))
		return status;
	return dpc_wdm_interrupt_connect(extension->Interrupt, pci_irq_vector(pdev, 0),
					 !pdev->msi_enabled, 0);
}

static void dpc_sample_wdm_disconnect(struct dpc_sample_wdm *sample)
{
	if (sample->extension.Interrupt)
		dpc_wdm_interrupt_disconnect(sample->extension.Interrupt);
	else
		EduDisconnectInterrupt(&sample->extension);
}

static int dpc_sample_wdm_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dpc_sample_wdm *sample;
	NTSTATUS status;
	int err;

	sample = devm_kzalloc(&pdev->dev, sizeof(*sample), GFP_KERNEL);
	if (!sample)
		return -ENOMEM;
	mutex_init(&sample->lock);
	INIT_LIST_HEAD(&sample->stuck);
	EduInitializeExtension(&sample->extension);
	dpc_wdm_device_object_init(&sample->object, &pdev->dev, &sample->extension);
	pci_set_drvdata(pdev, &sample->extension);

	err = dpc_sample_wdm_map(sample, pdev);
	if (!err)
		err = dpc_sample_wdm_quiesce(sample);
	if (err)
		return err;
	/* Of whoever had the device before. */
	WRITE_REGISTER_ULONG(&sample->extension.Registers->InterruptAcknowledge, U32_MAX);
	status = dpc_sample_wdm_connect(sample, pdev);
	if (!NT_SUCCESS(status))
		return dev_err_probe(&pdev->dev, -EIO, "the interrupt can't be connected: %08x\n",
				     (u32)status);
	return 0;
}

/* The attributes are gone: nobody submits, and nobody waits. */
static void dpc_sample_wdm_remove(struct pci_dev *pdev)
{
	struct dpc_sample_wdm *sample = dpc_sample_wdm_of(&pdev->dev);
	struct dpc_sample_wdm_batch *batch, *next;
	int err;

	err = dpc_sample_wdm_quiesce(sample);
	if (err) {
		dev_err(&pdev->dev, "a transfer or computation does not end\n");
		pci_clear_master(pdev);
	}
	dpc_sample_wdm_disconnect(sample);
	list_for_each_entry_safe(batch, next, &sample->stuck, node)
		kfree(batch);
}

static const struct pci_device_id dpc_sample_wdm_ids[] = { { } };

static struct pci_driver dpc_sample_wdm_driver = {
	.name		= "dpc_wdm_sample",
	.id_table	= dpc_sample_wdm_ids,
	.probe		= dpc_sample_wdm_probe,
	.remove		= dpc_sample_wdm_remove,
	.dev_groups	= dpc_sample_wdm_groups,
};
module_pci_driver(dpc_sample_wdm_driver);

MODULE_DESCRIPTION("Sample: a Windows driver's interrupt part on QEMU's edu device");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");
