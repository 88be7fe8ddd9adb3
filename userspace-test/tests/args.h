/* SPDX-License-Identifier: GPL-2.0-only */
/* Good and bad arguments of a whole table of ioctls; each function is the body of a test. */
#ifndef ARGS_H
#define ARGS_H

#include <stddef.h>

struct args_call {
	const char	*name;
	unsigned long	cmd;
	const void	*valid;		/* an argument that is accepted; NULL: none comes in */
	size_t		reserved;	/* offset and size of what must be zero */
	size_t		reserved_size;
	size_t		reserved32;	/* offset of a second one, or 0 */
};

#define ARGS_RESERVED(_type)	.reserved = offsetof(struct _type, reserved), \
				.reserved_size = sizeof(((struct _type *)0)->reserved)
#define ARGS_RESERVED32(_type)	.reserved32 = offsetof(struct _type, reserved32)

/*
 * @open: a file for the calls
 * @complete: adds to a valid argument what only exists at run time
 * @works: after calls that were refused; fails the test if something is left of them
 */
struct args_table {
	const struct args_call	*calls;
	unsigned int		n;
	unsigned int		magic;
	int			(*open)(int flags);
	void			(*complete)(const struct args_call *call, void *arg);
	void			(*works)(int fd);
};

void check_valid_argument_is_accepted(const struct args_table *table);
void check_unknown_number_is_enotty(const struct args_table *table);
void check_wrong_size_is_enotty(const struct args_table *table);
void check_wrong_direction_is_enotty(const struct args_table *table);
void check_wrong_type_is_enotty(const struct args_table *table);
void check_reserved_field_must_be_zero(const struct args_table *table);
void check_nothing_else_is_written(const struct args_table *table);
void check_unmapped_argument_is_efault(const struct args_table *table);
void check_argument_at_the_end_of_a_mapping(const struct args_table *table);
void check_read_only_result_is_efault(const struct args_table *table);

/* These tests, in @_group, for @_table. */
#define ARGS_TESTS(_group, _table)							\
	ARGS_TEST(_group, _table, valid_argument_is_accepted)				\
	ARGS_TEST(_group, _table, unknown_number_is_enotty)				\
	ARGS_TEST(_group, _table, wrong_size_is_enotty)					\
	ARGS_TEST(_group, _table, wrong_direction_is_enotty)				\
	ARGS_TEST(_group, _table, wrong_type_is_enotty)					\
	ARGS_TEST(_group, _table, reserved_field_must_be_zero)				\
	ARGS_TEST(_group, _table, nothing_else_is_written)				\
	ARGS_TEST(_group, _table, unmapped_argument_is_efault)				\
	ARGS_TEST(_group, _table, argument_at_the_end_of_a_mapping)			\
	ARGS_TEST(_group, _table, read_only_result_is_efault)

#define ARGS_TEST(_group, _table, _name)						\
	TEST(_group, _name) { check_##_name(_table); }

#endif /* ARGS_H */
