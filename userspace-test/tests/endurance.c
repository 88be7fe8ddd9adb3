// SPDX-License-Identifier: GPL-2.0-only
/*
 * endurance: the same thing very often while the devices are in use, and no interrupt is
 * lost: modules loaded and unloaded, CPUs taken off and on, devices unplugged and plugged in.
 *
 * Users of a device are processes that count what they have the device do.  When they have
 * ended, what the driver and the core have counted is the same, to the last one.
 */
#define _GNU_SOURCE
#include "edu.h"
#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define DRIVER		"/sys/bus/pci/drivers/dpc_edu/"
#define FIGURES		"/out/figures"
#define USERS		6		/* of one device */
#define WAIT_S		30
#define BURST		100		/* raises of a call, at most */
#define PROGRESS	50		/* rounds between two lines */
#define CPUS_A_MODEL	10		/* CPUs that are taken off and on before the next model */

/* What a user does. */
enum work { BURSTS, FACTORIALS, TRANSFERS };

/**
 * struct user - a user of a device, shared with its process
 * @calls: calls that have done what they were asked for
 * @raised: interrupts that it had the device raise, by calls that failed, too
 * @stop: it shall end
 * @gone: it has ended because the device is gone
 * @work: what it does
 * @device: which device it uses
 * @pid: its process
 */
struct user {
	_Atomic uint64_t	calls;
	_Atomic uint64_t	raised;
	_Atomic bool		stop;
	_Atomic bool		gone;
	enum work		work;
	int			device;
	pid_t			pid;
};

/* The devices' users, and what all of them have done. */
static struct user (*users)[USERS];
static uint64_t total_calls, total_raised, total_interrupts, total_merged, total_dropped;
static unsigned int rounds = 20;

/* ---- Users ------------------------------------------------------------------------ */

static int use_once(struct user *user, int fd)
{
	uint8_t data[32] = { 0 };
	struct dpc_edu_burst burst;
	uint32_t result, n = random() % 30;
	int err;

	switch (user->work) {
	case BURSTS:
		err = edu_burst(fd, 1 + random() % BURST, 0, &burst);
		user->raised += burst.raised <= BURST ? burst.raised : 0;
		return err;
	case FACTORIALS:
		err = edu_factorial(fd, n, &result);
		if (!err)
			EXPECT(result == factorial(n), "%u! gave %u", n, result);
		return err;
	default:
		return edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data));
	}
}

static int use(void *arg)
{
	struct user *user = arg;
	int fd = edu_open_nr(user->device, O_RDWR), err = 0;

	srandom(user->device * USERS + user->work + 1);
	while (!user->stop && !err) {
		err = use_once(user, fd);
		user->calls += !err;
	}
	user->gone = err == -ENODEV;
	EXPECT(!err || user->gone, "a user was told %s", ktap_errno(err));
	return 0;
}

/* @nr users of a device, the first ones with bursts only. */
static void begin(int device, int nr, int bursts)
{
	int i;

	for (i = 0; i < nr; i++) {
		struct user *user = &users[device][i];

		*user = (struct user){ .device = device };
		user->work = i < bursts ? BURSTS : (i - bursts) % 2 ? TRANSFERS : FACTORIALS;
		user->pid = ktap_spawn(use, user);
	}
}

/* Each has done something since it began. */
static bool all_at_work(int device, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!users[device][i].calls)
			return false;
	return true;
}

static void end(int device, int nr, bool gone)
{
	int i;

	for (i = 0; i < nr; i++)
		users[device][i].stop = !gone;
	for (i = 0; i < nr; i++) {
		struct user *user = &users[device][i];

		EXPECT_EQ(ktap_reap(user->pid, WAIT_S), 0);
		EXPECT_EQ(user->gone, gone);
		total_calls += user->calls;
	}
}

/* ---- Books ------------------------------------------------------------------------ */

static void read_raises(int fd, struct dpc_raises *r)
{
	ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_RAISES_GET, r));
	EXPECT_EQ(r->raised, r->interrupts + r->merged + r->dropped + r->pending);
}

/*
 * All users have ended: each interrupt that they had the device raise came, was merged, or was
 * dropped by a switch of the model, and each that came went through each stage once.
 */
static void check_books(int device, int nr, const struct dpc_raises *before)
{
	int fd = edu_open_nr(device, O_RDWR), i;
	struct dpc_snapshot s;
	struct dpc_raises now;
	uint64_t raised = 0;

	for (i = 0; i < nr; i++)
		raised += users[device][i].raised;
	EXPECT(KTAP_WAIT(WAIT_S, (read_raises(fd, &now), !now.pending)), "a raise is pending");
	edu_stats_settled(fd, &s);
	EXPECT_EQ(now.raised - before->raised, raised);
	EXPECT_EQ(s.stage[DPC_STAGE_ISR_TO_DPC].count + s.stage[DPC_STAGE_ISR_TO_DPC].coalesced,
		  s.stage[DPC_STAGE_DPC].count + s.stage[DPC_STAGE_DPC].coalesced);
	EXPECT_EQ(s.stage[DPC_STAGE_DPC_TO_WORK].count + s.stage[DPC_STAGE_DPC_TO_WORK].coalesced,
		  s.stage[DPC_STAGE_WORK].count + s.stage[DPC_STAGE_WORK].coalesced);
	EXPECT_GE(s.stage[DPC_STAGE_ISR].count, now.interrupts - before->interrupts);
	total_raised += raised;
	total_interrupts += now.interrupts - before->interrupts;
	total_merged += now.merged - before->merged;
	total_dropped += now.dropped - before->dropped;
	close(fd);
}

/* Nobody uses the device yet. */
static void open_books(int device, struct dpc_raises *before)
{
	int fd = edu_open_nr(device, O_RDWR);

	ASSERT_RET(0, edu_reset(fd));
	read_raises(fd, before);
	close(fd);
}

static void progress(unsigned int round)
{
	if (round % PROGRESS == 0)
		ktap_note("%u of %u: %llu calls, %llu interrupts raised", round, rounds,
			  (unsigned long long)total_calls, (unsigned long long)total_raised);
}

/* For the proof: a line with a label, a tab and a value for each. */
static void write_figures(const char *what)
{
	FILE *f = fopen(FIGURES, "we");

	if (!f)
		return;
	fprintf(f, "%s\t%u\ncalls done\t%llu\ninterrupts raised\t%llu\nof them served\t%llu\n"
		"merged by the device\t%llu\ndropped by switches of the model\t%llu\nlost\t%lld\n",
		what, rounds, (unsigned long long)total_calls, (unsigned long long)total_raised,
		(unsigned long long)total_interrupts, (unsigned long long)total_merged,
		(unsigned long long)total_dropped,
		(long long)(total_raised - total_interrupts - total_merged - total_dropped));
	fclose(f);
	EXPECT_EQ(total_raised, total_interrupts + total_merged + total_dropped);
}

static void prepare(void)
{
	users = mmap(NULL, 2 * sizeof(*users), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	ASSERT(users != MAP_FAILED, "%s", strerror(errno));
	edu_need_second();
}

/* The @n-th model that this kernel can do, around and around. */
static uint32_t model_of(unsigned int n)
{
	struct dpc_model_info info;
	uint32_t models[DPC_MODEL_NR], nr = 0, model;
	int fd = node_open(O_RDONLY);

	for (model = 0; model < DPC_MODEL_NR; model++) {
		ASSERT_RET(0, node_model_query(fd, model, &info));
		if (info.available)
			models[nr++] = model;
	}
	close(fd);
	return models[n % nr];
}

/* A moment after its users have ended. */
static void set_model(int fd, uint32_t model)
{
	int err;

	ASSERT(KTAP_WAIT(WAIT_S, (err = edu_model_set(fd, model)) != -EBUSY), "it stays busy");
	ASSERT_RET(0, err);
}

/* ---- Modules that are loaded and unloaded ----------------------------------------- */

static void load(unsigned int round)
{
	char parameters[64];
	int i;

	snprintf(parameters, sizeof(parameters), "model=%s", model_names[model_of(round)]);
	ASSERT_RET(0, module_load("dpc_edu", parameters));
	for (i = 0; i < 2; i++)
		ASSERT(KTAP_WAIT(WAIT_S, !access(edu_path[i], F_OK)), "no %s", edu_path[i]);
}

static void unbind(const char *bdf)
{
	ASSERT_RET(0, file_write(DRIVER "unbind", bdf));
}

/*
 * The driver is taken from the first device under its users, which are all told, and the
 * second's have ended just before; each time the module, and every tenth time all below it.
 */
TEST(endurance, loads, 86400)
{
	struct dpc_raises before;
	unsigned int round;
	char bdf[32];

	prepare();
	ASSERT_RET(0, module_unload("dpc_edu"));
	for (round = 1; round <= rounds; round++) {
		if (round % 10 == 0) {
			ASSERT_RET(0, module_unload("dpc_nt"));
			ASSERT_RET(0, module_unload("dpc_core"));
			ASSERT_RET(0, module_load("dpc_core", MODULES_QUIET));
			ASSERT_RET(0, module_load("dpc_nt", ""));
		}
		load(round);
		edu_bdf(0, bdf);
		open_books(1, &before);
		begin(0, 5, 3);
		begin(1, 2, 2);
		ASSERT(KTAP_WAIT(WAIT_S, all_at_work(0, 5) && all_at_work(1, 2)), "no load");
		end(1, 2, false);
		check_books(1, 2, &before);
		edu_node_close();
		unbind(bdf);
		end(0, 5, true);
		ASSERT_RET(0, module_unload("dpc_edu"));
		progress(round);
		if (ktap_failures())
			return;
	}
	ASSERT_RET(0, module_load("dpc_edu", ""));
	write_figures("loads and unloads");
}

/* ---- CPUs that are taken off and on ----------------------------------------------- */

static void cpu_set(unsigned int cpu, const char *on)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	EXPECT_RET(0, file_write(path, on));
}

/* A flood on both devices; their model is another one after so many. */
TEST(endurance, offlines, 86400)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_CONF), round = 0, i;
	struct dpc_raises before[2];

	prepare();
	ASSERT(cpus > 1, "one CPU only");
	while (round < rounds) {
		uint32_t model = model_of(round / CPUS_A_MODEL);

		for (i = 0; i < 2; i++) {
			int fd = edu_open_nr(i, O_RDWR);

			set_model(fd, model);
			close(fd);
			open_books(i, &before[i]);
			begin(i, 4, 2);
		}
		ASSERT(KTAP_WAIT(WAIT_S, all_at_work(0, 4) && all_at_work(1, 4)), "no flood");
		do {
			cpu_set(1 + round % (cpus - 1), "0");
			ktap_pause_us(random() % 20000);
			cpu_set(1 + round % (cpus - 1), "1");
			progress(++round);
		} while (round % CPUS_A_MODEL && round < rounds);
		for (i = 0; i < 2; i++)
			end(i, 4, false);
		for (i = 0; i < 2; i++)
			check_books(i, 4, &before[i]);
		if (ktap_failures())
			return;
	}
	EXPECT_EQ(node_violations(), 0);
	write_figures("CPUs taken off and on");
}

/* ---- Devices that are unplugged and plugged in ------------------------------------ */

static bool monitor(const char *command)
{
	char text[100];

	snprintf(text, sizeof(text), "qemu-monitor %s 2>/dev/null", command);
	return !system(text);
}

/* Also by requests whose owners are dead. */
static void abandon(void)
{
	pid_t pids[2];
	unsigned int i;

	edu_spawn_dmas(pids, ARRAY_SIZE(pids));
	for (i = 0; i < ARRAY_SIZE(pids); i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}

/* The first device, with all its engines busy; the second's users go on all the time. */
TEST(endurance, unplugs, 86400)
{
	struct dpc_raises before;
	unsigned int round;
	int fd;

	prepare();
	open_books(1, &before);
	begin(1, 2, 2);
	for (round = 1; round <= rounds; round++) {
		fd = edu_open(O_RDWR);
		set_model(fd, model_of(round));
		begin(0, USERS, 2);
		ASSERT(KTAP_WAIT(WAIT_S, all_at_work(0, USERS) && edu_dma_busy(fd)), "no load");
		close(fd);
		if (round % 4 == 0) {
			end(0, USERS, false);
			abandon();
		}
		ASSERT(monitor("device_del edu0"), "QEMU does not unplug it");
		if (round % 4)
			end(0, USERS, true);
		ASSERT(KTAP_WAIT(WAIT_S, access(edu_path[0], F_OK)), "%s stays", edu_path[0]);
		/* QEMU is done with it a moment after the kernel. */
		ASSERT(KTAP_WAIT(WAIT_S, monitor("device_add edu,id=edu0")), "not plugged in");
		ASSERT(KTAP_WAIT(WAIT_S, !access(edu_path[0], F_OK)), "%s does not come back",
		       edu_path[0]);
		fd = edu_open(O_RDWR);
		edu_drive(fd);
		close(fd);
		progress(round);
		if (ktap_failures())
			break;
	}
	end(1, 2, false);
	check_books(1, 2, &before);
	write_figures("hot-unplugs with engines busy");
}

int main(int argc, char **argv)
{
	char name[64];

	if (argc != 3 || !atoi(argv[2])) {
		fputs("usage: endurance loads|offlines|unplugs COUNT\n"
		      "That so often, while two edu devices are in use, in KTAP; needs root, and a\n"
		      "machine that may be harmed, with the modules in /lib/modules/dpc, and for\n"
		      "unplugs QEMU's monitor.\n"
		      "Exit status: 0 no interrupt was lost, 1 something failed, 2 wrong usage.\n",
		      stderr);
		return 2;
	}
	rounds = atoi(argv[2]);
	snprintf(name, sizeof(name), "endurance.%s", argv[1]);
	argv[1] = name;
	argv[2] = NULL;
	return ktap_run(argv + 1, NULL, NULL);
}
