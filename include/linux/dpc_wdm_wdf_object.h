/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows names: objects of KMDF, their contexts and locks; see linux/dpc_wdm.h.
 *
 * Module: dpc_nt.ko.
 */
#ifndef _LINUX_DPC_WDM_WDF_OBJECT_H
#define _LINUX_DPC_WDM_WDF_OBJECT_H

#include <linux/device.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_wdm_ke.h>
#include <linux/dpc_work.h>
#include <linux/instruction_pointer.h>
#include <linux/jiffies.h>
#include <linux/lockdep_types.h>
#include <linux/refcount.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/**
 * DOC: Objects of KMDF
 *
 * Each handle is a type of its own for the compiler, and a WDFOBJECT stands for any of
 * them.  An object has a parent, and is deleted with it; contexts, each found by its
 * type; and a reference count, which keeps its memory after it was deleted.
 *
 * A driver's probe makes the WDFDEVICE, by dpc_wdm_wdf_device_create().  It is deleted,
 * with all below it, when the &struct device is unbound.  There is no WDFDRIVER: an
 * object without a parent lives until WdfObjectDelete().
 *
 * WdfObjectDelete() deletes newer children before older ones, and children before
 * their parent.  First it stops what could still run: it disconnects interrupts, and
 * ends timers, DPCs, work items and queues.  EvtCleanupCallback is called for all of
 * them, then EvtDestroyCallback for each whose references are gone.  What has to be
 * waited for is deleted by a thread that may sleep; elsewhere the call is refused and
 * reported, and nothing changes.  A work item may delete itself in its callback.
 */
typedef HANDLE				WDFOBJECT;
typedef HANDLE				WDFCONTEXT;

typedef VOID EVT_WDF_OBJECT_CONTEXT_CLEANUP(WDFOBJECT Object);
typedef VOID EVT_WDF_OBJECT_CONTEXT_DESTROY(WDFOBJECT Object);
typedef EVT_WDF_OBJECT_CONTEXT_CLEANUP	*PFN_WDF_OBJECT_CONTEXT_CLEANUP;
typedef EVT_WDF_OBJECT_CONTEXT_DESTROY	*PFN_WDF_OBJECT_CONTEXT_DESTROY;

#define STATUS_OBJECT_NAME_EXISTS		((NTSTATUS)0x40000000)
#define STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL	((NTSTATUS)0xc020020c)
#define STATUS_WDF_PARENT_NOT_SPECIFIED		((NTSTATUS)0xc0200212)

typedef enum _WDF_TRI_STATE {
	WdfFalse,
	WdfTrue,
	WdfUseDefault,
} WDF_TRI_STATE;

/* The level of a device's callbacks; one that inherits has DISPATCH. */
typedef enum _WDF_EXECUTION_LEVEL {
	WdfExecutionLevelInvalid,
	WdfExecutionLevelInheritFromParent,
	WdfExecutionLevelPassive,
	WdfExecutionLevelDispatch,
} WDF_EXECUTION_LEVEL;

/* What serialises the callbacks of a device; one that inherits has none. */
typedef enum _WDF_SYNCHRONIZATION_SCOPE {
	WdfSynchronizationScopeInvalid,
	WdfSynchronizationScopeInheritFromParent,
	WdfSynchronizationScopeDevice,
	WdfSynchronizationScopeQueue,
	WdfSynchronizationScopeNone,
} WDF_SYNCHRONIZATION_SCOPE;

typedef struct _WDF_OBJECT_CONTEXT_TYPE_INFO {
	ULONG		Size;
	const char	*ContextName;
	size_t		ContextSize;
} WDF_OBJECT_CONTEXT_TYPE_INFO, *PWDF_OBJECT_CONTEXT_TYPE_INFO;
typedef const WDF_OBJECT_CONTEXT_TYPE_INFO	*PCWDF_OBJECT_CONTEXT_TYPE_INFO;

typedef struct _WDF_OBJECT_ATTRIBUTES {
	ULONG				Size;
	PFN_WDF_OBJECT_CONTEXT_CLEANUP	EvtCleanupCallback;
	PFN_WDF_OBJECT_CONTEXT_DESTROY	EvtDestroyCallback;
	WDF_EXECUTION_LEVEL		ExecutionLevel;
	WDF_SYNCHRONIZATION_SCOPE	SynchronizationScope;
	WDFOBJECT			ParentObject;
	size_t				ContextSizeOverride;
	PCWDF_OBJECT_CONTEXT_TYPE_INFO	ContextTypeInfo;
} WDF_OBJECT_ATTRIBUTES, *PWDF_OBJECT_ATTRIBUTES;

#define WDF_NO_OBJECT_ATTRIBUTES	((PWDF_OBJECT_ATTRIBUTES)NULL)
#define WDF_NO_HANDLE			NULL

static inline VOID WDF_OBJECT_ATTRIBUTES_INIT(PWDF_OBJECT_ATTRIBUTES Attributes)
{
	*Attributes = (WDF_OBJECT_ATTRIBUTES){
		.Size = sizeof(*Attributes),
		.ExecutionLevel = WdfExecutionLevelInheritFromParent,
		.SynchronizationScope = WdfSynchronizationScopeInheritFromParent,
	};
}

#define WDF_TYPE_NAME_TO_TYPE_INFO(ContextType)	_WDF_ ## ContextType ## _TYPE_INFO
#define WDF_GET_CONTEXT_TYPE_INFO(ContextType)	(&WDF_TYPE_NAME_TO_TYPE_INFO(ContextType))

#define WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(Attributes, ContextType)	\
	((Attributes)->ContextTypeInfo = WDF_GET_CONTEXT_TYPE_INFO(ContextType))

#define WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(Attributes, ContextType)	\
do {									\
	WDF_OBJECT_ATTRIBUTES_INIT(Attributes);				\
	WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(Attributes, ContextType);	\
} while (0)

/* ---- What serialises ------------------------------------------------------------- */

/*
 * struct dpc_wdf_lock - a lock of KMDF
 *
 *   kind      is                                       taken                  level
 *   --------  ---------------------------------------  ---------------------  -------
 *   DISPATCH  a WDFSPINLOCK; the callback lock of a    @spin                  DISPATCH
 *             device at DISPATCH
 *   DEVICE    a WDFSPINLOCK that interrupts share      @spin, inside an       the ISR's
 *                                                      interrupt's own lock
 *   PASSIVE   a WDFWAITLOCK; the callback lock of a    @sem                   PASSIVE
 *             device at PASSIVE
 *
 * Field legend:
 *   C  set by dpc_wdf_lock_init_key(), and @kind once more by an interrupt that shares it
 *   H  written by the holder only; @owner is read without the lock: it is the reader, or
 *      somebody else, and only the reader can make it or unmake it the reader
 */
enum dpc_wdf_lock_kind {
	DPC_WDF_LOCK_DISPATCH,
	DPC_WDF_LOCK_DEVICE,
	DPC_WDF_LOCK_PASSIVE,
};

/* Has to wait until a callback lock is free. */
struct dpc_wdf_deferred {
	/* private: */
	struct dpc_wdf_deferred	*next;		/* H */
	void (*call)(struct dpc_wdf_deferred *deferred);
};

struct dpc_wdf_lock {
	/* private: */
	spinlock_t		spin;
	struct semaphore	sem;
	enum dpc_wdf_lock_kind	kind;		/* C */
	bool			recursive;	/* C: its holder may take it again */
	struct lock_class_key	*key;		/* C: of a spin lock two, the second for DEVICE */
	unsigned long		owner;		/* H, see dpc_wdf_lock_me() */
	unsigned int		nested;		/* H */
	struct dpc_wdf_deferred	*deferred;	/* H, DISPATCH */
	enum dpc_irql		level;		/* H, DISPATCH: the level before */
	unsigned long		flags;		/* H, DEVICE */
};

/**
 * dpc_wdf_lock_init_key - initialise a lock of KMDF
 * @lock: the lock; must not be held
 * @kind: what it is to be
 * @recursive: its holder may take it again
 * @key: must be static; locks with the same key are one class for lockdep
 *
 * Context: any.
 */
void dpc_wdf_lock_init_key(struct dpc_wdf_lock *lock, enum dpc_wdf_lock_kind kind,
			   bool recursive, struct lock_class_key *key);

/**
 * dpc_wdf_lock_enter - take a lock for a callback
 * @lock: the lock
 * @ip: an address in the callback, which reports name
 *
 * A caller that holds the lock holds it until it has left as often as it has entered.
 *
 * Context: as the table of &struct dpc_wdf_lock says.
 */
void dpc_wdf_lock_enter(struct dpc_wdf_lock *lock, unsigned long ip);

/**
 * dpc_wdf_lock_leave - give it back
 * @lock: the lock, held by the caller
 * @ip: as before
 *
 * Context: as for dpc_wdf_lock_enter().
 */
void dpc_wdf_lock_leave(struct dpc_wdf_lock *lock, unsigned long ip);

int dpc_wdf_lock_acquire_ip(struct dpc_wdf_lock *lock, long timeout, unsigned long ip);

/**
 * dpc_wdf_lock_acquire - take a lock in the name of the driver's function
 * @lock: the lock
 * @timeout: limit in jiffies for a PASSIVE one, or MAX_SCHEDULE_TIMEOUT; 0 does not wait
 *
 * A caller that holds it already is reported, unless it is recursive, and holds it until
 * it has released it as often.  One that takes the lock of interrupts without one of
 * their own is reported, too.  One that may not wait for a PASSIVE lock is refused and
 * reported.  All are counted in dpc_violations() (S2).
 *
 * Context: as the table of &struct dpc_wdf_lock says.
 * Return: 0; -ETIMEDOUT at the limit; -EDEADLK where it is refused.
 */
static __always_inline int dpc_wdf_lock_acquire(struct dpc_wdf_lock *lock, long timeout)
{
	return dpc_wdf_lock_acquire_ip(lock, timeout, _THIS_IP_);
}

void dpc_wdf_lock_release_ip(struct dpc_wdf_lock *lock, unsigned long ip);

/**
 * dpc_wdf_lock_release - release a lock in the name of the driver's function
 * @lock: the lock
 *
 * A caller that does not hold it is reported and counted in dpc_violations(), and nothing
 * changes (S2).
 *
 * Context: as for dpc_wdf_lock_acquire().
 */
static __always_inline void dpc_wdf_lock_release(struct dpc_wdf_lock *lock)
{
	dpc_wdf_lock_release_ip(lock, _THIS_IP_);
}

/**
 * dpc_wdf_may_wait - may the caller wait for a callback?
 * @serial: what serialises it, or NULL
 * @work: the work item that calls it, or NULL
 * @ip: an address in the driver's function, which is reported if not
 * @function: what it has called
 *
 * Context: any.
 * Return: true if it may; false in the callback itself, where it holds @serial, and where it
 * may not sleep.
 */
bool dpc_wdf_may_wait(const struct dpc_wdf_lock *serial, struct dpc_work *work, unsigned long ip,
		      const char *function);

/* ---- Objects ---------------------------------------------------------------------- */

struct dpc_wdf_object;

/* One context of an object, or callbacks without one. */
struct dpc_wdf_context {
	/* private: */
	struct dpc_wdf_context		*next;
	struct dpc_wdf_object		*object;
	PCWDF_OBJECT_CONTEXT_TYPE_INFO	info;		/* NULL: callbacks only */
	PFN_WDF_OBJECT_CONTEXT_CLEANUP	cleanup;
	PFN_WDF_OBJECT_CONTEXT_DESTROY	destroy;
	u8				data[] __aligned(8);
};

/*
 * What deletion does to an object of a kind.
 * @may_stop: may the caller wait for it?  If not, that is reported in the name of @ip.  NULL
 *	if nobody has to wait
 * @quiet: nothing outside of the tree calls its callbacks any more; NULL if nothing does.
 *	Returns false if that is refused and reported
 * @stop: none of its callbacks runs, but for one that is the caller; called twice; or NULL
 * @runs_here: is the caller its callback?  NULL if that may not delete it
 * @apart: it keeps its parent, but does not end with it: who has made it deletes it
 */
struct dpc_wdf_object_ops {
	bool (*may_stop)(struct dpc_wdf_object *object, unsigned long ip);
	bool (*quiet)(struct dpc_wdf_object *object, unsigned long ip);
	void (*stop)(struct dpc_wdf_object *object);
	bool (*runs_here)(struct dpc_wdf_object *object);
	bool apart;
};

/*
 * struct dpc_wdf_object - what each object begins with
 *
 *   state     begins with                what may be done with it
 *   --------  -------------------------  -------------------------------------------
 *   alive     dpc_wdf_object_init()      everything
 *   claimed   dpc_wdf_object_delete()    nothing is made below it, nobody else deletes
 *                                        it; alive again if the deletion is refused
 *   stopping  it may be waited for       besides, its callbacks can't be queued
 *   deleted   they have ended            it is in no tree; get, put, its contexts
 *   gone      the last put               nothing: EvtDestroyCallback was called
 *
 * Field legend:
 *   I  set when it is initialised
 *   T  under the tree lock, in wdf_object.c
 *   A  added to by cmpxchg, never taken away before it is gone
 */
enum dpc_wdf_object_state {
	DPC_WDF_ALIVE,
	DPC_WDF_CLAIMED,
	DPC_WDF_STOPPING,
	DPC_WDF_DELETED,
};

struct dpc_wdf_object {
	/* private: */
	struct dpc_wdf_object		*parent;	/* I, has a reference to it */
	const struct dpc_wdf_object_ops	*ops;		/* I */
	struct device			*dev;		/* I, that of its device, or NULL */
	struct dpc_wdf_lock		*serial;	/* I, the callback lock, or NULL */
	bool				passive;	/* I, callbacks run at PASSIVE */
	enum dpc_wdf_object_state	state;		/* T */
	bool				leaves;		/* T, its callback has deleted it */
	unsigned int			leaving;	/* T, of a root: so many below it do */
	refcount_t			refs;
	struct dpc_wdf_context		*contexts;	/* A */
	struct list_head		children;	/* T, newest first */
	struct list_head		sibling;	/* T */
	struct list_head		claimed;	/* of who deletes it */
};

/**
 * dpc_wdf_object_init - initialise an object of KMDF, and give it its context
 * @object: its beginning, at the start of memory from kmalloc(), zeroed
 * @ops: of its kind
 * @parent: what it is deleted with, or NULL
 * @attributes: as given by the driver, or NULL
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0; -ENOMEM, or -ENODEV if @parent is being deleted, and then @object is freed.
 */
int dpc_wdf_object_init(struct dpc_wdf_object *object, const struct dpc_wdf_object_ops *ops,
			struct dpc_wdf_object *parent, PWDF_OBJECT_ATTRIBUTES attributes);

/**
 * dpc_wdf_context_add - give an object another context
 * @object: the object
 * @attributes: with the type of the context, and perhaps callbacks
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0; -ENOMEM; -EEXIST if it has one of that type.
 */
int dpc_wdf_context_add(struct dpc_wdf_object *object, PWDF_OBJECT_ATTRIBUTES attributes);

/* Whether its callbacks must not be queued any more. */
static inline bool dpc_wdf_object_stops(const struct dpc_wdf_object *object)
{
	return READ_ONCE(object->state) >= DPC_WDF_STOPPING;
}

bool dpc_wdf_object_delete_ip(struct dpc_wdf_object *object, unsigned long ip);

/**
 * dpc_wdf_object_delete - delete an object and all below it
 * @object: the object
 *
 * Callbacks that run may go on using the objects: what they queue is refused, and so is
 * what they make.  An object that somebody else is deleting is left to them.  One that was
 * deleted is reported and counted in dpc_violations().  So is a caller that may not wait,
 * if one of them has to be waited for.
 *
 * Context: a thread that may sleep; for locks, requests and objects without callbacks
 * also DISPATCH.
 * Return: true if it is deleted; false if nothing has changed.
 */
static __always_inline bool dpc_wdf_object_delete(struct dpc_wdf_object *object)
{
	return dpc_wdf_object_delete_ip(object, _THIS_IP_);
}

/**
 * dpc_wdf_object_put - give back a reference
 * @object: the object; with the last reference its memory goes
 *
 * Context: PASSIVE or DISPATCH.
 */
void dpc_wdf_object_put(struct dpc_wdf_object *object);

/* The level of the callbacks of an object below @parent. */
static inline bool dpc_wdm_level_is_passive(const struct dpc_wdf_object *parent,
					    PWDF_OBJECT_ATTRIBUTES Attributes)
{
	if (!Attributes || Attributes->ExecutionLevel == WdfExecutionLevelInheritFromParent)
		return parent && parent->passive;
	return Attributes->ExecutionLevel == WdfExecutionLevelPassive;
}

static inline PVOID dpc_wdm_context_of(WDFOBJECT Object, PCWDF_OBJECT_CONTEXT_TYPE_INFO Info)
{
	struct dpc_wdf_object *object = Object;
	struct dpc_wdf_context *context;

	/* Pairs with the cmpxchg() in dpc_wdf_context_add(). */
	for (context = READ_ONCE(object->contexts); context; context = context->next)
		if (context->info == Info)
			return context->data;
	return NULL;
}

/* Weak, so that the same type is the same in all files of a module. */
#define WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ContextType, Function)	\
extern const WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(ContextType);	\
const WDF_OBJECT_CONTEXT_TYPE_INFO __weak WDF_TYPE_NAME_TO_TYPE_INFO(ContextType) = {	\
	.Size = sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO),			\
	.ContextName = #ContextType,					\
	.ContextSize = sizeof(ContextType),				\
};									\
static inline ContextType *Function(WDFOBJECT Handle)			\
{									\
	return dpc_wdm_context_of(Handle, WDF_GET_CONTEXT_TYPE_INFO(ContextType));	\
}

#define WDF_DECLARE_CONTEXT_TYPE(ContextType)				\
	WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ContextType, WdfObjectGet_ ## ContextType)

/* NULL if the object has no context of that type. */
#define WdfObjectGetTypedContext(Handle, ContextType)			\
	((ContextType *)dpc_wdm_context_of((Handle), WDF_GET_CONTEXT_TYPE_INFO(ContextType)))

static inline WDFOBJECT WdfObjectContextGetObject(PVOID ContextPointer)
{
	return container_of(ContextPointer, struct dpc_wdf_context, data[0])->object;
}

/* What dpc_wdm_status() knows no name for. */
static inline NTSTATUS dpc_wdm_wdf_status(int err)
{
	return err == -EEXIST ? STATUS_OBJECT_NAME_EXISTS : dpc_wdm_status(err);
}

/* If the object has a context of that type, *Context is that one. */
static inline NTSTATUS WdfObjectAllocateContext(WDFOBJECT Handle,
						PWDF_OBJECT_ATTRIBUTES ContextAttributes,
						PVOID *Context)
{
	int err;

	if (ContextAttributes->Size != sizeof(*ContextAttributes))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!ContextAttributes->ContextTypeInfo)
		return STATUS_INVALID_PARAMETER;
	err = dpc_wdf_context_add(Handle, ContextAttributes);
	if (Context)
		*Context = dpc_wdm_context_of(Handle, ContextAttributes->ContextTypeInfo);
	return dpc_wdm_wdf_status(err);
}

/* @parent: what the parent is if the attributes name none */
static inline NTSTATUS dpc_wdm_attributes_check(PWDF_OBJECT_ATTRIBUTES Attributes,
						struct dpc_wdf_object **parent)
{
	if (Attributes && Attributes->Size != sizeof(*Attributes))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (Attributes && Attributes->ParentObject)
		*parent = Attributes->ParentObject;
	return STATUS_SUCCESS;
}

/* The same for an object that needs a device among its ancestors. */
static inline NTSTATUS dpc_wdm_parent_check(PWDF_OBJECT_ATTRIBUTES Attributes,
					    struct dpc_wdf_object **parent)
{
	NTSTATUS status = dpc_wdm_attributes_check(Attributes, parent);

	if (!NT_SUCCESS(status))
		return status;
	if (!*parent)
		return STATUS_WDF_PARENT_NOT_SPECIFIED;
	return (*parent)->dev ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST;
}

/*
 * I3: what serialises a callback below @parent, if that is asked for.  A callback that
 * may sleep can't be serialised with those at DISPATCH, nor the other way round.
 */
static inline NTSTATUS dpc_wdm_serial(const struct dpc_wdf_object *parent, BOOLEAN automatic,
				      bool passive, struct dpc_wdf_lock **serial)
{
	*serial = automatic ? parent->serial : NULL;
	if (*serial && passive != ((*serial)->kind == DPC_WDF_LOCK_PASSIVE))
		return STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL;
	return STATUS_SUCCESS;
}

static inline NTSTATUS WdfObjectCreate(PWDF_OBJECT_ATTRIBUTES Attributes, WDFOBJECT *Object)
{
	struct dpc_wdf_object *created, *parent = NULL;
	NTSTATUS status = dpc_wdm_attributes_check(Attributes, &parent);
	int err;

	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_ATOMIC);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	err = dpc_wdf_object_init(created, NULL, parent, Attributes);
	if (!err)
		*Object = created;
	return dpc_wdm_status(err);
}

static __always_inline VOID WdfObjectDelete(WDFOBJECT Object)
{
	dpc_wdf_object_delete(Object);
}

static inline VOID WdfObjectReference(WDFOBJECT Handle)
{
	struct dpc_wdf_object *object = Handle;

	refcount_inc(&object->refs);
}

static inline VOID WdfObjectDereference(WDFOBJECT Handle)
{
	dpc_wdf_object_put(Handle);
}

/**
 * DOC: Automatic serialisation (I3)
 *
 * A device with WdfSynchronizationScopeDevice has a callback lock, and with
 * WdfSynchronizationScopeQueue each of its queues has one for what is below it.  DPCs,
 * timers and work items below it with AutomaticSerialization, the DPC or work item of its
 * interrupts with AutomaticSerialization, and the callbacks of its queues and requests
 * hold it.  So no two of them run at the same time.  It does not cover ISRs; those have the
 * interrupt's lock.  Without that scope, which is the default, AutomaticSerialization
 * does nothing, as on Windows.
 *
 * At execution level DISPATCH the lock is a spin lock, at PASSIVE it sleeps.  So a work
 * item can be serialised below a device with WdfExecutionLevelPassive only, and a DPC
 * below any other only: STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL.
 *
 * WdfObjectAcquireLock() takes the callback lock of a device, or of what is below it.  Its
 * holder may take it again, and so may a callback that holds it.
 */
static __always_inline VOID WdfObjectAcquireLock(WDFOBJECT Object)
{
	struct dpc_wdf_object *object = Object;

	if (object->serial)
		dpc_wdf_lock_acquire(object->serial, MAX_SCHEDULE_TIMEOUT);
}

static __always_inline VOID WdfObjectReleaseLock(WDFOBJECT Object)
{
	struct dpc_wdf_object *object = Object;

	if (object->serial)
		dpc_wdf_lock_release(object->serial);
}

/* ---- Devices ---------------------------------------------------------------------- */

struct dpc_wdm_wdf_device {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_wdf_lock	lock;		/* the callback lock, if there is one */
	bool			queue_scope;	/* each queue has one instead */
	struct dpc_wdf_queue	*queue;		/* the default one, or NULL */
};

typedef struct dpc_wdm_wdf_device	*WDFDEVICE;

/* When it is unbound; the driver may have deleted it before. */
static __always_inline void dpc_wdm_wdf_device_delete(void *device)
{
	struct dpc_wdf_object *object = device;

	if (!dpc_wdf_object_stops(object))
		dpc_wdf_object_delete(object);
	dpc_wdf_object_put(object);
}

/*
 * Makes the WDFDEVICE of a device that is being bound; what it stands for on Windows
 * is WdfDeviceCreate().
 */
static inline NTSTATUS dpc_wdm_wdf_device_create(struct device *dev,
						 PWDF_OBJECT_ATTRIBUTES Attributes,
						 WDFDEVICE *Device)
{
	static struct lock_class_key key[2];
	struct dpc_wdf_object *parent = NULL;
	NTSTATUS status = dpc_wdm_attributes_check(Attributes, &parent);
	WDFDEVICE created;
	int err;

	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_KERNEL);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->object.dev = dev;
	err = dpc_wdf_object_init(&created->object, NULL, NULL, Attributes);
	if (err)
		return dpc_wdm_status(err);
	if (Attributes && Attributes->SynchronizationScope == WdfSynchronizationScopeDevice) {
		bool passive = created->object.passive;

		dpc_wdf_lock_init_key(&created->lock, passive ? DPC_WDF_LOCK_PASSIVE :
				      DPC_WDF_LOCK_DISPATCH, true, &key[passive]);
		created->object.serial = &created->lock;
	}
	created->queue_scope = Attributes && Attributes->SynchronizationScope ==
			       WdfSynchronizationScopeQueue;
	refcount_inc(&created->object.refs);
	err = devm_add_action_or_reset(dev, dpc_wdm_wdf_device_delete, created);
	if (!err)
		*Device = created;
	return dpc_wdm_status(err);
}

/* ---- Locks ------------------------------------------------------------------------ */

/**
 * DOC: Locks of KMDF (S2)
 *
 * WdfSpinLockCreate() is a macro, as KeInitializeSpinLock() is.  The level before is kept
 * in the lock.  A caller that holds the lock already, or that releases a lock that it does
 * not hold, is reported and changes nothing.
 *
 * A lock that interrupts share, by WDF_INTERRUPT_CONFIG, is taken by
 * WdfInterruptAcquireLock(); to take it by WdfSpinLockAcquire() is wrong on Windows, and
 * is reported here.
 *
 * WdfWaitLockAcquire() without Timeout waits for ever.  Where the caller may not sleep it is
 * refused, and returns STATUS_POSSIBLE_DEADLOCK; with a Timeout of 0 it may be called at
 * DISPATCH.  Other timeouts are relative, and counted in ticks of the kernel's clock.
 */
struct dpc_wdm_wdf_lock {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_wdf_lock	lock;
};

/* Two types, of which only pointers exist: a handle is no other kind of handle. */
struct dpc_wdm_spinlock {
	struct dpc_wdm_wdf_lock	of;
};

struct dpc_wdm_waitlock {
	struct dpc_wdm_wdf_lock	of;
};

typedef struct dpc_wdm_spinlock		*WDFSPINLOCK;
typedef struct dpc_wdm_waitlock		*WDFWAITLOCK;

static inline NTSTATUS dpc_wdm_lock_create(PWDF_OBJECT_ATTRIBUTES Attributes,
					   enum dpc_wdf_lock_kind kind,
					   struct lock_class_key *key,
					   struct dpc_wdm_wdf_lock **lock)
{
	struct dpc_wdf_object *parent = NULL;
	NTSTATUS status = dpc_wdm_attributes_check(Attributes, &parent);
	struct dpc_wdm_wdf_lock *created;
	int err;

	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_ATOMIC);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	dpc_wdf_lock_init_key(&created->lock, kind, false, key);
	err = dpc_wdf_object_init(&created->object, NULL, parent, Attributes);
	if (!err)
		*lock = created;
	return dpc_wdm_status(err);
}

#define WdfSpinLockCreate(SpinLockAttributes, SpinLock)			\
({									\
	static struct lock_class_key __key[2];				\
	WDFSPINLOCK *__lock = (SpinLock);				\
									\
	dpc_wdm_lock_create((SpinLockAttributes), DPC_WDF_LOCK_DISPATCH, __key,	\
			    (struct dpc_wdm_wdf_lock **)__lock);	\
})

static __always_inline VOID WdfSpinLockAcquire(WDFSPINLOCK SpinLock)
{
	dpc_wdf_lock_acquire(&SpinLock->of.lock, MAX_SCHEDULE_TIMEOUT);
}

static __always_inline VOID WdfSpinLockRelease(WDFSPINLOCK SpinLock)
{
	dpc_wdf_lock_release(&SpinLock->of.lock);
}

static inline NTSTATUS WdfWaitLockCreate(PWDF_OBJECT_ATTRIBUTES LockAttributes, WDFWAITLOCK *Lock)
{
	static struct lock_class_key key;

	return dpc_wdm_lock_create(LockAttributes, DPC_WDF_LOCK_PASSIVE, &key,
				   (struct dpc_wdm_wdf_lock **)Lock);
}

static __always_inline NTSTATUS WdfWaitLockAcquire(WDFWAITLOCK Lock, PLONGLONG Timeout)
{
	long limit = MAX_SCHEDULE_TIMEOUT;
	int err;

	if (Timeout)
		limit = nsecs_to_jiffies(dpc_wdm_relative_ns(min_t(LONGLONG, *Timeout, 0)));
	err = dpc_wdf_lock_acquire(&Lock->of.lock, limit);
	return err == -ETIMEDOUT ? STATUS_TIMEOUT : dpc_wdm_status(err);
}

static __always_inline VOID WdfWaitLockRelease(WDFWAITLOCK Lock)
{
	dpc_wdf_lock_release(&Lock->of.lock);
}

/* Absent: WdfObjectReferenceActual, tags.  WdfObjectReference(). */
/* Absent: WdfDriverCreate, WdfGetDriver, WdfDeviceCreate.  A Linux driver's probe(). */
/* Absent: WdfCollectionAdd, WdfMemoryCreate, WdfStringCreate.  struct list_head, kmalloc(). */
/* Absent: WdfRegistryOpenKey.  Module parameters, device properties. */
/* Absent: WdfChildListAddOrUpdate...  A bus driver's own, on device_register(). */
/* Absent: WdfDmaEnablerCreate, WdfDmaTransaction...  linux/dpc_adapter.h. */
/* Absent: WdfCommonBufferCreate.  dma_alloc_coherent(). */

#endif /* _LINUX_DPC_WDM_WDF_OBJECT_H */
