/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Softirq pressure: UDP broadcasts over the loopback interface.
 *
 * A packet is received where it is sent, in a softirq of that CPU, and handed
 * to every socket that listens: one packet, one long softirq.  Nobody reads
 * them; what does not fit into a socket's buffer is dropped there.
 */
#ifndef DPCMON_UDP_H
#define DPCMON_UDP_H

struct udp;

/* Prepares; *@reason says why there is no such load, or is NULL.  Never NULL. */
struct udp *udp_open(char **reason);
/* Packets that each CPU sends per millisecond. */
unsigned int udp_packets(const struct udp *u);
int udp_start(struct udp *u);
int udp_stop(struct udp *u);
void udp_close(struct udp *u);

#endif /* DPCMON_UDP_H */
