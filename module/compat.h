/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between the supported kernels.  They are found by the content of the
 * kernel's headers and not by its version, because stable kernels take changes from
 * newer ones.
 */
#ifndef _DPC_COMPAT_H
#define _DPC_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/pci.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

/* Marks functions that KUnit suites use beyond the API; 6.1 has no such header yet. */
#if IS_ENABLED(CONFIG_KUNIT)
#include <kunit/visibility.h>
#else
#define EXPORT_SYMBOL_IF_KUNIT(symbol) /* stays inside */
#endif

/* 6.8 gave the legacy line its name; older kernels know PCI_IRQ_LEGACY. */
#ifndef PCI_IRQ_INTX
#define PCI_IRQ_INTX	PCI_IRQ_LEGACY
#endif

/* 6.13 sets the function, too; later ones have nothing else.  Kbuild looked. */
#ifndef DPC_HAVE_HRTIMER_SETUP
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *timer),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* 6.2 gave it this name, 6.15 took the old one away.  Kbuild looked. */
#ifndef DPC_HAVE_TIMER_DELETE_SYNC
static inline int timer_delete_sync(struct timer_list *timer)
{
	return del_timer_sync(timer);
}
#endif

/* Newer kernels want to be told, with older ones it goes without saying.  Kbuild looked. */
#ifndef DPC_HAVE_WQ_PERCPU
#define WQ_PERCPU	0
#endif

/* 6.14 has this name for it; there, the old one makes a worker that sleeps.  Kbuild looked. */
#ifndef DPC_HAVE_KTHREAD_RUN_WORKER
#define kthread_run_worker	kthread_create_worker
#endif

/* Kbuild finds out whether the name of a namespace is a string, as from 6.13 on. */
#ifdef DPC_HAVE_NS_STRING
#define DPC_NS(name)	#name
#else
#define DPC_NS(name)	name
#endif

/*
 * User-mode Linux has the option of an x86 CPU's counter, and shows it to nobody.  Its
 * local_clock() counts ticks, so it stands still in an ISR.
 */
#ifdef CONFIG_UML
#define dpc_local_clock		ktime_get_mono_fast_ns
#else
#define dpc_local_clock		local_clock
#ifdef CONFIG_X86_TSC
#define DPC_X86_TSC
#endif
#endif

#endif /* _DPC_COMPAT_H */
