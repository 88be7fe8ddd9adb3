// SPDX-License-Identifier: GPL-2.0
/*
 * The texts of --help, one for each command.
 */
#include "help.h"

const char help_overall[] =
"usage: dpcmon COMMAND [OPTIONS]\n"
"\n"
"Measures where the time of an interrupt goes: in its ISR, in the wait for its\n"
"DPC, in the DPC, in the wait for its work item, in the work item.\n"
"\n"
"commands:\n"
"  run      drive an edu device, trace it, report\n"
"  record   trace to a file while something else drives the device\n"
"  report   report on a recorded file\n"
"  stat     show the kernel's always-on counters; needs no tracing\n"
"  compare  drive the device through one model after another, and rank them\n"
"  top      watch a device in a terminal\n"
"  check    test against budgets, for CI: KTAP on stdout\n"
"\n"
"exit status: 0 all within budget, 2 something over budget, 1 error\n"
"- is what was not measured: of fewer than 2 times there is no p50, of 100 no\n"
"p99, of 1000 no p99.9\n"
"\n"
"examples:\n"
"  dpcmon run --interrupts 5000                  is my driver fast enough?\n"
"  dpcmon run --interrupts 5000 --html r.html    a page to hand on\n"
"  dpcmon record -o t.dat -- make test           trace your own load\n"
"  dpcmon report t.dat --budget dpc=50           judge it by other budgets\n"
"  dpcmon stat --interval 1                      watch a machine in service\n"
"  dpcmon compare --html c.html                  which model suits this kernel?\n"
"\n"
"dpcmon COMMAND --help tells more; so does man dpcmon.\n";

#define HELP_BUDGET \
"      --budget LIST       allowed times in us, 0 for no limit, as stage=us,...\n" \
"                          stages: isr isr_to_dpc dpc dpc_to_work work complete\n"

#define HELP_REPORT \
"      --json FILE         write the numbers as JSON; - for stdout\n" \
"      --html FILE         write one page with pictures; - for stdout\n" \
"      --note TEXT         put TEXT into the reports: say where this ran\n" \
"  -q, --quiet             no text report\n"

#define HELP_TRACING \
"      --stop-on-overrun   the kernel stops the trace at the first overrun\n" \
"      --buffer KB         size of the trace buffer per CPU (default 4096)\n"

static const char help_run[] =
"usage: dpcmon run [OPTIONS]\n"
"\n"
"Drives an edu device and measures every interrupt of it.  Needs root.\n"
"\n"
"what to do (default: --interrupts 1000 --factorials 20 --dma 5), all at once:\n"
"      --interrupts N      raise N interrupts\n"
"      --pace US           time between two of them (default 100; 0 = no pause)\n"
"      --factorials N      compute N factorials in the device and check them\n"
"      --dma N             N transfers to the device and back, compared\n"
"      --duration TIME     stop after TIME (10, 10s, 500ms, 2m); without a\n"
"                          number of anything: all three engines until then\n"
"  -d, --device PATH       which device (default /dev/dpc_edu0)\n"
"\n"
"what to change for the run; restored afterwards:\n"
"      --model NAME        what carries the second stage:\n"
"                          dpc, threaded, tasklet, bh_wq, irq_poll, wq,\n"
"                          wq_unbound, kthread, hardirq\n"
"      --body dpc=US,work=US\n"
"                          make the routines slower, to try budgets out\n"
HELP_BUDGET
"\n"
"tracing and reports:\n"
HELP_TRACING
"      --trace FILE        keep the trace as a trace.dat\n"
HELP_REPORT
"\n"
"examples:\n"
"  dpcmon run --interrupts 5000 --pace 50\n"
"  dpcmon run --duration 10s --model threaded --json threaded.json\n"
"  dpcmon run --interrupts 1000 --body dpc=200 --stop-on-overrun\n"
"  dpcmon run --budget dpc=50,isr=10 && echo within budget\n";

static const char help_record[] =
"usage: dpcmon record -o FILE [OPTIONS] [--duration TIME | -- COMMAND...]\n"
"\n"
"Records all dpc events and hard interrupts to a trace.dat, in a trace buffer of\n"
"its own, until TIME is over, COMMAND ends, or Ctrl-C; then reports.  Needs root.\n"
"KernelShark and trace-cmd report read the same file.\n"
"\n"
"  -o, --output FILE       the file\n"
"      --duration TIME     record for TIME: 10, 10s, 500ms, 2m\n"
"      --sched-switch      record task switches too (large)\n"
HELP_TRACING
HELP_BUDGET
HELP_REPORT
"\n"
"examples:\n"
"  dpcmon record -o t.dat --duration 10s\n"
"  dpcmon record -o t.dat -- ./mytest --loops 1000\n";

static const char help_report[] =
"usage: dpcmon report FILE [OPTIONS]\n"
"\n"
"Reports on a trace.dat of dpcmon record, dpcmon run --trace, or\n"
"trace-cmd record -e dpc.  Needs no root and not the machine it came from.\n"
"\n"
HELP_BUDGET
HELP_REPORT
"\n"
"examples:\n"
"  dpcmon report t.dat\n"
"  dpcmon report t.dat --budget isr=25,dpc=100,work=1000\n"
"  dpcmon report t.dat -q --json - | jq .verdict\n";

static const char help_stat[] =
"usage: dpcmon stat [OPTIONS]\n"
"\n"
"Shows what the driver has counted since it was loaded or since the last\n"
"reset.  The counters are always on, without any tracing.\n"
"\n"
"  -d, --device PATH       which device (default /dev/dpc_edu0)\n"
"      --cpu N|all|each    one CPU, the sum (default), or every CPU by itself\n"
"      --json[=FILE]       JSON to FILE or stdout instead of tables\n"
"      --interval TIME     read again every TIME; JSON: one object per line\n"
"      --count N           ... N times\n"
"      --reset             set the counters to zero, after showing them\n"
"      --check             exit status 2 if a counter says over budget, 1 if\n"
"                          nothing was counted that has a budget\n"
"\n"
"examples:\n"
"  dpcmon stat\n"
"  dpcmon stat --cpu each\n"
"  dpcmon stat --json | jq .stages.dpc.over_budget\n";

static const char help_compare[] =
"usage: dpcmon compare [OPTIONS]\n"
"\n"
"Drives an edu device through one model after another, in mixed order and\n"
"several rounds, idle and under load, and ranks the models by latency,\n"
"throughput and cost.  Where rounds overlap it says tie; what a round could\n"
"not measure (a p99 of fewer than 100 times, a rate of which no try was held,\n"
"a CPU time below the noise) has no rank.  Needs root.\n"
"\n"
"  -d, --device PATH       which device (default /dev/dpc_edu0)\n"
"      --models LIST       default all: dpc,threaded,tasklet,bh_wq,irq_poll,wq,\n"
"                          wq_unbound,kthread,hardirq; what the kernel can't do\n"
"                          is listed as absent, with what it needs\n"
"      --load LIST         default none,hog; all for all of them:\n"
"                            none     nothing beside the device\n"
"                            hog      an endless ordinary thread on each CPU\n"
"                            softirq  UDP over loopback, on each CPU\n"
"                            storm    interrupts of a second edu device\n"
"                            rt       a SCHED_FIFO thread on each CPU, half of\n"
"                                     the time\n"
"      --rt-priority N     of the load rt (default 40, below interrupt threads)\n"
"      --rounds N          how often all of it (default 5); one compares nothing\n"
"      --seed N            of the order (default 1)\n"
"      --interrupts N      in each round (default 500)\n"
"      --pace US           time between two of them (default 500; 0 = no pause)\n"
"      --body dpc=US,work=US\n"
"                          make the routines slower\n"
HELP_BUDGET
"                          given, and something over: exit status 2\n"
HELP_REPORT
"\n"
"Model, body and budgets are as they were afterwards, however it ends.\n"
"Another dpcmon that wants the device meanwhile is told who has it.\n"
"\n"
"examples:\n"
"  dpcmon compare --html compare.html\n"
"  dpcmon compare --models dpc,tasklet,threaded --load all --rounds 8\n"
"  dpcmon compare --body dpc=20,work=100 --json - | jq .loads[0].ranks\n";

static const char help_top[] =
"usage: dpcmon top [OPTIONS]\n"
"\n"
"Shows the driver's always-on counters as they change: stages, budgets, and a\n"
"histogram.  For root also the routine that was the furthest over its budget\n"
"(by the trace event dpc_overrun; nothing else is traced).\n"
"\n"
"  -d, --device PATH       which device (default /dev/dpc_edu0)\n"
"      --interval TIME     read every TIME (default 1s, at least 50ms)\n"
"  -b, --batch             text on stdout instead of a screen, for a pipe\n"
"      --count N           with --batch: end after N readings\n"
"      --once              a single reading: --batch --count 1\n"
"\n"
"keys: m switch the model, r set the counters to zero, p pause, d next device,\n"
"up and down choose the stage of the histogram, ? help, q quit\n"
"\n"
"A device that goes away is looked for until it is back.\n"
"\n"
"examples:\n"
"  dpcmon top\n"
"  dpcmon top --interval 200ms -d /dev/dpc_edu1\n"
"  dpcmon top --batch --count 10 > log\n";

static const char help_check[] =
"usage: dpcmon check [OPTIONS] [--trace FILE | -- COMMAND...]\n"
"\n"
"Measures, and prints a test for each stage of each interrupt object as KTAP:\n"
"it passes when no time was over the stage's budget.  Measured is a load like\n"
"that of dpcmon run, or all interrupts while COMMAND runs, or a recorded file.\n"
"The first two need root.\n"
"\n"
HELP_BUDGET
"\n"
"what is measured:\n"
"      --trace FILE        what was recorded by dpcmon record or trace-cmd\n"
"      --interrupts N      a load, default and meaning as of dpcmon run\n"
"      --pace US           as there\n"
"      --factorials N      as there\n"
"      --dma N             as there\n"
"      --duration TIME     as there\n"
"      --model NAME        the model for it; restored afterwards\n"
"      --body dpc=US,work=US\n"
"                          make the routines slower\n"
"  -d, --device PATH       which device (default /dev/dpc_edu0)\n"
"      --buffer KB         size of the trace buffer per CPU (default 4096)\n"
"\n"
"results:\n"
"      --kcidb FILE        results for KernelCI's KCIDB, as JSON\n"
"      --kcidb-origin NAME who submits them (default dpcmon)\n"
"      --kcidb-build ID    the build they are of, without the origin\n"
"      --json FILE         the report of dpcmon report as well\n"
"      --html FILE         the same as a page\n"
"      --note TEXT         put TEXT into the results: say where this ran\n"
"\n"
"exit status: 0 within budget; 2 over budget; 1 error, COMMAND failed, events\n"
"are missing, or no stage that was measured has a budget: to skip all is not\n"
"to pass.  COMMAND's output goes to stderr.\n"
"\n"
"examples:\n"
"  dpcmon check --budget isr=25,dpc=100,work=1000\n"
"  dpcmon check --budget dpc=50 --kcidb results.json -- ./mytest --loops 1000\n"
"  dpcmon check --trace t.dat --budget dpc=100\n";

const char * const help_commands[CMD_NR] = {
	[CMD_RUN]	= help_run,
	[CMD_RECORD]	= help_record,
	[CMD_REPORT]	= help_report,
	[CMD_STAT]	= help_stat,
	[CMD_COMPARE]	= help_compare,
	[CMD_TOP]	= help_top,
	[CMD_CHECK]	= help_check,
};
