/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that can fail, and fail when dpc_faults.ko says so.
 *
 * `vm/modules --faults` puts this before each source of the modules (gcc -include): their calls of
 * these functions become calls of the macros below, and the sources stay as they are.  So the
 * modules that are shipped have nothing of this in them.  Calls that a header of ours makes
 * count; those that the kernel itself makes do not, as these are compiled already.
 */
#ifndef DPC_TESTS_FAULTS_H
#define DPC_TESTS_FAULTS_H

/* The sources define it before their first header, and to the same. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/smpboot.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#ifndef DPC_FAULTS_MODULE

bool dpc_fault(const char *site);

/*
 * Whether this call is to fail.  All places are in a section of their own, where `strings` finds
 * them: a test can tell which ones it has not come to.
 */
#define DPC_FAULT(_call)							\
({										\
	static const char dpc_fault_site[] __section(".dpc_fault_sites") =	\
		_call " " __FILE__ ":" __stringify(__LINE__);			\
										\
	dpc_fault(dpc_fault_site);						\
})

/* @_bad instead of the call. */
#define DPC_FAULT_OR(_call, _bad, _real)	(DPC_FAULT(_call) ? (_bad) : (_real))

/* ---- Memory: what is a macro in the kernel gets a function first ------------ */

static __always_inline void *dpc_faults_kmalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags);
}

static __always_inline void *dpc_faults_kzalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

static __always_inline void *dpc_faults_kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kcalloc(n, size, flags);
}

static __always_inline void *dpc_faults_kvzalloc(size_t size, gfp_t flags)
{
	return kvzalloc(size, flags);
}

static __always_inline void *dpc_faults_kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc_array(n, size, flags);
}

static __always_inline void *dpc_faults_kmemdup(const void *from, size_t size, gfp_t flags)
{
	return kmemdup(from, size, flags);
}

static __always_inline unsigned long dpc_faults_get_zeroed_page(gfp_t flags)
{
	return get_zeroed_page(flags);
}

static __always_inline void __percpu *dpc_faults_percpu(size_t size, size_t align)
{
	return __alloc_percpu(size, align);
}

#undef kmalloc
#define kmalloc(...) DPC_FAULT_OR("kmalloc", NULL, dpc_faults_kmalloc(__VA_ARGS__))
#undef kzalloc
#define kzalloc(...) DPC_FAULT_OR("kzalloc", NULL, dpc_faults_kzalloc(__VA_ARGS__))
#undef kcalloc
#define kcalloc(...) DPC_FAULT_OR("kcalloc", NULL, dpc_faults_kcalloc(__VA_ARGS__))
#undef kvzalloc
#define kvzalloc(...) DPC_FAULT_OR("kvzalloc", NULL, dpc_faults_kvzalloc(__VA_ARGS__))
#undef kvmalloc_array
#define kvmalloc_array(...) \
	DPC_FAULT_OR("kvmalloc_array", NULL, dpc_faults_kvmalloc_array(__VA_ARGS__))
#undef kmemdup
#define kmemdup(...) DPC_FAULT_OR("kmemdup", NULL, dpc_faults_kmemdup(__VA_ARGS__))
#undef get_zeroed_page
#define get_zeroed_page(...) \
	DPC_FAULT_OR("get_zeroed_page", 0ul, dpc_faults_get_zeroed_page(__VA_ARGS__))
#undef alloc_percpu
#define alloc_percpu(_type) ((typeof(_type) __percpu *)						\
	DPC_FAULT_OR("alloc_percpu", NULL, dpc_faults_percpu(sizeof(_type), __alignof__(_type))))
#define kstrdup(...) DPC_FAULT_OR("kstrdup", NULL, kstrdup(__VA_ARGS__))
#define kasprintf(...) DPC_FAULT_OR("kasprintf", NULL, kasprintf(__VA_ARGS__))
#define devm_kzalloc(...) DPC_FAULT_OR("devm_kzalloc", NULL, devm_kzalloc(__VA_ARGS__))
#define memdup_user(...) DPC_FAULT_OR("memdup_user", ERR_PTR(-ENOMEM), memdup_user(__VA_ARGS__))
#undef devres_alloc
#define devres_alloc(_release, _size, _gfp) DPC_FAULT_OR("devres_alloc", NULL,	\
	__devres_alloc_node(_release, _size, _gfp, NUMA_NO_NODE, #_release))
#define ida_alloc(...) DPC_FAULT_OR("ida_alloc", -ENOSPC, ida_alloc(__VA_ARGS__))

/* ---- The user's memory -------------------------------------------------------- */

#define copy_from_user(_to, _from, _size)	\
	DPC_FAULT_OR("copy_from_user", (unsigned long)(_size), copy_from_user(_to, _from, _size))
#define copy_to_user(_to, _from, _size)		\
	DPC_FAULT_OR("copy_to_user", (unsigned long)(_size), copy_to_user(_to, _from, _size))
#define pin_user_pages_fast(...) \
	DPC_FAULT_OR("pin_user_pages_fast", -EFAULT, pin_user_pages_fast(__VA_ARGS__))

/* ---- Threads, workers, CPUs ------------------------------------------------------ */

#define alloc_workqueue(...) DPC_FAULT_OR("alloc_workqueue", NULL, alloc_workqueue(__VA_ARGS__))
#define kthread_create_worker(...) \
	DPC_FAULT_OR("kthread_create_worker", ERR_PTR(-EINTR), kthread_create_worker(__VA_ARGS__))
#define smpboot_register_percpu_thread(...) DPC_FAULT_OR("smpboot_register_percpu_thread",	\
	-ENOMEM, smpboot_register_percpu_thread(__VA_ARGS__))
#define cpuhp_setup_state_nocalls(...) \
	DPC_FAULT_OR("cpuhp_setup_state_nocalls", -ENOSPC, cpuhp_setup_state_nocalls(__VA_ARGS__))
#define smp_call_function_single_async(...) DPC_FAULT_OR("smp_call_function_single_async",	\
	-ENXIO, smp_call_function_single_async(__VA_ARGS__))

/* ---- Devices, and what is registered ------------------------------------------------ */

#define class_register(...) DPC_FAULT_OR("class_register", -ENOMEM, class_register(__VA_ARGS__))
#define dev_set_name(...) DPC_FAULT_OR("dev_set_name", -ENOMEM, dev_set_name(__VA_ARGS__))
#define device_add(...) DPC_FAULT_OR("device_add", -ENOMEM, device_add(__VA_ARGS__))
#define misc_register(...) DPC_FAULT_OR("misc_register", -EBUSY, misc_register(__VA_ARGS__))
#define register_module_notifier(...) \
	DPC_FAULT_OR("register_module_notifier", -EEXIST, register_module_notifier(__VA_ARGS__))
/* The action is done when it can't be kept. */
#undef devm_add_action_or_reset
#define devm_add_action_or_reset(_dev, _action, _data)				\
({										\
	void *dpc_fault_data = (_data);						\
	int dpc_fault_err = -ENOMEM;						\
										\
	if (DPC_FAULT("devm_add_action_or_reset"))				\
		(_action)(dpc_fault_data);					\
	else									\
		dpc_fault_err = __devm_add_action_or_reset(_dev, _action, dpc_fault_data,	\
							       #_action);	\
	dpc_fault_err;								\
})
#define pm_runtime_resume_and_get(...) \
	DPC_FAULT_OR("pm_runtime_resume_and_get", -EACCES, pm_runtime_resume_and_get(__VA_ARGS__))

/* ---- PCI, interrupts, DMA -------------------------------------------------------------- */

#undef pci_register_driver
#define pci_register_driver(_driver) DPC_FAULT_OR("pci_register_driver", -EBUSY,	\
	__pci_register_driver(_driver, THIS_MODULE, KBUILD_MODNAME))
#define pcim_enable_device(...) \
	DPC_FAULT_OR("pcim_enable_device", -EIO, pcim_enable_device(__VA_ARGS__))
#define pcim_iomap_regions(...) \
	DPC_FAULT_OR("pcim_iomap_regions", -EBUSY, pcim_iomap_regions(__VA_ARGS__))
#define pci_request_regions(...) \
	DPC_FAULT_OR("pci_request_regions", -EBUSY, pci_request_regions(__VA_ARGS__))
#define pci_reset_function_locked(...) \
	DPC_FAULT_OR("pci_reset_function_locked", -ENOTTY, pci_reset_function_locked(__VA_ARGS__))
#define pci_iomap(...) DPC_FAULT_OR("pci_iomap", NULL, pci_iomap(__VA_ARGS__))
#define pci_alloc_irq_vectors(...) \
	DPC_FAULT_OR("pci_alloc_irq_vectors", -ENOSPC, pci_alloc_irq_vectors(__VA_ARGS__))
#define request_threaded_irq(...) \
	DPC_FAULT_OR("request_threaded_irq", -EBUSY, request_threaded_irq(__VA_ARGS__))
#define irq_set_affinity_and_hint(...) \
	DPC_FAULT_OR("irq_set_affinity_and_hint", -EINVAL, irq_set_affinity_and_hint(__VA_ARGS__))
#define dma_set_mask_and_coherent(...) \
	DPC_FAULT_OR("dma_set_mask_and_coherent", -EIO, dma_set_mask_and_coherent(__VA_ARGS__))
#define dma_alloc_coherent(...) \
	DPC_FAULT_OR("dma_alloc_coherent", NULL, dma_alloc_coherent(__VA_ARGS__))
#define dmam_alloc_coherent(...) \
	DPC_FAULT_OR("dmam_alloc_coherent", NULL, dmam_alloc_coherent(__VA_ARGS__))
#undef dma_map_page
#define dma_map_page(...) DPC_FAULT_OR("dma_map_page", DMA_MAPPING_ERROR,	\
	dma_map_page_attrs(__VA_ARGS__, 0))

#endif /* DPC_FAULTS_MODULE */
#endif /* DPC_TESTS_FAULTS_H */
