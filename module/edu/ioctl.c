// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of /dev/dpc_edu<N>.
 *
 * A call that touches the device or its interrupt holds gone_sem for reading,
 * so that remove() waits for it; a call that waits for the device does so
 * without, and remove() ends its wait.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "device.h"
#include "edu.h"
#include "ioctl.h"
#include "raise.h"
#include "request.h"
#include "settings.h"

#include <linux/fs.h>
#include <linux/uaccess.h>

/* Every argument of every ioctl; a handler gets it copied in and zero-filled. */
union dpc_edu_arg {
	struct dpc_edu_info		info;
	struct dpc_edu_factorial	factorial;
	struct dpc_edu_burst		burst;
	struct dpc_edu_dma		dma;
	struct dpc_edu_body		body;
	struct dpc_raises		raises;
	struct dpc_edu_state		state;
	struct dpc_edu_liveness		liveness;
};

/* The name stays valid when the device is gone, dev_dbg()'s would not. */
#define dpc_edu_invalid(edu, fmt, ...) \
	pr_debug("%s: EINVAL: " fmt "\n", (edu)->name, ##__VA_ARGS__)

static bool dpc_edu_reserved_ok(struct dpc_edu *edu, u32 reserved32, const __u64 *reserved,
				size_t size)
{
	if (!reserved32 && !memchr_inv(reserved, 0, size))
		return true;
	dpc_edu_invalid(edu, "reserved fields must be zero");
	return false;
}

#define dpc_edu_reserved64_ok(edu, arg) \
	dpc_edu_reserved_ok(edu, 0, (arg)->reserved, sizeof((arg)->reserved))
#define dpc_edu_reserved_all_ok(edu, arg) \
	dpc_edu_reserved_ok(edu, (arg)->reserved32, (arg)->reserved, sizeof((arg)->reserved))

/* ---- Requests ------------------------------------------------------------ */

static int dpc_edu_ioc_factorial(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	struct dpc_edu_factorial *arg = &u->factorial;
	struct dpc_edu_request *req;
	int err;

	if (!dpc_edu_reserved64_ok(edu, arg))
		return -EINVAL;
	if (arg->n > DPC_EDU_FACTORIAL_MAX) {
		dpc_edu_invalid(edu, "n=%u, valid: 0 to %u", arg->n, DPC_EDU_FACTORIAL_MAX);
		return -EINVAL;
	}
	req = dpc_edu_request_alloc(edu, DPC_EDU_ENGINE_FACTORIAL);
	if (!req)
		return -ENOMEM;
	req->n = arg->n;
	err = dpc_edu_request_enter(req);
	if (!err)
		err = dpc_edu_request_run(req, file->f_flags & O_NONBLOCK);
	if (!err) {
		arg->result = req->result;
		arg->seq = req->seq;
	}
	dpc_edu_request_put(req);
	return err;
}

static int dpc_edu_dma_valid(struct dpc_edu *edu, u32 offset, u32 count)
{
	if (count && count <= DPC_EDU_BUFFER_SIZE && offset <= DPC_EDU_BUFFER_SIZE - count)
		return 0;
	dpc_edu_invalid(edu, "offset=%u count=%u, valid: 1 <= count, offset + count <= %u",
			offset, count, DPC_EDU_BUFFER_SIZE);
	return -EINVAL;
}

static int dpc_edu_ioc_dma(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	struct dpc_edu_dma *arg = &u->dma;
	fmode_t needed;

	if (!dpc_edu_reserved_all_ok(edu, arg))
		return -EINVAL;
	if (arg->direction > DPC_EDU_DMA_FROM_DEVICE) {
		dpc_edu_invalid(edu, "direction=%u, valid: 0 (to device), 1 (from device)",
				arg->direction);
		return -EINVAL;
	}
	if (dpc_edu_dma_valid(edu, arg->offset, arg->count))
		return -EINVAL;
	needed = arg->direction == DPC_EDU_DMA_TO_DEVICE ? FMODE_WRITE : FMODE_READ;
	if (!(file->f_mode & needed))
		return -EPERM;
	return dpc_edu_dma(edu, arg->direction, u64_to_user_ptr(arg->user), arg->offset,
			   arg->count, file->f_flags & O_NONBLOCK, &arg->seq);
}

/* ---- The device itself ---------------------------------------------------------- */

/* Have the DPC do it; @req, if there is memory for one, is put. */
static int dpc_edu_control(struct dpc_edu_request *req, bool nonblock, struct dpc_edu_state *state)
{
	int err;

	if (!req)
		return -ENOMEM;
	err = dpc_edu_request_enter(req);
	if (!err)
		err = dpc_edu_request_run(req, nonblock);
	if (!err) {
		*state = req->state;
		state->seq = req->seq;
	}
	dpc_edu_request_put(req);
	return err;
}

static int dpc_edu_ioc_state_get(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	return dpc_edu_control(dpc_edu_request_alloc(edu, DPC_EDU_ENGINE_CONTROL),
			       file->f_flags & O_NONBLOCK, &u->state);
}

static int dpc_edu_ioc_liveness_set(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	struct dpc_edu_liveness *arg = &u->liveness;
	struct dpc_edu_request *req;
	struct dpc_edu_state state;
	int err;

	if (!dpc_edu_reserved64_ok(edu, arg))
		return -EINVAL;
	req = dpc_edu_request_alloc(edu, DPC_EDU_ENGINE_CONTROL);
	if (req) {
		req->set_liveness = true;
		req->liveness = arg->value;
	}
	err = dpc_edu_control(req, file->f_flags & O_NONBLOCK, &state);
	if (!err) {
		arg->inverted = state.liveness;
		arg->seq = state.seq;
	}
	return err;
}

/* ---- Bursts --------------------------------------------------------------- */

static int dpc_edu_ioc_burst(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	struct dpc_edu_burst *arg = &u->burst;
	struct dpc_edu_request *req;
	int err;

	if (!dpc_edu_reserved_all_ok(edu, arg))
		return -EINVAL;
	if (!arg->count || arg->count > DPC_EDU_BURST_MAX || arg->pace_us > DPC_EDU_PACE_MAX_US) {
		dpc_edu_invalid(edu, "count=%u pace_us=%u, valid: 1 to %u, 0 to %u", arg->count,
				arg->pace_us, DPC_EDU_BURST_MAX, DPC_EDU_PACE_MAX_US);
		return -EINVAL;
	}
	req = dpc_edu_request_alloc(edu, DPC_EDU_RAISE);
	if (!req)
		return -ENOMEM;
	arg->raised = 0;
	arg->last_seq = 0;
	arg->first_seq = dpc_interrupt_count(&edu->intr);
	err = dpc_edu_request_enter(req);
	if (!err)
		err = dpc_edu_raise_burst(edu, arg, req);
	if (!err)
		err = dpc_edu_request_wait(req);
	/* What was raised can't be taken back: to do the whole call again would raise more. */
	if (err == -ERESTARTSYS)
		err = -EINTR;
	if (!err)
		arg->last_seq = req->seq;
	dpc_edu_request_put(req);
	return err;
}

/* ---- Questions and settings: called with the device live ------------------ */

static int dpc_edu_ioc_info(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	u->info = (struct dpc_edu_info){
		.abi_version	= DPC_EDU_ABI_VERSION,
		.device_id	= edu->id,
		.interrupt_id	= dpc_interrupt_id(&edu->intr),
		.irq		= dpc_interrupt_irq(&edu->intr),
		.msi		= edu->msi,
		.buffer_size	= DPC_EDU_BUFFER_SIZE,
		.interrupts	= dpc_interrupt_count(&edu->intr),
	};
	return 0;
}

static int dpc_edu_ioc_raises_get(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	dpc_raise_read(&edu->raises, &edu->intr, &u->raises);
	return 0;
}

static int dpc_edu_ioc_body_set(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	struct dpc_edu_body *arg = &u->body;
	struct dpc_edu_bodies bodies = { .dpc_us = arg->dpc_us, .work_us = arg->work_us };

	if (!dpc_edu_reserved_ok(edu, arg->reserved32, &arg->reserved, sizeof(arg->reserved)))
		return -EINVAL;
	if (arg->dpc_us > DPC_EDU_BODY_MAX_US || arg->work_us > DPC_EDU_BODY_MAX_US ||
	    (arg->flags & ~DPC_EDU_BODY_UNTIL_CLOSE)) {
		dpc_edu_invalid(edu, "dpc_us=%u work_us=%u flags=%#x, valid: 0 to %u, flags 0 or 1",
				arg->dpc_us, arg->work_us, arg->flags, DPC_EDU_BODY_MAX_US);
		return -EINVAL;
	}
	return dpc_edu_body_set(file->private_data, &bodies,
				arg->flags & DPC_EDU_BODY_UNTIL_CLOSE);
}

static int dpc_edu_ioc_body_get(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *u)
{
	struct dpc_edu_body *arg = &u->body;
	struct dpc_edu_bodies bodies;

	if (arg->flags ||
	    !dpc_edu_reserved_ok(edu, arg->reserved32, &arg->reserved, sizeof(arg->reserved)))
		return -EINVAL;
	dpc_edu_body_read(edu, &bodies);
	arg->dpc_us = bodies.dpc_us;
	arg->work_us = bodies.work_us;
	return 0;
}

/* ---- Dispatch -------------------------------------------------------------- */

#define DPC_EDU_F_LIVE		0x1	/* the device must stay during the call */
#define DPC_EDU_F_WRITER	0x2	/* the file must be open for writing */
#define DPC_EDU_F_OUT_ON_ERROR	0x4	/* the result says how far it got */

struct dpc_edu_ioctl {
	unsigned int	cmd;
	unsigned int	flags;
	int		(*fn)(struct file *file, struct dpc_edu *edu, union dpc_edu_arg *arg);
};

static const struct dpc_edu_ioctl dpc_edu_ioctls[] = {
	{ DPC_EDU_IOC_INFO_GET,		DPC_EDU_F_LIVE,	dpc_edu_ioc_info },
	{ DPC_EDU_IOC_FACTORIAL_RUN,	0,		dpc_edu_ioc_factorial },
	{ DPC_EDU_IOC_BURST_RUN,	DPC_EDU_F_OUT_ON_ERROR, dpc_edu_ioc_burst },
	{ DPC_EDU_IOC_DMA_RUN,		0,		dpc_edu_ioc_dma },
	{ DPC_EDU_IOC_RAISES_GET,	DPC_EDU_F_LIVE,	dpc_edu_ioc_raises_get },
	{ DPC_EDU_IOC_BODY_SET,		DPC_EDU_F_WRITER, dpc_edu_ioc_body_set },
	{ DPC_EDU_IOC_BODY_GET,		DPC_EDU_F_LIVE,	dpc_edu_ioc_body_get },
	{ DPC_EDU_IOC_STATE_GET,	0,		dpc_edu_ioc_state_get },
	{ DPC_EDU_IOC_LIVENESS_SET,	DPC_EDU_F_WRITER, dpc_edu_ioc_liveness_set },
};

static const struct dpc_edu_ioctl *dpc_edu_find_ioctl(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dpc_edu_ioctls); i++)
		if (dpc_edu_ioctls[i].cmd == cmd)
			return &dpc_edu_ioctls[i];
	return NULL;
}

static int dpc_edu_call_ioctl(const struct dpc_edu_ioctl *ioctl, struct file *file,
			      struct dpc_edu *edu, union dpc_edu_arg *arg)
{
	bool live = ioctl->flags & DPC_EDU_F_LIVE;
	int err = live ? dpc_edu_get_live(edu) : 0;

	if (err)
		return err;
	err = ioctl->fn(file, edu, arg);
	if (live)
		dpc_edu_put_live(edu);
	return err;
}

long dpc_edu_ioctl(struct file *file, unsigned int cmd, unsigned long address)
{
	const struct dpc_edu_ioctl *ioctl = dpc_edu_find_ioctl(cmd);
	struct dpc_edu_file *edu_file = file->private_data;
	struct dpc_edu *edu = edu_file->edu;
	void __user *user = (void __user *)address;
	union dpc_edu_arg arg;
	int err;

	if (!ioctl)
		return -ENOTTY;
	if ((ioctl->flags & DPC_EDU_F_WRITER) && !(file->f_mode & FMODE_WRITE))
		return -EPERM;
	if (READ_ONCE(edu->gone))
		return -ENODEV;

	memset(&arg, 0, sizeof(arg));
	if ((_IOC_DIR(cmd) & _IOC_WRITE) && copy_from_user(&arg, user, _IOC_SIZE(cmd)))
		return -EFAULT;
	err = dpc_edu_call_ioctl(ioctl, file, edu, &arg);
	if (err && !(ioctl->flags & DPC_EDU_F_OUT_ON_ERROR))
		return err;
	if ((_IOC_DIR(cmd) & _IOC_READ) && copy_to_user(user, &arg, _IOC_SIZE(cmd)))
		return -EFAULT;
	return err;
}
