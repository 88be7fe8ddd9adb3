// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_pci.ko: any PCI card's interrupts, through ISR, DPC and work item.
 *
 * It takes no card by itself.  A card is given to it by its driver_override, or by new_id.
 */
#include "card.h"
#include "chardev.h"
#include "raise.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "../compat.h"
#include "../version.h"

#define DPC_PCI_TIMEOUT_MIN_MS	10
#define DPC_PCI_TIMEOUT_MAX_MS	600000

static int dpc_pci_timeout_set(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, DPC_PCI_TIMEOUT_MIN_MS, DPC_PCI_TIMEOUT_MAX_MS);
}

static const struct kernel_param_ops dpc_pci_timeout_ops = {
	.set = dpc_pci_timeout_set,
	.get = param_get_uint,
};
module_param_cb(raise_timeout_ms, &dpc_pci_timeout_ops, &dpc_pci_raise_timeout_ms, 0644);
MODULE_PARM_DESC(raise_timeout_ms, "limit of the wait for an interrupt that was raised, ms, 10 to 600000 (default 10000)");

/* ---- Probe and remove ----------------------------------------------------------------- */

/*
 * The driver before this one may have left the card in the middle of anything.  If it can be
 * reset, what comes is what a recipe asks for.
 */
static void dpc_pci_reset(struct pci_dev *pdev)
{
	int err = pci_reset_function_locked(pdev);

	if (err)
		pci_info(pdev, "the card can't be reset (%d): it is as its last driver has left it\n",
			 err);
}

static int dpc_pci_acquire(struct pci_dev *pdev)
{
	int err;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return dev_err_probe(&pdev->dev, -EINVAL,
				     "a bridge is no card that can be measured\n");
	err = pcim_enable_device(pdev);
	if (err)
		return dev_err_probe(&pdev->dev, err, "can't be enabled\n");
	err = pci_request_regions(pdev, KBUILD_MODNAME);
	if (err)
		return dev_err_probe(&pdev->dev, err, "its registers are in use\n");
	pci_clear_master(pdev);
	dpc_pci_reset(pdev);
	/* What dpc_pci_slot_reset() gives back; a start saves what it changes. */
	pci_save_state(pdev);
	return 0;
}

static void dpc_pci_put_action(void *card)
{
	dpc_pci_card_put(card);
}

static int dpc_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dpc_pci *card;
	int err;

	err = dpc_pci_acquire(pdev);
	if (err)
		return err;
	card = dpc_pci_card_alloc(pdev);
	if (!card)
		return -ENOMEM;
	err = devm_add_action_or_reset(&pdev->dev, dpc_pci_put_action, card);
	if (err)
		return err;
	pci_set_drvdata(pdev, card);
	err = dpc_pci_chardev_register(card);
	if (err)
		return dev_err_probe(&pdev->dev, err, "/dev/%s can't be created\n", card->name);
	pci_info(pdev, "/dev/%s: waits for a recipe and a start: dpcmon bind does that\n",
		 card->name);
	return 0;
}

static void dpc_pci_remove(struct pci_dev *pdev)
{
	struct dpc_pci *card = pci_get_drvdata(pdev);

	dpc_pci_chardev_unregister(card);
	down_write(&card->sem);
	WRITE_ONCE(card->gone, true);
	dpc_pci_stop(card);
	up_write(&card->sem);
}

/* ---- Suspend and resume, resets, errors of the bus -------------------------------------- */

/* @sem is held for writing, so that no call raises; what was raised will be signalled again. */
static int dpc_pci_pause(struct dpc_pci *card)
{
	if (!card->set || card->failed)
		return 0;
	return dpc_interrupts_disable(&card->set->intrs);
}

static int dpc_pci_continue(struct dpc_pci *card)
{
	if (!card->set || card->failed)
		return 0;
	if (card->set->kind != DPC_PCI_KIND_LINE)
		pci_set_master(card->pdev);
	return dpc_interrupts_enable(&card->set->intrs);
}

static int dpc_pci_suspend(struct device *dev)
{
	struct dpc_pci *card = dev_get_drvdata(dev);
	int err;

	down_write(&card->sem);
	err = dpc_pci_pause(card);
	up_write(&card->sem);
	return err;
}

static int dpc_pci_resume(struct device *dev)
{
	struct dpc_pci *card = dev_get_drvdata(dev);
	int err;

	down_write(&card->sem);
	err = dpc_pci_continue(card);
	up_write(&card->sem);
	return err;
}

static DEFINE_SIMPLE_DEV_PM_OPS(dpc_pci_pm_ops, dpc_pci_suspend, dpc_pci_resume);

/* Somebody resets the card, by sysfs for example; from probe there is nothing to pause. */
static void dpc_pci_reset_prepare(struct pci_dev *pdev)
{
	struct dpc_pci *card = pci_get_drvdata(pdev);

	if (!card)
		return;
	down_write(&card->sem);
	dpc_pci_pause(card);
}

static void dpc_pci_reset_done(struct pci_dev *pdev)
{
	struct dpc_pci *card = pci_get_drvdata(pdev);

	if (!card)
		return;
	if (dpc_pci_continue(card))
		pci_err(pdev, "can't be enabled again after the reset; stop and start it\n");
	up_write(&card->sem);
}

/*
 * Until the bus has recovered, nothing touches the card, and raises fail.  What is pending
 * is signalled again when it has.
 */
static pci_ers_result_t dpc_pci_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct dpc_pci *card = pci_get_drvdata(pdev);

	down_write(&card->sem);
	dpc_pci_pause(card);
	WRITE_ONCE(card->failed, true);
	if (card->set)
		wake_up_all(&card->set->wait);
	up_write(&card->sem);
	switch (state) {
	case pci_channel_io_normal:
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

static pci_ers_result_t dpc_pci_mmio_enabled(struct pci_dev *pdev)
{
	return PCI_ERS_RESULT_RECOVERED;
}

/*
 * The card was reset, and has lost its configuration.  What was saved last, by probe, a start or
 * a suspend, is right, but the kernel has marked it as used if it was given back already.
 */
static pci_ers_result_t dpc_pci_slot_reset(struct pci_dev *pdev)
{
	pdev->state_saved = true;
	pci_restore_state(pdev);
	/* Whatever it was at must not reach memory; dpc_pci_continue() lets it again. */
	pci_clear_master(pdev);
	return PCI_ERS_RESULT_RECOVERED;
}

static void dpc_pci_error_resume(struct pci_dev *pdev)
{
	struct dpc_pci *card = pci_get_drvdata(pdev);

	down_write(&card->sem);
	WRITE_ONCE(card->failed, false);
	if (dpc_pci_continue(card))
		pci_err(pdev, "can't be enabled again after an error of the bus; stop and start it\n");
	up_write(&card->sem);
}

static const struct pci_error_handlers dpc_pci_error_handlers = {
	.error_detected	= dpc_pci_error_detected,
	.mmio_enabled	= dpc_pci_mmio_enabled,
	.slot_reset	= dpc_pci_slot_reset,
	.resume		= dpc_pci_error_resume,
	.reset_prepare	= dpc_pci_reset_prepare,
	.reset_done	= dpc_pci_reset_done,
};

static struct pci_driver dpc_pci_driver = {
	.name		= "dpc_pci",
	.probe		= dpc_pci_probe,
	.remove		= dpc_pci_remove,
	.driver.pm	= pm_sleep_ptr(&dpc_pci_pm_ops),
	.err_handler	= &dpc_pci_error_handlers,
};
module_pci_driver(dpc_pci_driver);

MODULE_DESCRIPTION("Any PCI card's interrupts, driven through ISR, DPC and work item");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");
