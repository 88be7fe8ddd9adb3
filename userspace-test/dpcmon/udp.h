/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Softirq pressure: UDP broadcasts over the loopback interface.
 *
 * A packet is received on the CPU that sends it, in a softirq, and handed to every socket
 * that listens: one packet makes one long softirq.  Nobody reads from the sockets; what does
 * not fit into a socket's buffer is dropped.  load.c uses it.
 */
#ifndef DPCMON_UDP_H
#define DPCMON_UDP_H

struct udp;

/*
 * Opens the sockets, switches the loopback interface on, and finds out how many packets
 * keep a CPU busy for the wanted share of its time.
 * Return: never NULL.  If there can be no such load, *@reason says why, in a text that the
 * caller frees; else it is NULL.
 */
struct udp *udp_open(char **reason);

/* Number of packets that each CPU sends in a millisecond. */
unsigned int udp_packets(const struct udp *u);

/* Start and end a thread on each CPU that sends.  Return: 0; -1 after a message. */
int udp_start(struct udp *u);
int udp_stop(struct udp *u);

/* Closes all, and leaves the loopback interface as it was.  NULL is allowed. */
void udp_close(struct udp *u);

#endif /* DPCMON_UDP_H */
