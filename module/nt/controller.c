// SPDX-License-Identifier: GPL-2.0-only
/* Controllers (A4): an allocation queue without units. */
#include "allocation.h"

#include <linux/dpc_controller.h>
#include <linux/module.h>

void dpc_controller_init(struct dpc_controller *controller)
{
	dpc_allocation_queue_init(&controller->queue, 0);
}
EXPORT_SYMBOL_GPL(dpc_controller_init);

/* dpc_controller_destroy() in the name of the code at @ip; so are those below. */
int dpc_controller_destroy_ip(struct dpc_controller *controller, unsigned long ip)
{
	return dpc_allocation_queue_destroy(&controller->queue, ip);
}
EXPORT_SYMBOL_GPL(dpc_controller_destroy_ip);

int dpc_controller_allocate_ip(struct dpc_controller *controller,
			       struct dpc_allocation *allocation, struct dpc_packet *packet,
			       unsigned long ip)
{
	return dpc_allocation_request(&controller->queue, allocation, packet, 0, ip);
}
EXPORT_SYMBOL_GPL(dpc_controller_allocate_ip);

bool dpc_controller_free_ip(struct dpc_controller *controller, struct dpc_allocation *allocation,
			    unsigned long ip)
{
	return dpc_allocation_free(&controller->queue, allocation, ip);
}
EXPORT_SYMBOL_GPL(dpc_controller_free_ip);

bool dpc_controller_cancel_ip(struct dpc_controller *controller,
			      struct dpc_allocation *allocation, unsigned long ip)
{
	return dpc_allocation_cancel(&controller->queue, allocation, ip);
}
EXPORT_SYMBOL_GPL(dpc_controller_cancel_ip);

bool dpc_controller_cancel_sync_ip(struct dpc_controller *controller,
				   struct dpc_allocation *allocation, unsigned long ip)
{
	return dpc_allocation_cancel_sync(&controller->queue, allocation, ip);
}
EXPORT_SYMBOL_GPL(dpc_controller_cancel_sync_ip);
