/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the device share.  Calls return 0 (or a count) or a
 * negative errno, as in the kernel.
 */
#ifndef EDU_H
#define EDU_H

#include <linux/dpc_edu.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "ktap.h"
#include "node.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define ALL		DPC_EDU_BUFFER_SIZE

/* The devices under test, and the model that the tests run with. */
extern char edu_path[2][280];
extern int edu_model;

int edu_open(int flags);		/* the first device; fails the test */
int edu_open_nr(int nr, int flags);
void edu_need_second(void);		/* skips the test without one */

int edu_ioctl(int fd, unsigned long cmd, void *arg);
int edu_factorial(int fd, uint32_t n, uint32_t *result);
int edu_dma(int fd, uint32_t direction, void *user, uint32_t offset, uint32_t count);
int edu_burst(int fd, uint32_t count, uint32_t pace_us, struct dpc_edu_burst *burst);
int edu_state(int fd, struct dpc_edu_state *state);
int edu_liveness(int fd, uint32_t value, uint32_t *inverted);
int edu_body_set(int fd, uint32_t dpc_us, uint32_t work_us);
int edu_body_set_until_close(int fd, uint32_t dpc_us, uint32_t work_us);
int edu_body_get(int fd, struct dpc_edu_body *body);
void edu_info(int fd, struct dpc_edu_info *info);

/*
 * What the core has of the device: by /dev/dpc, which the process opens as @fd is, and
 * keeps.  -ENODEV, or a failed test, if the device is gone.
 */
uint32_t edu_id(int fd);		/* fails the test */
int edu_budget_set(int fd, uint32_t stage, uint32_t budget_us);
int edu_budget_get(int fd, uint32_t stage, uint32_t *budget_us);
int edu_reset(int fd);
int edu_model_set(int fd, uint32_t model);
uint32_t edu_model_get(int fd);		/* fails the test */
int edu_model_query(int fd, uint32_t model, struct dpc_model_info *info);
void edu_stats(int fd, int cpu, struct dpc_snapshot *stats);

/* Waits until nothing is being served any more, then reads; fails the test. */
void edu_stats_settled(int fd, struct dpc_snapshot *stats);
/*
 * Both engines, and raises that come faster than they are served: each interrupt is then
 * accounted for once.  Fails the test.
 */
void edu_drive(int fd);
/* No budgets at all. */
void edu_budgets_off(int fd);
/* No file on /dev/dpc is open any more: dpc_core can be unloaded. */
void edu_node_close(void);

uint32_t factorial(uint32_t n);
bool edu_dma_busy(int fd);

/* A transfer in a process of its own that has begun when this returns. */
pid_t edu_spawn_dma(void);
/* The same with @n of them: one runs, the others are queued. */
void edu_spawn_dmas(pid_t *pids, int n);

/* A process that uses the device until it is gone, which the last call must say. */
enum edu_use { EDU_USE_DMA, EDU_USE_FACTORIAL, EDU_USE_BURST, EDU_USE_PACED, EDU_USE_POLL,
	       EDU_USE_READ, EDU_USE_STATE, EDU_USES };
struct edu_user {
	enum edu_use	use;
	int		fd;
};

int edu_use_until_gone(void *user);	/* for ktap_spawn() */
#define EDU_USE_S	300		/* it gives up then */

/* Files of the first device's object in /sys/class/dpc: -errno or 0, text without its newline. */
int edu_sysfs_read(const char *name, char *text, size_t size);
int edu_sysfs_write(const char *name, const char *text);
long long edu_sysfs_number(const char *name);	/* fails the test */
int file_read(const char *path, char *text, size_t size);
int file_write(const char *path, const char *text);
void edu_bdf(int nr, char bdf[32]);
/*
 * The registers of the edu device at the address @bdf, EDU_MAPPED bytes; fails the test.  Its
 * driver has them, so this needs the kernel's argument iomem=relaxed.
 */
#define EDU_MAPPED	4096
uint32_t *edu_map(const char *bdf);
/* Whether the first device may reach memory; all else of its command register stays. */
void edu_bus_master(bool on);

extern const char * const stage_names[DPC_STAGE_NR];
extern const char * const model_names[DPC_MODEL_NR];

/* @n writable pages, then one that is not mapped. */
uint8_t *map_pages(unsigned int n);
void fill_random(void *p, size_t n);
bool all_bytes(const void *p, uint8_t value, size_t n);

#define TIMEOUT_PARAM	"/sys/module/dpc_edu/parameters/request_timeout_ms"
#define OVERDUE_PARAM	"/sys/module/dpc_edu/parameters/overdue_ms"

#endif /* EDU_H */
