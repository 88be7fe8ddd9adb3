/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the torture program share.
 *
 * Workers are processes, each of a kind that has operations of its own.  A worker's n-th
 * operation, and every choice in it, follow from the seed, the worker's number and n alone:
 * a worker that was killed goes on with its next operation.  An operation returns 0 or a
 * negative errno; one that its call does not document is a failure.
 */
#ifndef TORTURE_H
#define TORTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pci.h"

#define TORTURE_OPS_MAX		200
#define TORTURE_WORKERS_MAX	24
#define TORTURE_ERRORS		134		/* errnos, and 0 for success */
#define TORTURE_ABSENT		(-1000)		/* there was nothing to do it with */
#define TORTURE_DEVICES_MAX	12

enum torture_kind_id {
	TORTURE_NODE,		/* users of /dev/dpc */
	TORTURE_EDU,		/* of /dev/dpc_edu<N> */
	TORTURE_PCI,		/* of /dev/dpc_pci<N> */
	TORTURE_SYSFS,		/* of attributes and parameters */
	TORTURE_DEVICES,	/* who gives devices to drivers, and takes them away */
	TORTURE_CPUS,		/* who takes CPUs off and on */
	TORTURE_POWER,		/* who suspends the machine */
	TORTURE_MODULES,	/* who loads and unloads */
	TORTURE_MEMORY,		/* who takes the memory */
	TORTURE_KINDS,
};

struct torture_worker;

struct torture_op {
	enum torture_kind_id	kind;
	char			name[40];
	unsigned int		weight;		/* how often it is chosen, among its kind's */
	int (*fn)(struct torture_worker *w, const void *context);
	const void		*context;
	bool			allowed[TORTURE_ERRORS];
};

/**
 * struct torture_worker - a worker, shared with its process
 * @begun: operations that it has begun, those of dead processes too
 * @op: the operation that it is at; -1 between two
 * @away: it has no file open, and waits
 * @kind: what it does
 * @number: its number, on which its choices depend
 * @pid: its process; 0 for none
 * @random: state of the choices of the present operation
 * @stopped: it was stopped by a signal
 * @seen: @begun when the watchdog has last looked
 * @age_ms: for how long it is at its operation, by the watchdog
 */
struct torture_worker {
	_Atomic uint64_t	begun;
	_Atomic int		op;
	_Atomic bool		away;
	enum torture_kind_id	kind;
	unsigned int		number;
	pid_t			pid;
	uint64_t		random;
	bool			stopped;
	uint64_t		seen;
	uint64_t		age_ms;
};

/* What all processes share. */
struct torture_shared {
	_Atomic bool		stop;		/* all shall end */
	_Atomic bool		leave;		/* all shall close their files, and wait */
	_Atomic uint64_t	counts[TORTURE_OPS_MAX][TORTURE_ERRORS];
	_Atomic uint64_t	absent[TORTURE_OPS_MAX];
	_Atomic uint64_t	killed, halted;
	struct torture_worker	workers[TORTURE_WORKERS_MAX];
	unsigned int		nr_workers;
};

struct torture_options {
	uint64_t	seed;
	unsigned int	seconds;
	unsigned int	limit_s;	/* of one operation */
	unsigned int	faults;		/* of a thousand allocations, how many fail */
	bool		suspend, cpus;	/* do that, too */
};

struct torture_device {
	enum pci_card_id	card;
	char			bdf[16];
};

extern struct torture_options torture_options;
extern struct torture_shared *torture;
extern struct torture_op torture_ops[TORTURE_OPS_MAX];
extern unsigned int torture_nr_ops;
extern struct torture_device torture_devices[TORTURE_DEVICES_MAX];
extern unsigned int torture_nr_devices;

/* ---- torture_work.c ------------------------------------------------------------------- */

/* Errnos of a call, for torture_add(). */
#define ERRORS(...)	((const int []){ __VA_ARGS__, 0 })

/* An operation of @kind; it may succeed, or fail with one of @errors (0 ends them). */
struct torture_op *torture_add(enum torture_kind_id kind, const char *name, unsigned int weight,
			       int (*fn)(struct torture_worker *w, const void *context),
			       const void *context, const int *errors);
void torture_allow(struct torture_op *op, const int *errors);

uint64_t torture_mix(uint64_t x);
uint32_t torture_random(struct torture_worker *w);
uint32_t torture_below(struct torture_worker *w, uint32_t n);	/* 0 to @n - 1 */
bool torture_one_in(struct torture_worker *w, uint32_t n);
/* A value at the edges of what a field can have. */
uint32_t torture_edge(struct torture_worker *w);
void torture_bytes(struct torture_worker *w, void *p, size_t n);

int torture_work(void *worker);			/* for ktap_spawn() */
void torture_alarm(unsigned int us);		/* SIGALRM each @us from now on; 0: no more */
/* A file of a node whose name fits @pattern.  Return: it, or -errno. */
int torture_open(struct torture_worker *w, const char *pattern, int flags);
/* That nobody has broken a rule of the core, if it is loaded, since it was. */
void torture_no_violations(void);
void torture_report(void);
/* For the proof: what was done, as lines of a label, a tab and a value. */
void torture_figures(const char *path);

/* ---- Kinds: each adds its operations, and closes what a worker has open --------------- */

void torture_node_add(void);
void torture_node_leave(void);
void torture_edu_add(void);
void torture_edu_leave(void);
void torture_pci_add(void);
void torture_pci_leave(void);
void torture_sysfs_add(void);
void torture_devices_add(void);
void torture_machine_add(void);
void torture_modules_add(void);

/* ---- torture_devices.c, torture_machine.c --------------------------------------------- */

void torture_find_devices(void);
/* The cards to dpc_pci; edu devices have their driver. */
void torture_devices_begin(void);
/* All of them are there, with the driver that wants them, and awake.  Fails the test. */
void torture_devices_restore(void);
void torture_machine_restore(void);		/* all CPUs, no test of suspend */
unsigned int torture_cpus(void);		/* the CPUs that there are, on or off */
void torture_faults(unsigned int per_thousand);
bool torture_has_faults(void);

/* ---- torture_call.c --------------------------------------------------------------------- */

/**
 * struct torture_call - an ioctl
 * @name: for reports
 * @cmd: its number
 * @fill: makes a good argument of zeros.  Return: 0, or why there is none
 * @spoil: makes a good argument one that must be refused; NULL: it has nothing to refuse
 * @tame: takes back of a random argument what would harm this process or QEMU; or NULL
 * @check: looks at the result, @err of a good call; or NULL
 * @errors: what a good argument can meet
 * @more: what others can meet, beside EINVAL and EFAULT; or NULL
 * @writer: EPERM for a file that is not open for writing
 * @maybe_writer: that depends on the argument
 */
struct torture_call {
	const char	*name;
	unsigned long	cmd;
	int		(*fill)(struct torture_worker *w, int fd, void *arg);
	void		(*spoil)(struct torture_worker *w, void *arg);
	void		(*tame)(struct torture_worker *w, void *arg);
	void		(*check)(struct torture_worker *w, const void *arg, int err);
	const int	*errors;
	const int	*more;
	bool		writer;
	bool		maybe_writer;
};

/**
 * struct torture_node - a kind of node with ioctls
 * @name: for reports
 * @kind: of its workers
 * @open: a file of it, which the worker keeps for a while.  Return: it, or -errno
 * @open_new: one that the caller closes, open as @flags
 * @calls: its ioctls
 * @nr: how many
 * @magic: their type
 */
struct torture_node {
	const char			*name;
	enum torture_kind_id		kind;
	int				(*open)(struct torture_worker *w);
	int				(*open_new)(struct torture_worker *w, int flags);
	const struct torture_call	*calls;
	unsigned int			nr;
	unsigned int			magic;
};

/* Operations for each call: good, random, wrong and unreadable arguments, a read-only file. */
void torture_calls_add(const struct torture_node *node);

#endif /* TORTURE_H */
