// SPDX-License-Identifier: GPL-2.0-only
/* Users of /dev/dpc_edu<N>: requests, bursts, reads, writes, polls. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATTERN	"/dev/dpc_edu*"

static int edu_fd = -1;

void torture_edu_leave(void)
{
	if (edu_fd >= 0)
		close(edu_fd);
	edu_fd = -1;
}

static int open_new(struct torture_worker *w, int flags)
{
	return torture_open(w, PATTERN, flags);
}

/* Kept beyond the end of its device, now and then: then each call says ENODEV. */
static int open_kept(struct torture_worker *w)
{
	bool nonblock = torture_one_in(w, 4);

	if (torture_one_in(w, 12))
		torture_edu_leave();
	if (edu_fd < 0)
		edu_fd = open_new(w, O_RDWR);
	if (edu_fd >= 0)
		fcntl(edu_fd, F_SETFL, nonblock ? O_RDWR | O_NONBLOCK : O_RDWR);
	return edu_fd;
}

/* ---- Requests --------------------------------------------------------------------- */

static int fill_factorial(struct torture_worker *w, int fd, void *arg)
{
	(void)fd;
	((struct dpc_edu_factorial *)arg)->n =
		torture_below(w, torture_one_in(w, 50) ? DPC_EDU_FACTORIAL_MAX + 1 : 60);
	return 0;
}

static void spoil_factorial(struct torture_worker *w, void *arg)
{
	struct dpc_edu_factorial *f = arg;

	if (torture_one_in(w, 2))
		f->n = DPC_EDU_FACTORIAL_MAX + 1 + torture_below(w, 1000000000);
	else
		f->reserved[torture_below(w, 2)] = 1;
}

static void check_factorial(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_edu_factorial *f = arg;

	(void)w;
	if (!err)
		EXPECT(f->result == factorial(f->n), "%u! gave %u", f->n, f->result);
}

static int fill_burst(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_edu_burst *b = arg;

	(void)fd;
	b->count = 1 + torture_below(w, 100);
	b->pace_us = torture_one_in(w, 3) ? torture_below(w, 50) : 0;
	return 0;
}

static void spoil_burst(struct torture_worker *w, void *arg)
{
	struct dpc_edu_burst *b = arg;

	switch (torture_below(w, 5)) {
	case 0:
		b->count = 0;
		break;
	case 1:
		b->count = DPC_EDU_BURST_MAX + 1;
		break;
	case 2:
		b->pace_us = DPC_EDU_PACE_MAX_US + 1;
		break;
	case 3:
		b->reserved32 = 1;
		break;
	default:
		b->reserved[torture_below(w, 2)] = 1;
	}
}

static void check_burst(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_edu_burst *b = arg;

	(void)w;
	EXPECT_LE(b->raised, b->count);
	if (err)
		return;
	EXPECT_EQ(b->raised, b->count);
	EXPECT(b->last_seq > b->first_seq, "%llu after %llu", b->last_seq, b->first_seq);
}

/* Room for the largest transfer, and as much before and behind it that no transfer may touch. */
static uint8_t memory[3 * 4096];

static int fill_dma(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_edu_dma *d = arg;

	(void)fd;
	d->count = 1 + torture_below(w, torture_one_in(w, 4) ? ALL : 100);
	d->offset = torture_below(w, ALL - d->count + 1);
	d->direction = torture_below(w, 2);
	memset(memory, POISON, sizeof(memory));
	d->user = (uintptr_t)memory + 4096 + torture_below(w, 4096 - d->count + 1);
	if (d->direction == DPC_EDU_DMA_TO_DEVICE)
		torture_bytes(w, (void *)(uintptr_t)d->user, d->count);
	return 0;
}

static void spoil_dma(struct torture_worker *w, void *arg)
{
	struct dpc_edu_dma *d = arg;

	switch (torture_below(w, 6)) {
	case 0:
		d->count = 0;
		break;
	case 1:
		d->count = DPC_EDU_BUFFER_SIZE + 1 + torture_below(w, 100);
		break;
	case 2:
		d->offset = DPC_EDU_BUFFER_SIZE - d->count + 1;
		break;
	case 3:
		d->offset = UINT32_MAX - torture_below(w, d->count);
		break;
	case 4:
		d->direction = 2 + torture_below(w, 1000);
		break;
	default:
		d->reserved32 = 1;
	}
}

/* A transfer to here goes to that memory, or to none. */
static void tame_dma(struct torture_worker *w, void *arg)
{
	struct dpc_edu_dma *d = arg;

	d->user = torture_one_in(w, 2) ? (uintptr_t)memory + 4096 : 4096 * torture_below(w, 16);
	if (d->user > 65536 && d->count > 4096)
		d->count = 4096;
}

static void check_dma(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_edu_dma *d = arg;
	size_t at = d->user - (uintptr_t)memory;

	(void)w;
	EXPECT(all_bytes(memory, POISON, at), "a transfer wrote before its memory");
	EXPECT(all_bytes(memory + at + d->count, POISON, sizeof(memory) - at - d->count),
	       "a transfer wrote behind its memory");
	if (err == -EIO && d->direction == DPC_EDU_DMA_FROM_DEVICE)
		EXPECT(all_bytes(memory, POISON, sizeof(memory)), "EIO, and something came");
}

static int fill_body(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_edu_body *body = arg;

	(void)fd;
	body->dpc_us = torture_below(w, 100);
	body->work_us = torture_below(w, 200);
	body->flags = torture_below(w, 2) * DPC_EDU_BODY_UNTIL_CLOSE;
	return 0;
}

static void spoil_body(struct torture_worker *w, void *arg)
{
	struct dpc_edu_body *body = arg;

	switch (torture_below(w, 4)) {
	case 0:
		body->dpc_us = DPC_EDU_BODY_MAX_US + 1 + torture_below(w, 100);
		break;
	case 1:
		body->work_us = UINT32_MAX - torture_below(w, 100);
		break;
	case 2:
		body->flags = 2 + torture_below(w, 1000);
		break;
	default:
		body->reserved = 1;
	}
}

static void spoil_body_get(struct torture_worker *w, void *arg)
{
	struct dpc_edu_body *body = arg;

	if (torture_one_in(w, 2))
		body->flags = 1 + torture_below(w, 1000);
	else
		body->reserved32 = 1;
}

static void check_raises(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_raises *r = arg;

	(void)w;
	if (!err)
		EXPECT_EQ(r->raised, r->interrupts + r->merged + r->dropped + r->pending);
}

static int fill_liveness(struct torture_worker *w, int fd, void *arg)
{
	(void)fd;
	((struct dpc_edu_liveness *)arg)->value = torture_random(w);
	return 0;
}

static void spoil_liveness(struct torture_worker *w, void *arg)
{
	((struct dpc_edu_liveness *)arg)->reserved[torture_below(w, 2)] = 1;
}

static void check_liveness(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_edu_liveness *l = arg;

	(void)w;
	if (!err)
		EXPECT(l->inverted == ~l->value, "%#x inverted is %#x", l->value, l->inverted);
}

#define WAITS	EINTR, ETIMEDOUT, ENODEV, ENOMEM, EIO, EAGAIN

static const struct torture_call calls[] = {
	{ "info_get", DPC_EDU_IOC_INFO_GET, .errors = ERRORS(ENODEV, EIO) },
	{ "factorial_run", DPC_EDU_IOC_FACTORIAL_RUN, fill_factorial, spoil_factorial, NULL,
	  check_factorial, .errors = ERRORS(WAITS) },
	{ "burst_run", DPC_EDU_IOC_BURST_RUN, fill_burst, spoil_burst, NULL, check_burst,
	  .errors = ERRORS(EINTR, ETIMEDOUT, ENODEV, ENOMEM, EIO) },
	{ "dma_run", DPC_EDU_IOC_DMA_RUN, fill_dma, spoil_dma, tame_dma, check_dma,
	  .errors = ERRORS(WAITS), .maybe_writer = true },
	{ "body_set", DPC_EDU_IOC_BODY_SET, fill_body, spoil_body,
	  .errors = ERRORS(EBUSY, ENODEV), .writer = true },
	{ "body_get", DPC_EDU_IOC_BODY_GET, NULL, spoil_body_get, .errors = ERRORS(ENODEV, EIO) },
	{ "raises_get", DPC_EDU_IOC_RAISES_GET, NULL, NULL, NULL, check_raises,
	  .errors = ERRORS(ENODEV, EIO) },
	{ "state_get", DPC_EDU_IOC_STATE_GET, .errors = ERRORS(WAITS) },
	{ "liveness_set", DPC_EDU_IOC_LIVENESS_SET, fill_liveness, spoil_liveness, NULL,
	  check_liveness, .errors = ERRORS(WAITS), .writer = true },
};

/* ---- The rest --------------------------------------------------------------------- */

static int edu_transfer(struct torture_worker *w, const void *context)
{
	bool out = context;
	size_t n = torture_below(w, 300);
	off_t at = torture_below(w, ALL + 10);
	int fd = open_kept(w);
	ssize_t done;

	if (fd < 0)
		return fd;
	memset(memory, POISON, sizeof(memory));
	if (torture_one_in(w, 2))
		torture_alarm(500 + torture_below(w, 200000));
	done = out ? pwrite(fd, memory + 4096, n, at) : pread(fd, memory + 4096, n, at);
	if (done < 0)
		return -errno;
	EXPECT_LE(done, n);
	EXPECT(all_bytes(memory, POISON, 4096), "read() wrote before its memory");
	EXPECT(all_bytes(memory + 4096 + done, POISON, sizeof(memory) - 4096 - done),
	       "read() wrote behind its memory");
	return 0;
}

static int edu_transfer_wrong(struct torture_worker *w, const void *context)
{
	int fd = open_kept(w);
	void *nowhere = (void *)(uintptr_t)(4096 * torture_below(w, 16));
	ssize_t done;

	(void)context;
	if (fd < 0)
		return fd;
	torture_alarm(500 + torture_below(w, 200000));
	switch (torture_below(w, 4)) {
	case 0:
		done = pread(fd, nowhere, 100, 0);
		break;
	case 1:
		done = pwrite(fd, nowhere, 100, 0);
		break;
	case 2:
		done = pwrite(fd, memory, 100, ALL + torture_below(w, 1000));
		break;
	default:
		done = pread(fd, memory, 100, -1 - (off_t)torture_below(w, 1000));
	}
	return done < 0 ? -errno : 0;
}

static int edu_polled(struct torture_worker *w, const void *context)
{
	struct pollfd p = { .fd = open_kept(w), .events = POLLIN | POLLOUT };
	short all = POLLIN | POLLOUT | POLLHUP | POLLERR;

	(void)context;
	if (p.fd < 0)
		return p.fd;
	torture_alarm(1000 + torture_below(w, 100000));
	if (poll(&p, 1, torture_below(w, 200)) < 0)
		return -errno;
	EXPECT(!(p.revents & ~all), "poll() said %#x", p.revents);
	return 0;
}

static int edu_seek(struct torture_worker *w, const void *context)
{
	static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END, 77 };
	int fd = open_kept(w);
	off_t at;

	(void)context;
	if (fd < 0)
		return fd;
	at = lseek(fd, (off_t)torture_below(w, 3 * ALL) - ALL, whence[torture_below(w, 4)]);
	EXPECT_LE(at, ALL);
	return at < 0 ? -errno : 0;
}

static int edu_refused(struct torture_worker *w, const void *context)
{
	int fd = open_kept(w);

	(void)context;
	if (fd < 0)
		return fd;
	return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -errno : 0;
}

static int edu_opened(struct torture_worker *w, const void *context)
{
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_NONBLOCK };
	int fd = open_new(w, flags[torture_below(w, ARRAY_SIZE(flags))]);

	(void)context;
	if (fd >= 0)
		close(fd);
	return fd;
}

void torture_edu_add(void)
{
	static const struct torture_node node = {
		"edu", TORTURE_EDU, open_kept, open_new, calls, ARRAY_SIZE(calls),
		DPC_EDU_IOC_MAGIC,
	};
	struct torture_op *op;

	torture_calls_add(&node);
	torture_add(TORTURE_EDU, "edu.read", 6, edu_transfer, NULL, ERRORS(WAITS));
	torture_add(TORTURE_EDU, "edu.write", 6, edu_transfer, (void *)1, ERRORS(WAITS, ENOSPC));
	op = torture_add(TORTURE_EDU, "edu.read, write (wrong)", 2, edu_transfer_wrong, NULL,
			 ERRORS(WAITS, EFAULT, EINVAL, ENOSPC));
	op->allowed[0] = false;
	torture_add(TORTURE_EDU, "edu.poll", 4, edu_polled, NULL, ERRORS(EINTR));
	torture_add(TORTURE_EDU, "edu.lseek", 1, edu_seek, NULL, ERRORS(EINVAL));
	op = torture_add(TORTURE_EDU, "edu.mmap", 1, edu_refused, NULL, ERRORS(ENODEV));
	op->allowed[0] = false;
	torture_add(TORTURE_EDU, "edu.open", 3, edu_opened, NULL, ERRORS(ENOMEM, EINTR));
}
