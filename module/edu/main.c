// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_edu.ko: QEMU's edu device, driven through ISR, DPC and work item.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "chardev.h"
#include "device.h"
#include "dma.h"
#include "edu.h"
#include "engine.h"
#include "hw.h"
#include "power.h"
#include "recover.h"
#include "regs.h"
#include "request.h"
#include "stages.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "../compat.h"
#include "../version.h"

#define DPC_EDU_TIMEOUT_MIN_MS	10
#define DPC_EDU_TIMEOUT_MAX_MS	600000

static unsigned int dpc_edu_default_model = DPC_MODEL_DPC;
static bool dpc_edu_msi = true;

/* Limits in milliseconds. */
static int dpc_edu_timeout_set(const char *val, const struct kernel_param *kp)
{
	unsigned int ms;

	if (kstrtouint(val, 0, &ms) || ms < DPC_EDU_TIMEOUT_MIN_MS ||
	    ms > DPC_EDU_TIMEOUT_MAX_MS) {
		pr_err("parameter %s=%s: give milliseconds from %u to %u\n", kp->name, val,
		       DPC_EDU_TIMEOUT_MIN_MS, DPC_EDU_TIMEOUT_MAX_MS);
		return -EINVAL;
	}
	WRITE_ONCE(*(unsigned int *)kp->arg, ms);
	return 0;
}

static const struct kernel_param_ops dpc_edu_timeout_ops = {
	.set = dpc_edu_timeout_set,
	.get = param_get_uint,
};
module_param_cb(request_timeout_ms, &dpc_edu_timeout_ops, &dpc_edu_request_timeout_ms, 0644);
MODULE_PARM_DESC(request_timeout_ms, "limit of every wait for the device, ms (default 10000)");

module_param_cb(overdue_ms, &dpc_edu_timeout_ops, &dpc_edu_overdue_ms, 0644);
MODULE_PARM_DESC(overdue_ms, "look at the device when no interrupt has told for so many ms that it is done (default 2000)");

static int dpc_edu_model_param_set(const char *val, const struct kernel_param *kp)
{
	int model = dpc_model_by_name(val);
	int i;

	if (dpc_model_available(model)) {
		dpc_edu_default_model = model;
		return 0;
	}
	if (model < 0)
		pr_err("parameter %s=%s: no such model; give one of:\n", kp->name, val);
	else
		pr_err("parameter %s=%s: needs %s; give one of:\n", kp->name, val,
		       dpc_model_needs(model));
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (dpc_model_available(i))
			pr_err("  %s\n", dpc_model_name(i));
	return model < 0 ? model : -EOPNOTSUPP;
}

static int dpc_edu_model_param_get(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%s\n", dpc_model_name(dpc_edu_default_model));
}

static const struct kernel_param_ops dpc_edu_model_ops = {
	.set = dpc_edu_model_param_set,
	.get = dpc_edu_model_param_get,
};
module_param_cb(model, &dpc_edu_model_ops, NULL, 0444);
MODULE_PARM_DESC(model, "what carries the second stage: dpc, threaded, tasklet, bh_wq, irq_poll, wq, wq_unbound, kthread or hardirq (default dpc)");

module_param_named(msi, dpc_edu_msi, bool, 0444);
MODULE_PARM_DESC(msi, "use MSI when the device has it; N: the legacy line (default Y)");

module_param_named(controller, dpc_edu_share_controller, bool, 0444);
MODULE_PARM_DESC(controller, "all devices share one DMA channel, and take turns at their transfers (default N)");

static int dpc_edu_dma_max_set(const char *val, const struct kernel_param *kp)
{
	unsigned int bytes;

	if (kstrtouint(val, 0, &bytes) || !bytes || bytes > DPC_EDU_BUFFER_SIZE) {
		pr_err("parameter %s=%s: give bytes from 1 to %u\n", kp->name, val,
		       DPC_EDU_BUFFER_SIZE);
		return -EINVAL;
	}
	dpc_edu_dma_max = bytes;
	return 0;
}

static const struct kernel_param_ops dpc_edu_dma_max_ops = {
	.set = dpc_edu_dma_max_set,
	.get = param_get_uint,
};
module_param_cb(dma_max, &dpc_edu_dma_max_ops, &dpc_edu_dma_max, 0444);
MODULE_PARM_DESC(dma_max, "bytes that the device transfers at once; longer transfers go in pieces (default 4095)");

static void dpc_edu_release_action(void *edu)
{
	dpc_edu_put(edu);
}

static void dpc_edu_free_vectors(void *pdev)
{
	pci_free_irq_vectors(pdev);
}

/* Registers, DMA, interrupt vector: all given back by devres. */
static int dpc_edu_map(struct dpc_edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	unsigned int types = dpc_edu_msi ? PCI_IRQ_MSI | PCI_IRQ_INTX : PCI_IRQ_INTX;
	int err;

	err = pcim_enable_device(pdev);
	if (err)
		return err;
	err = pcim_iomap_regions(pdev, BIT(DPC_EDU_BAR), edu->name);
	if (err)
		return err;
	edu->mmio = pcim_iomap_table(pdev)[DPC_EDU_BAR];
	err = dpc_edu_hw_check(edu);
	if (err)
		return err;
	edu->id = dpc_edu_hw_id(edu);

	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(DPC_EDU_DMA_MASK_BITS));
	if (err)
		return dev_err_probe(&pdev->dev, err,
				     "no memory that %d address bits reach; the kernel needs CONFIG_ZONE_DMA\n",
				     DPC_EDU_DMA_MASK_BITS);
	pci_set_master(pdev);

	err = pci_alloc_irq_vectors(pdev, 1, 1, types);
	if (err < 0)
		return err;
	edu->msi = pdev->msi_enabled;
	return devm_add_action_or_reset(&pdev->dev, dpc_edu_free_vectors, pdev);
}

static int dpc_edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dpc_interrupt_params params = {
		.dev	= &pdev->dev,
		.ops	= &dpc_edu_interrupt_ops,
		.model	= dpc_edu_default_model,
	};
	struct dpc_edu *edu;
	int err;

	edu = dpc_edu_alloc(pdev);
	if (!edu)
		return -ENOMEM;
	err = devm_add_action_or_reset(&pdev->dev, dpc_edu_release_action, edu);
	if (err)
		return err;
	dpc_edu_engine_init(edu, DPC_EDU_ENGINE_FACTORIAL, dpc_edu_unit_start,
			    dpc_edu_engine_overdue);
	dpc_edu_engine_init(edu, DPC_EDU_ENGINE_DMA, dpc_edu_dma_start, dpc_edu_engine_overdue);
	dpc_edu_engine_init(edu, DPC_EDU_ENGINE_CONTROL, dpc_edu_unit_start,
			    dpc_edu_engine_overdue);
	err = dpc_edu_map(edu);
	if (err)
		return err;
	err = dpc_edu_dma_init(edu);
	if (err)
		return err;

	params.name = edu->name;
	params.irq = pci_irq_vector(pdev, 0);
	params.flags = edu->msi ? 0 : DPC_INTERRUPT_SHARED;
	err = dpc_interrupt_connect(&edu->intr, &params);
	if (err) {
		dev_err_probe(&pdev->dev, err, "interrupt %d can't be connected\n", params.irq);
		goto destroy_dma;
	}
	pci_set_drvdata(pdev, edu);
	err = dpc_edu_chardev_register(edu);
	if (err) {
		dev_err_probe(&pdev->dev, err, "/dev/%s can't be created\n", edu->name);
		goto disconnect;
	}
	/* What dpc_edu_slot_reset() gives back. */
	pci_save_state(pdev);
	dpc_edu_power_begin(edu);
	dev_info(&pdev->dev, "/dev/%s: %s interrupt %d, model %s\n", edu->name,
		 edu->msi ? "MSI" : "INTx", params.irq, dpc_model_name(params.model));
	return 0;

disconnect:
	dpc_interrupt_disconnect(&edu->intr);
destroy_dma:
	dpc_edu_dma_destroy(edu);
	return err;
}

/*
 * All engines may be running, and any number of calls waiting: dpc_edu_halt() ends what they
 * are at.  Then no timer looks at the device, the interrupt goes, and the owners leave.
 *
 * None of these waits needs user space to run; see request.c for the owners.
 * The calls that set and read the bodies copy from and to user space outside gone_sem.
 */
static void dpc_edu_remove(struct pci_dev *pdev)
{
	struct dpc_edu *edu = pci_get_drvdata(pdev);

	dpc_edu_power_end(edu);
	dpc_edu_chardev_unregister(edu);
	dpc_edu_halt(edu, -ENODEV, true);
	dpc_edu_engines_end(edu);
	dpc_interrupt_disconnect(&edu->intr);
	dpc_edu_requests_drain(edu);
	dpc_edu_dma_destroy(edu);
}

static const struct pci_device_id dpc_edu_ids[] = {
	{ PCI_DEVICE(DPC_EDU_PCI_VENDOR, DPC_EDU_PCI_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, dpc_edu_ids);

static struct pci_driver dpc_edu_driver = {
	.name		= "dpc_edu",
	.id_table	= dpc_edu_ids,
	.probe		= dpc_edu_probe,
	.remove		= dpc_edu_remove,
	.driver.pm	= pm_ptr(&dpc_edu_pm_ops),
	.err_handler	= &dpc_edu_error_handlers,
};

static int __init dpc_edu_init(void)
{
	dpc_edu_dma_module_init();
	return pci_register_driver(&dpc_edu_driver);
}
module_init(dpc_edu_init);

static void __exit dpc_edu_exit(void)
{
	pci_unregister_driver(&dpc_edu_driver);
	dpc_edu_dma_module_exit();
}
module_exit(dpc_edu_exit);

MODULE_DESCRIPTION("QEMU edu device driven through ISR, DPC and work item");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");
