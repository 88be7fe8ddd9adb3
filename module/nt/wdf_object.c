// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects of KMDF: the tree that they are deleted by, their contexts and references.
 *
 * Deletion of a tree goes on in this order:
 *
 *	claim			the objects that nobody else deletes, in the order of all that
 *				follows: newer ones first, children before their parent
 *	may each be waited for?	else they are alive again, and nothing has changed
 *	quiet			interrupts first: their ISRs may use all others
 *	stop, twice		none can be queued any more, but a callback that had begun
 *				before may have queued one that was stopped already
 *	wait			for work items that have deleted themselves
 *	clean up, take out of the tree, put
 *
 * Two deletions that meet, as of a device and by a work item of itself: each object is
 * claimed by one of them.  An object keeps its parent, so it does not matter which one
 * is through first.
 */
#include "../core/internal.h"

#include <linux/dpc_wdm_wdf_dpc.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/wait.h>

/* Of all trees: what is below whom. */
static DEFINE_SPINLOCK(dpc_wdf_tree_lock);

/* For @leaving of some object to become 0. */
static DECLARE_WAIT_QUEUE_HEAD(dpc_wdf_left);

/* ---- Contexts ---------------------------------------------------------------------- */

/* Links it in, unless the object has one of that type. */
static int dpc_wdf_context_link(struct dpc_wdf_object *object, struct dpc_wdf_context *context)
{
	struct dpc_wdf_context *first, *other;

	do {
		first = READ_ONCE(object->contexts);
		for (other = first; other && context->info; other = other->next)
			if (other->info == context->info)
				return -EEXIST;
		context->next = first;
	} while (cmpxchg(&object->contexts, first, context) != first);
	return 0;
}

int dpc_wdf_context_add(struct dpc_wdf_object *object, PWDF_OBJECT_ATTRIBUTES attributes)
{
	PCWDF_OBJECT_CONTEXT_TYPE_INFO info = attributes->ContextTypeInfo;
	struct dpc_wdf_context *context;
	size_t size = 0;
	int err;

	if (info)
		size = max(info->ContextSize, attributes->ContextSizeOverride);
	context = kzalloc(struct_size(context, data, size), GFP_ATOMIC);
	if (!context)
		return -ENOMEM;
	context->object = object;
	context->info = info;
	context->cleanup = attributes->EvtCleanupCallback;
	context->destroy = attributes->EvtDestroyCallback;
	err = dpc_wdf_context_link(object, context);
	if (err)
		kfree(context);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_wdf_context_add);

static void dpc_wdf_context_cleanup(struct dpc_wdf_object *object)
{
	struct dpc_wdf_context *context;

	for (context = object->contexts; context; context = context->next)
		if (context->cleanup)
			context->cleanup(object);
}

static void dpc_wdf_context_free(struct dpc_wdf_object *object)
{
	struct dpc_wdf_context *context, *next;

	for (context = object->contexts; context; context = next) {
		next = context->next;
		kfree(context);
	}
}

static void dpc_wdf_context_destroy(struct dpc_wdf_object *object)
{
	struct dpc_wdf_context *context;

	for (context = object->contexts; context; context = context->next)
		if (context->destroy)
			context->destroy(object);
	dpc_wdf_context_free(object);
}

/* ---- Begin ------------------------------------------------------------------------- */

/* Return: 0, or -ENODEV if the parent is being deleted. */
static int dpc_wdf_object_link(struct dpc_wdf_object *object)
{
	struct dpc_wdf_object *parent = object->parent;
	unsigned long flags;
	int err = 0;

	if (!parent)
		return 0;
	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	if (parent->state == DPC_WDF_ALIVE) {
		refcount_inc(&parent->refs);
		if (!object->ops || !object->ops->apart)
			list_add(&object->sibling, &parent->children);
	} else {
		err = -ENODEV;
	}
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
	return err;
}

int dpc_wdf_object_init(struct dpc_wdf_object *object, const struct dpc_wdf_object_ops *ops,
			struct dpc_wdf_object *parent, PWDF_OBJECT_ATTRIBUTES attributes)
{
	int err = 0;

	object->ops = ops;
	object->parent = parent;
	object->passive = dpc_wdm_level_is_passive(parent, attributes);
	refcount_set(&object->refs, 1);
	INIT_LIST_HEAD(&object->children);
	INIT_LIST_HEAD(&object->sibling);
	if (parent) {
		object->dev = parent->dev;
		object->serial = parent->serial;
	}
	if (attributes && (attributes->ContextTypeInfo || attributes->EvtCleanupCallback ||
			   attributes->EvtDestroyCallback))
		err = dpc_wdf_context_add(object, attributes);
	if (!err)
		err = dpc_wdf_object_link(object);
	if (err) {
		dpc_wdf_context_free(object);
		kfree(object);
	}
	return err;
}
EXPORT_SYMBOL_GPL(dpc_wdf_object_init);

/* ---- End --------------------------------------------------------------------------- */

void dpc_wdf_object_put(struct dpc_wdf_object *object)
{
	struct dpc_wdf_object *parent;

	/* It has kept its parent, whose callback lock it may have used. */
	for (; object && refcount_dec_and_test(&object->refs); object = parent) {
		parent = object->parent;
		dpc_wdf_context_destroy(object);
		kfree(object);
	}
}
EXPORT_SYMBOL_GPL(dpc_wdf_object_put);

static struct dpc_wdf_object *dpc_wdf_object_root(struct dpc_wdf_object *object)
{
	while (object->parent)
		object = object->parent;
	return object;
}

/* The newest object without children. */
static struct dpc_wdf_object *dpc_wdf_object_leaf(struct dpc_wdf_object *object)
{
	while (!list_empty(&object->children))
		object = list_first_entry(&object->children, struct dpc_wdf_object, sibling);
	return object;
}

/* The one that is deleted after @object when @root is; NULL after @root itself. */
static struct dpc_wdf_object *dpc_wdf_object_after(struct dpc_wdf_object *root,
						   struct dpc_wdf_object *object)
{
	if (object == root)
		return NULL;
	if (list_is_last(&object->sibling, &object->parent->children))
		return object->parent;
	return dpc_wdf_object_leaf(list_next_entry(object, sibling));
}

#define dpc_wdf_for_each_object(root, object)				\
	for ((object) = dpc_wdf_object_leaf(root); (object);		\
	     (object) = dpc_wdf_object_after((root), (object)))

/* The caller is a callback of @object: its root will wait until that has returned. */
static void dpc_wdf_object_leave(struct dpc_wdf_object *object)
{
	lockdep_assert_held(&dpc_wdf_tree_lock);

	object->leaves = true;
	dpc_wdf_object_root(object)->leaving++;
}

static void dpc_wdf_object_claim(struct dpc_wdf_object *object, bool whole,
				 struct list_head *claimed)
{
	lockdep_assert_held(&dpc_wdf_tree_lock);

	if (object->state != DPC_WDF_ALIVE)
		return;
	object->state = DPC_WDF_CLAIMED;
	refcount_inc(&object->refs);
	list_add_tail(&object->claimed, claimed);
	if (!whole && object->ops && object->ops->runs_here && object->ops->runs_here(object))
		dpc_wdf_object_leave(object);
}

/* Return: what @root was before. */
static enum dpc_wdf_object_state dpc_wdf_tree_claim(struct dpc_wdf_object *root,
						    struct list_head *claimed)
{
	enum dpc_wdf_object_state before;
	struct dpc_wdf_object *object;
	unsigned long flags;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	before = root->state;
	if (before == DPC_WDF_ALIVE)
		dpc_wdf_for_each_object(root, object)
			dpc_wdf_object_claim(object, !root->parent, claimed);
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
	return before;
}

/* The deletion is refused. */
static void dpc_wdf_unclaim(struct list_head *claimed)
{
	struct dpc_wdf_object *object, *next;
	unsigned long flags;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	list_for_each_entry(object, claimed, claimed) {
		object->state = DPC_WDF_ALIVE;
		if (object->leaves)
			dpc_wdf_object_root(object)->leaving--;
		object->leaves = false;
	}
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
	wake_up_all(&dpc_wdf_left);
	list_for_each_entry_safe(object, next, claimed, claimed) {
		list_del(&object->claimed);
		dpc_wdf_object_put(object);
	}
}

static bool dpc_wdf_may_stop(struct list_head *claimed, unsigned long ip)
{
	struct dpc_wdf_object *object;

	list_for_each_entry(object, claimed, claimed)
		if (object->ops && object->ops->may_stop && !object->ops->may_stop(object, ip))
			return false;
	return true;
}

static bool dpc_wdf_quiet(struct list_head *claimed, unsigned long ip)
{
	struct dpc_wdf_object *object;

	list_for_each_entry(object, claimed, claimed)
		if (object->ops && object->ops->quiet && !object->ops->quiet(object, ip))
			return false;
	return true;
}

static void dpc_wdf_set_stopping(struct list_head *claimed)
{
	struct dpc_wdf_object *object;
	unsigned long flags;

	/* Pairs with dpc_wdf_object_stops(), by way of the locks of the queues. */
	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	list_for_each_entry(object, claimed, claimed)
		WRITE_ONCE(object->state, DPC_WDF_STOPPING);
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
}

static void dpc_wdf_stop(struct list_head *claimed)
{
	struct dpc_wdf_object *object;

	list_for_each_entry(object, claimed, claimed)
		if (object->ops && object->ops->stop)
			object->ops->stop(object);
}

static bool dpc_wdf_have_left(struct dpc_wdf_object *root)
{
	unsigned long flags;
	bool have_left;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	have_left = !root->leaving;
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
	return have_left;
}

static void dpc_wdf_object_unlink(struct dpc_wdf_object *object)
{
	unsigned long flags;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	WRITE_ONCE(object->state, DPC_WDF_DELETED);
	list_del_init(&object->sibling);
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
}

/* dpc_wdf_object_delete() in the name of the code at @ip. */
bool dpc_wdf_object_delete_ip(struct dpc_wdf_object *root, unsigned long ip)
{
	struct dpc_wdf_object *object, *next;
	enum dpc_wdf_object_state before;
	LIST_HEAD(claimed);

	before = dpc_wdf_tree_claim(root, &claimed);
	if (before == DPC_WDF_DELETED)
		dpc_misuse(ip, "deletes an object that was deleted");
	if (before != DPC_WDF_ALIVE)
		return false;
	if (!dpc_wdf_may_stop(&claimed, ip) || !dpc_wdf_quiet(&claimed, ip)) {
		dpc_wdf_unclaim(&claimed);
		return false;
	}
	dpc_wdf_set_stopping(&claimed);
	dpc_wdf_stop(&claimed);
	dpc_wdf_stop(&claimed);
	/* If there is nobody to wait for, the caller may be at DISPATCH. */
	if (!root->parent && !dpc_wdf_have_left(root))
		wait_event(dpc_wdf_left, dpc_wdf_have_left(root));
	list_for_each_entry(object, &claimed, claimed)
		dpc_wdf_context_cleanup(object);
	list_for_each_entry(object, &claimed, claimed)
		dpc_wdf_object_unlink(object);
	list_for_each_entry_safe(object, next, &claimed, claimed) {
		list_del(&object->claimed);
		dpc_wdf_object_put(object);	/* the claim's */
		dpc_wdf_object_put(object);
	}
	return true;
}
EXPORT_SYMBOL_GPL(dpc_wdf_object_delete_ip);

/*
 * All of this is here, and not in the driver's module: when the root has seen that the last
 * call is over, it may be deleted, and the module may go.
 */
void dpc_wdf_work_call(struct dpc_work *work)
{
	struct dpc_wdm_wdf_workitem *item = container_of(work, struct dpc_wdm_wdf_workitem, work);
	struct dpc_wdf_object *root = dpc_wdf_object_root(&item->object);
	unsigned long ip = (unsigned long)item->function, flags;
	bool left;

	if (item->serial)
		dpc_wdf_lock_enter(item->serial, ip);
	/* Its callback may have queued it and then deleted it. */
	if (!item->gone)
		item->function(item);
	if (item->serial)
		dpc_wdf_lock_leave(item->serial, ip);
	left = item->object.leaves && !work_pending(&work->work);
	dpc_wdf_object_put(&item->object);
	if (!left)
		return;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	root->leaving--;
	wake_up_all(&dpc_wdf_left);
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
}
EXPORT_SYMBOL_GPL(dpc_wdf_work_call);
