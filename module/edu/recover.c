// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of all that a device is at, and its recovery from errors of the bus and from resets
 * (Documentation/PCI/pci-error-recovery.rst in Linux).
 *
 *   state    interrupt  how it comes there                       requests
 *   -------  ---------  ---------------------------------------  ---------------------------
 *   live     enabled    probe, dpc_edu_recovered()               are served
 *   broken   disabled   error_detected, reset_prepare            all that it has, and new
 *                                                                ones, end with EIO
 *   gone     disabled   remove, error_detected that says so, a   the same with ENODEV
 *                       recovery or resume that finds no device
 *
 * From "broken" the ways are: error_detected "normal", mmio_enabled, resume; error_detected
 * "frozen", slot_reset, resume; reset_prepare, reset_done.  The second sets the device up.
 *
 * The kernel calls these in threads, with the lock of the device that probe(), remove(), and
 * the machine's suspend and resume take as well, one at a time; between two of them that lock
 * is free.  "broken" and "gone" are written under gone_sem, so a call that has seen a live
 * device has submitted its request before dpc_edu_halt() goes on.
 */
#include "device.h"
#include "dma.h"
#include "edu.h"
#include "engine.h"
#include "hw.h"
#include "recover.h"
#include "request.h"

#include <linux/pci.h>
#include <linux/pm_runtime.h>

/**
 * dpc_edu_halt - end all that a device is at
 * @edu: the device
 * @err: what its requests, and later calls, are told: -ENODEV if it is gone, -EIO if it may
 *	come back
 * @reachable: its registers may be used; if not, the bus lets no transfer pass, either
 *
 * All engines may be running, and any number of calls waiting.  The order makes it
 * safe: no new requests; no engine begins; the device comes to rest; its three stages end;
 * requests that it had begun, or had not, end.
 *
 * The device may wait for its turn at the controller.  Before the interrupt goes, no
 * control routine may be in the middle of beginning; one that runs later sees that the
 * engines are stopped.  A DPC, of the interrupt or of a timer, may have asked for another
 * turn meanwhile: that is withdrawn when these have ended.
 *
 * Context: a thread that may sleep, of a callback of the driver.
 */
void dpc_edu_halt(struct dpc_edu *edu, int err, bool reachable)
{
	bool stopped = true;

	down_write(&edu->gone_sem);
	if (err == -ENODEV)
		WRITE_ONCE(edu->gone, true);
	else
		WRITE_ONCE(edu->broken, true);
	up_write(&edu->gone_sem);
	wake_up_all(&edu->wait);
	if (err == -ENODEV)
		dpc_edu_requests_fail_waiting(edu);
	dpc_edu_engines_stop(edu, err);
	dpc_edu_dma_withdraw(edu);

	if (reachable)
		stopped = dpc_edu_hw_quiesce(edu);
	if (!stopped)
		dev_err(&edu->pdev->dev,
			"a transfer or computation does not end; its buffer is given up\n");
	if (!reachable || !stopped)
		pci_clear_master(edu->pdev);
	dpc_interrupt_disable(&edu->intr);
	dpc_edu_engines_forget(edu);
	dpc_edu_dma_withdraw(edu);
	dpc_edu_requests_fail_rest(edu, stopped, err);
}

/* Whether it was halted, and has not recovered: then its interrupt stays disabled. */
bool dpc_edu_halted(struct dpc_edu *edu)
{
	return READ_ONCE(edu->broken) || READ_ONCE(edu->gone);
}

/* ---- Errors of the bus ------------------------------------------------------------- */

static pci_ers_result_t dpc_edu_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct dpc_edu *edu = pci_get_drvdata(pdev);

	switch (state) {
	case pci_channel_io_normal:
		dpc_edu_halt(edu, -EIO, true);
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		dpc_edu_halt(edu, -EIO, false);
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		dpc_edu_halt(edu, -ENODEV, false);
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

/* The registers can be used again: does the device answer, is it idle? */
static pci_ers_result_t dpc_edu_mmio_enabled(struct pci_dev *pdev)
{
	struct dpc_edu *edu = pci_get_drvdata(pdev);

	return dpc_edu_hw_check(edu) ? PCI_ERS_RESULT_NEED_RESET : PCI_ERS_RESULT_RECOVERED;
}

/*
 * The device was reset, and has lost its configuration: addresses, MSI, access to memory.
 * The state that was saved last, by probe() or at a suspend, is still right, but the kernel
 * has marked it as used if it was given back already.  Whatever the device was at must not
 * reach memory.
 */
static pci_ers_result_t dpc_edu_slot_reset(struct pci_dev *pdev)
{
	struct dpc_edu *edu = pci_get_drvdata(pdev);

	pdev->state_saved = true;
	pci_restore_state(pdev);
	pci_clear_master(pdev);
	if (!dpc_edu_hw_check(edu))
		return PCI_ERS_RESULT_RECOVERED;
	dpc_edu_halt(edu, -ENODEV, false);
	return PCI_ERS_RESULT_DISCONNECT;
}

/*
 * The device is set up: it goes on.  It may have dozed when the error came, so that no
 * request has woken it.  Before its interrupt is enabled, no call finds it live.
 */
static void dpc_edu_recovered(struct pci_dev *pdev)
{
	struct dpc_edu *edu = pci_get_drvdata(pdev);

	if (READ_ONCE(edu->gone))
		return;
	pci_set_master(pdev);
	dpc_edu_engines_stop(edu, 0);
	down_write(&edu->gone_sem);
	WRITE_ONCE(edu->broken, false);
	pm_runtime_get_sync(&pdev->dev);
	if (dpc_interrupt_enable(&edu->intr))
		dev_err(&pdev->dev, "the interrupt can't be enabled\n");
	up_write(&edu->gone_sem);
	pm_runtime_put_autosuspend(&pdev->dev);
	wake_up_all(&edu->wait);
}

/* Somebody resets the device, as by its file "reset" in sysfs. */
static void dpc_edu_reset_prepare(struct pci_dev *pdev)
{
	dpc_edu_halt(pci_get_drvdata(pdev), -EIO, true);
}

/* The kernel has given the device its configuration back. */
static void dpc_edu_reset_done(struct pci_dev *pdev)
{
	struct dpc_edu *edu = pci_get_drvdata(pdev);

	if (dpc_edu_hw_check(edu))
		dpc_edu_halt(edu, -ENODEV, false);
	else
		dpc_edu_recovered(pdev);
}

const struct pci_error_handlers dpc_edu_error_handlers = {
	.error_detected	= dpc_edu_error_detected,
	.mmio_enabled	= dpc_edu_mmio_enabled,
	.slot_reset	= dpc_edu_slot_reset,
	.resume		= dpc_edu_recovered,
	.reset_prepare	= dpc_edu_reset_prepare,
	.reset_done	= dpc_edu_reset_done,
};
