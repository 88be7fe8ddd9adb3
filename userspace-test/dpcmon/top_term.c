// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal, by ncurses; nobody else includes its header.
 */
#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <ncurses.h>
#include <term.h>

#include "top.h"
#include "util.h"

#define TERM_BATCH_COLS	110

static void *term_screen;	/* of ncurses, between begin and end */

/*
 * What a signal handler needs to leave the screen, because it can't call ncurses: the
 * settings of the terminal, the text that leaves the screen, and whether it is ours.
 */
static struct termios term_before;
static char term_leave[128];
static atomic_bool term_on;

/* Appends a text of the terminal's description, if it has it and there is room. */
static void term_add_leave(const char *name)
{
	const char *text = tigetstr((char *)name);

	if (text && text != (char *)-1 && strlen(term_leave) + strlen(text) < sizeof(term_leave))
		strcat(term_leave, text);
}

/* On a signal that ends the program: restores the terminal, then lets the signal do so. */
static void term_on_fatal(int sig)
{
	ssize_t ignored;

	if (term_on) {
		ignored = write(STDOUT_FILENO, term_leave, strlen(term_leave));
		(void)ignored;
		tcsetattr(STDIN_FILENO, TCSANOW, &term_before);
	}
	raise(sig);
}

static void term_catch(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	struct sigaction action = { .sa_handler = term_on_fatal, .sa_flags = SA_RESETHAND };
	struct sigaction end;
	unsigned int i;

	/* SA_RESETHAND, and not masked: raise() does what it does without us */
	action.sa_flags |= SA_NODEFER;
	for (i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &action, NULL);
	/* ^\ ends it in order, as SIGTERM does and SIGHUP: a trace may be on */
	sigaction(SIGTERM, NULL, &end);
	sigaction(SIGQUIT, &end, NULL);
}

static void term_looks(void)
{
	if (!has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(1, COLOR_CYAN, -1);
	init_pair(2, COLOR_RED, -1);
}

int top_term_begin(void)
{
	const char *type = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail("top: this is no terminal: use --batch or --once, or dpcmon stat");
	tcgetattr(STDIN_FILENO, &term_before);
	/* initscr() would end the program itself */
	term_screen = newterm(NULL, stdout, stdin);
	if (!term_screen)
		return fail("top: the terminal \"%s\" is not known: set TERM, or use --batch",
			    type ? type : "");
	term_add_leave("rmkx");
	term_add_leave("cnorm");
	term_add_leave("sgr0");
	term_add_leave("rmcup");
	term_on = true;
	atexit(top_term_end);
	term_catch();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	term_looks();
	return 0;
}

void top_term_end(void)
{
	if (!term_on)
		return;
	term_on = false;
	curs_set(1);
	endwin();
	delscreen(term_screen);
	term_screen = NULL;
}

int top_term_batch_cols(void)
{
	const char *text = getenv("COLUMNS");
	uint64_t cols;

	if (text && !parse_u64(text, 500, &cols) && cols >= TOP_COLS_MIN)
		return cols;
	return TERM_BATCH_COLS;
}

void top_term_size(int *rows, int *cols)
{
	*rows = LINES;
	*cols = COLS;
}

static attr_t term_attr(enum canvas_look look)
{
	switch (look) {
	case LOOK_DIM:
		return A_DIM;
	case LOOK_BOLD:
		return A_BOLD;
	case LOOK_HEAD:
	case LOOK_CHOSEN:
		return A_REVERSE;
	case LOOK_OVER:
		return A_BOLD;
	default:
		return A_NORMAL;
	}
}

static short term_pair(enum canvas_look look)
{
	if (!has_colors())
		return 0;
	return look == LOOK_BAR ? 1 : look == LOOK_OVER ? 2 : 0;
}

void top_term_show(const struct canvas *c)
{
	int row, col;

	for (row = 0; row < c->rows; row++) {
		for (col = 0; col < c->cols; col++) {
			const struct cell *cell = canvas_at(c, row, col);
			wchar_t text[2] = { cell->ch, 0 };
			cchar_t out;

			setcchar(&out, text, term_attr(cell->look), term_pair(cell->look), NULL);
			mvadd_wch(row, col, &out);
		}
	}
	refresh();
}

bool top_term_is_gone(void)
{
	struct pollfd in = { .fd = STDIN_FILENO };

	return poll(&in, 1, 0) > 0 && in.revents & (POLLHUP | POLLERR | POLLNVAL);
}

int top_term_key(int ms)
{
	int key;

	timeout(ms);
	key = getch();
	switch (key) {
	case ERR:
		return TOP_KEY_NONE;
	case KEY_UP:
		return TOP_KEY_UP;
	case KEY_DOWN:
		return TOP_KEY_DOWN;
	case KEY_ENTER:
	case '\n':
	case '\r':
		return TOP_KEY_ENTER;
	case 27:
		return TOP_KEY_ESCAPE;
	case KEY_RESIZE:
		return TOP_KEY_RESIZE;
	default:
		return key > 0 && key < 256 ? key : TOP_KEY_NONE;
	}
}
