// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects of KMDF: the tree that they are deleted by, their contexts and references.
 *
 * Deletion of a tree goes on in this order; nobody makes or deletes anything in it
 * meanwhile, so it is walked without the lock, which keeps trees beside it intact:
 *
 *	may each be waited for?	else nothing changes
 *	quiet			interrupts first: their ISRs may use all others
 *	stop, clean up		newer ones first, children before their parent
 *	put			in the same order, so EvtDestroyCallback comes last
 */
#include "../core/internal.h"

#include <linux/dpc_wdm_wdf_object.h>
#include <linux/list.h>
#include <linux/module.h>

/* Of all trees: what is below whom. */
static DEFINE_SPINLOCK(dpc_wdf_tree_lock);

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

static void dpc_wdf_context_destroy(struct dpc_wdf_object *object)
{
	struct dpc_wdf_context *context, *next;

	for (context = object->contexts; context; context = context->next)
		if (context->destroy)
			context->destroy(object);
	for (context = object->contexts; context; context = next) {
		next = context->next;
		kfree(context);
	}
}

/* ---- Begin ------------------------------------------------------------------------- */

static void dpc_wdf_object_link(struct dpc_wdf_object *object)
{
	unsigned long flags;

	if (!object->parent)
		return;
	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	list_add(&object->sibling, &object->parent->children);
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
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
	if (err)
		kfree(object);
	else
		dpc_wdf_object_link(object);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_wdf_object_init);

/* ---- End --------------------------------------------------------------------------- */

void dpc_wdf_object_put(struct dpc_wdf_object *object)
{
	if (!refcount_dec_and_test(&object->refs))
		return;
	dpc_wdf_context_destroy(object);
	kfree(object);
}
EXPORT_SYMBOL_GPL(dpc_wdf_object_put);

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

static bool dpc_wdf_object_may_stop(struct dpc_wdf_object *root, unsigned long ip)
{
	struct dpc_wdf_object *object;

	dpc_wdf_for_each_object(root, object)
		if (object->ops && object->ops->may_stop && !object->ops->may_stop(object, ip))
			return false;
	return true;
}

static bool dpc_wdf_object_quiet(struct dpc_wdf_object *root, unsigned long ip)
{
	struct dpc_wdf_object *object;

	dpc_wdf_for_each_object(root, object)
		if (object->ops && object->ops->quiet && !object->ops->quiet(object, ip))
			return false;
	return true;
}

/* Return: false if somebody else deletes it, or has done so. */
static bool dpc_wdf_object_begin_delete(struct dpc_wdf_object *object)
{
	unsigned long flags;
	bool first;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	first = !object->deleted;
	object->deleted = true;
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
	return first;
}

static void dpc_wdf_object_unlink(struct dpc_wdf_object *object, struct list_head *gone)
{
	unsigned long flags;

	spin_lock_irqsave(&dpc_wdf_tree_lock, flags);
	object->deleted = true;
	list_move_tail(&object->sibling, gone);
	spin_unlock_irqrestore(&dpc_wdf_tree_lock, flags);
}

/* dpc_wdf_object_delete() in the name of the code at @ip. */
bool dpc_wdf_object_delete_ip(struct dpc_wdf_object *object, unsigned long ip)
{
	struct dpc_wdf_object *leaf, *next;
	LIST_HEAD(gone);

	if (!dpc_wdf_object_may_stop(object, ip) || !dpc_wdf_object_quiet(object, ip))
		return false;
	if (!dpc_wdf_object_begin_delete(object)) {
		dpc_misuse(ip, "deletes an object that was deleted");
		return false;
	}
	do {
		leaf = dpc_wdf_object_leaf(object);
		if (leaf->ops && leaf->ops->stop)
			leaf->ops->stop(leaf);
		dpc_wdf_context_cleanup(leaf);
		dpc_wdf_object_unlink(leaf, &gone);
	} while (leaf != object);

	list_for_each_entry_safe(leaf, next, &gone, sibling) {
		list_del_init(&leaf->sibling);
		dpc_wdf_object_put(leaf);
	}
	return true;
}
EXPORT_SYMBOL_GPL(dpc_wdf_object_delete_ip);
