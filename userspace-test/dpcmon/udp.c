// SPDX-License-Identifier: GPL-2.0-only
/*
 * The load "softirq": UDP broadcasts over the loopback interface, as many as keep each
 * CPU in softirqs for a fixed part of the time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "udp.h"
#include "util.h"

#define UDP_LISTENERS	24
#define UDP_TRIAL	200		/* packets sent to find out what one takes */
#define UDP_PERIOD_NS	1000000ULL
#define UDP_SHARE	40		/* percent of a CPU */
#define UDP_LATE_NS	20000000ULL	/* packets of so long are not made up for */

/**
 * struct udp_sender - the thread of one CPU
 * @udp: the load
 * @thread: the thread
 * @cpu: the CPU on which it runs and sends
 */
struct udp_sender {
	struct udp	*udp;
	pthread_t	thread;
	int		cpu;
};

/**
 * struct udp - the load
 * @listeners: sockets that get every packet; -1 for one that is not open
 * @out: socket that sends; all threads share it
 * @to: the broadcast address and the port of @listeners
 * @lo_was_down: the loopback interface was off, and goes off again at the end
 * @packets: number of packets per period and CPU
 * @stop: the threads are to end
 * @error: errno of a thread that could not send; 0 for none
 * @nr: number of threads
 * @senders: the threads
 */
struct udp {
	int			listeners[UDP_LISTENERS];
	int			out;
	struct sockaddr_in	to;
	bool			lo_was_down;
	unsigned int		packets;
	atomic_bool		stop;
	atomic_int		error;
	unsigned int		nr;
	struct udp_sender	senders[CPU_SETSIZE];
};

/* Reads or sets the flags of a network interface. */
static int udp_flags(struct ifreq *ifr, unsigned long request)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, request, ifr);
	close(fd);
	return ret;
}

/* Switches the loopback interface; *@was_up says what it was. */
static int udp_loopback(bool up, bool *was_up)
{
	struct ifreq ifr = { .ifr_name = "lo" };

	if (udp_flags(&ifr, SIOCGIFFLAGS))
		return -1;
	if (was_up)
		*was_up = ifr.ifr_flags & IFF_UP;
	if (!!(ifr.ifr_flags & IFF_UP) == up)
		return 0;
	if (up)
		ifr.ifr_flags |= IFF_UP;
	else
		ifr.ifr_flags &= ~IFF_UP;
	return udp_flags(&ifr, SIOCSIFFLAGS);
}

static int udp_listen(struct udp *u)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = u->to.sin_port };
	socklen_t len = sizeof(at);
	int one = 1;
	unsigned int i;

	for (i = 0; i < UDP_LISTENERS; i++) {
		u->listeners[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (u->listeners[i] < 0 ||
		    setsockopt(u->listeners[i], SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
		    bind(u->listeners[i], (struct sockaddr *)&at, sizeof(at)))
			return -1;
		/* the first one gets a free port, the others share it */
		if (getsockname(u->listeners[i], (struct sockaddr *)&at, &len))
			return -1;
	}
	u->to = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = at.sin_port,
		.sin_addr.s_addr = htonl(0x7fffffff),	/* 127.255.255.255 */
	};
	u->out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return u->out < 0 || setsockopt(u->out, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
}

static int udp_send(struct udp *u)
{
	static const char text[64];

	return sendto(u->out, text, sizeof(text), MSG_DONTWAIT, (struct sockaddr *)&u->to,
		      sizeof(u->to)) == sizeof(text) ? 0 : -1;
}

/* Receive softirqs so far, on all CPUs. */
static uint64_t udp_softirqs(void)
{
	FILE *in = xfopen("/proc/softirqs", "re");
	char line[8192], *at, *end;
	uint64_t sum = 0;

	while (in && fgets(line, sizeof(line), in)) {
		at = strstr(line, "NET_RX:");
		if (!at)
			continue;
		for (at += strlen("NET_RX:"); sum += strtoull(at, &end, 10), end != at; at = end)
			;
	}
	if (in)
		fclose(in);
	return sum;
}

/*
 * Finds out what a packet takes.  It must be received in a softirq of this machine, or the
 * load would be none: at least every other packet has to raise one.
 */
static int udp_try(struct udp *u, char **reason)
{
	uint64_t softirqs = udp_softirqs(), start = now_ns(), each;
	unsigned int i;

	for (i = 0; i < UDP_TRIAL; i++) {
		if (udp_send(u)) {
			*reason = xasprintf("can't send over loopback: %s", strerror(errno));
			return -1;
		}
	}
	each = (now_ns() - start) / UDP_TRIAL + 1;
	if (udp_softirqs() - softirqs < UDP_TRIAL / 2) {
		*reason = xstrdup("packets over loopback cause no softirqs here");
		return -1;
	}
	u->packets = UDP_PERIOD_NS * UDP_SHARE / 100 / each;
	if (!u->packets)
		u->packets = 1;
	return 0;
}

struct udp *udp_open(char **reason)
{
	struct udp *u = xcalloc(1, sizeof(*u));
	bool was_up = true;
	unsigned int i;

	*reason = NULL;
	u->out = -1;
	for (i = 0; i < UDP_LISTENERS; i++)
		u->listeners[i] = -1;
	if (udp_loopback(true, &was_up))
		*reason = xasprintf("the loopback interface can't be used: %s", strerror(errno));
	u->lo_was_down = !*reason && !was_up;
	if (!*reason && udp_listen(u))
		*reason = xasprintf("no UDP sockets: %s", strerror(errno));
	if (!*reason)
		udp_try(u, reason);
	return u;
}

unsigned int udp_packets(const struct udp *u)
{
	return u->packets;
}

static void udp_pin(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

/* The same number in each period, also if the last ones came late. */
static void *udp_thread(void *arg)
{
	struct udp_sender *sender = arg;
	struct udp *u = sender->udp;
	uint64_t next = now_ns();
	struct timespec at;
	unsigned int i;

	udp_pin(sender->cpu);
	while (!u->stop) {
		for (i = 0; i < u->packets && !u->stop; i++)
			if (udp_send(u) && errno != EAGAIN && errno != ENOBUFS)
				u->error = errno;
		next += UDP_PERIOD_NS;
		if (now_ns() > next + UDP_LATE_NS)
			next = now_ns();
		at = (struct timespec){ next / NSEC_PER_SEC, next % NSEC_PER_SEC };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	}
	return NULL;
}

int udp_start(struct udp *u)
{
	sigset_t all, before;
	cpu_set_t cpus;
	int cpu, ret = 0;

	u->stop = false;
	u->error = 0;
	u->nr = 0;
	sched_getaffinity(0, sizeof(cpus), &cpus);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (cpu = 0; cpu < CPU_SETSIZE && !ret; cpu++) {
		if (!CPU_ISSET(cpu, &cpus))
			continue;
		u->senders[u->nr] = (struct udp_sender){ .udp = u, .cpu = cpu };
		ret = pthread_create(&u->senders[u->nr].thread, NULL, udp_thread,
				     &u->senders[u->nr]);
		u->nr += !ret;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!ret)
		return 0;
	udp_stop(u);
	return fail("can't start a thread: %s", strerror(ret));
}

int udp_stop(struct udp *u)
{
	unsigned int i;

	u->stop = true;
	for (i = 0; i < u->nr; i++)
		pthread_join(u->senders[i].thread, NULL);
	u->nr = 0;
	if (u->error)
		return fail("load softirq: sending over loopback failed: %s", strerror(u->error));
	return 0;
}

void udp_close(struct udp *u)
{
	unsigned int i;

	if (!u)
		return;
	for (i = 0; i < UDP_LISTENERS; i++)
		if (u->listeners[i] >= 0)
			close(u->listeners[i]);
	if (u->out >= 0)
		close(u->out);
	if (u->lo_was_down)
		udp_loopback(false, NULL);
	free(u);
}
