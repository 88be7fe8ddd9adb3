// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume, of the machine and of the device alone.
 *
 *   state     interrupt  how it comes there                      a new request
 *   --------  ---------  --------------------------------------  ----------------------------
 *   awake     enabled    probe, dpc_edu_resume(),                is served
 *                        dpc_edu_runtime_resume()
 *   dozing    disabled   dpc_edu_runtime_suspend(): no request   wakes the device, then is
 *                        in flight for the time in               served
 *                        power/autosuspend_delay_ms
 *   sleeping  disabled   dpc_edu_suspend(), from "awake"; a      can't come: all owners are
 *                        dozing device is woken for it, or       frozen
 *                        sleeps on
 *
 * Each request keeps the device awake from dpc_edu_request_enter() until it is freed, which
 * for one whose owner has left is when the device is done with it.  An open file does not.
 * So runtime suspend never meets a request, and there is nothing to wait for.
 *
 * The machine's suspend does meet some.  Owners are threads of user space, which the kernel
 * has frozen before.  That ended their waits, see dpc_edu_wait_error(): requests that waited
 * for their turn were cancelled, what the device is at has no owner any more and comes to
 * its end.  The three stages still run for that, and so do the timers that find a lost
 * interrupt; so the wait has a limit.
 *
 * While a device is being recovered from an error, or after that has failed, all of these
 * leave it as it is; see recover.c.
 *
 * All of these callbacks run in threads that may sleep, and none holds a lock.  The kernel
 * calls one at a time, and before remove() it wakes a dozing device.  /dev/dpc may switch the
 * model at any time: the interrupt object has a lock for that, and stays disabled if it is.
 */
#include "edu.h"
#include "engine.h"
#include "hw.h"
#include "power.h"
#include "recover.h"

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/pm_runtime.h>

/* How long no request must be in flight.  A resume costs microseconds, so there is no hurry. */
#define DPC_EDU_AUTOSUSPEND_MS	1000

static bool dpc_edu_idle(struct dpc_edu *edu)
{
	int i;

	for (i = 0; i < DPC_EDU_ENGINE_NR; i++)
		if (!dpc_edu_engine_idle(edu, i))
			return false;
	return true;
}

/*
 * What the device is at, with its interrupt lost, is found after overdue_ms, and is not tried
 * again because nobody waits for it; the double leaves time for the device itself.
 */
static unsigned long dpc_edu_idle_limit(void)
{
	return 2 * msecs_to_jiffies(READ_ONCE(dpc_edu_overdue_ms));
}

static int dpc_edu_suspend(struct device *dev)
{
	struct dpc_edu *edu = dev_get_drvdata(dev);

	if (!wait_event_timeout(edu->wait, dpc_edu_idle(edu), dpc_edu_idle_limit())) {
		dev_err(dev, "the device does not end what it was asked for\n");
		return -EBUSY;
	}
	return dpc_interrupt_disable(&edu->intr);
}

/* The device may have lost its state, or be another one.  If so, it is gone. */
static int dpc_edu_resume(struct device *dev)
{
	struct dpc_edu *edu = dev_get_drvdata(dev);
	int err;

	if (dpc_edu_halted(edu))
		return 0;
	err = dpc_edu_hw_check(edu);
	if (!err)
		err = dpc_interrupt_enable(&edu->intr);
	if (err)
		dpc_edu_halt(edu, -ENODEV, false);
	return err;
}

static int dpc_edu_runtime_suspend(struct device *dev)
{
	struct dpc_edu *edu = dev_get_drvdata(dev);

	return dpc_interrupt_disable(&edu->intr);
}

/* The only register that a device which was off has to be given again is the enable callback's. */
static int dpc_edu_runtime_resume(struct device *dev)
{
	struct dpc_edu *edu = dev_get_drvdata(dev);

	return dpc_edu_halted(edu) ? 0 : dpc_interrupt_enable(&edu->intr);
}

const struct dev_pm_ops dpc_edu_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(dpc_edu_suspend, dpc_edu_resume)
	RUNTIME_PM_OPS(dpc_edu_runtime_suspend, dpc_edu_runtime_resume, NULL)
};

/*
 * At the end of probe(): give back the use that the PCI core counts for a driver without
 * runtime PM.  The device dozes once somebody writes "auto" to power/control.
 */
void dpc_edu_power_begin(struct dpc_edu *edu)
{
	struct device *dev = &edu->pdev->dev;

	pm_runtime_set_autosuspend_delay(dev, DPC_EDU_AUTOSUSPEND_MS);
	pm_runtime_use_autosuspend(dev);
	pm_runtime_mark_last_busy(dev);
	pm_runtime_put_noidle(dev);
}

/* At the beginning of remove(); the kernel has woken the device, and it stays awake. */
void dpc_edu_power_end(struct dpc_edu *edu)
{
	struct device *dev = &edu->pdev->dev;

	pm_runtime_get_noresume(dev);
	pm_runtime_dont_use_autosuspend(dev);
}
