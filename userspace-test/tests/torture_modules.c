// SPDX-License-Identifier: GPL-2.0-only
/* Modules that are unloaded and loaded again, with other parameters. */
#define _GNU_SOURCE
#include "modules.h"
#include "torture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool all_away(void)
{
	unsigned int i;

	for (i = 0; i < torture->nr_workers; i++)
		if (torture->workers[i].kind <= TORTURE_PCI && !torture->workers[i].away)
			return torture->stop;
	return true;
}

/* Have everybody close their files.  Some may be busy for longer: then the module stays. */
static void all_leave(void)
{
	torture->leave = true;
	KTAP_WAIT(1, all_away());
}

static void all_return(void)
{
	torture->leave = false;
}

static const char *any_parameters(struct torture_worker *w, const char *module, char text[200])
{
	const char *kind = torture_one_in(w, 2) ? "msi=Y" : "msi=N";
	const char *model = model_names[torture_below(w, DPC_MODEL_NR)];
	uint32_t share = torture_below(w, 2), most = 1 + torture_below(w, ALL);

	*text = '\0';
	if (!strcmp(module, "dpc_core"))
		snprintf(text, 200, MODULES_QUIET " drain_thread=%s accounting=%s",
			 share ? "Y" : "N", most % 4 ? "Y" : "N");
	else if (!strcmp(module, "dpc_edu"))
		snprintf(text, 200, "%s model=%s controller=%s dma_max=%u", kind,
			 strcmp(model, "bh_wq") ? model : "dpc", share ? "Y" : "N",
			 most < 512 ? 512 : most);
	else if (!strcmp(module, "dpc_wdm_sample"))
		snprintf(text, 200, "%s kmdf=%s", kind, share ? "Y" : "N");
	else if (!strcmp(module, "dpc_wdm_io_sample"))
		snprintf(text, 200, "%s", kind);
	return text;
}

/* Where it was not, nothing is unloaded, and it comes. */
static int module_again(struct torture_worker *w, const void *context)
{
	uint32_t choice = MODULES_BELOW + torture_below(w, MODULES_NR - MODULES_BELOW);
	const char *module = module_names[choice];
	char text[200];
	int err;

	(void)context;
	any_parameters(w, module, text);
	all_leave();
	err = module_unload(module);
	all_return();
	return !err || err == -ENOENT ? module_load(module, text) : err;
}

/* All of them, the core too, if all let go of it. */
static int all_again(struct torture_worker *w, const void *context)
{
	char text[MODULES_NR][200];
	int err = 0, again, i;

	(void)context;
	for (i = 0; i < (int)MODULES_NR; i++)
		any_parameters(w, module_names[i], text[i]);
	all_leave();
	torture_no_violations();
	for (i = MODULES_NR; i-- && !err;) {
		err = module_unload(module_names[i]);
		if (err == -ENOENT)
			err = 0;
	}
	all_return();
	for (i = 0; i < (int)MODULES_NR; i++) {
		again = module_load(module_names[i], text[i]);
		if (again && again != -EEXIST)
			err = again;
	}
	return err;
}

/* One that is in use. */
static int module_busy(struct torture_worker *w, const void *context)
{
	(void)context;
	return module_unload(module_names[torture_below(w, MODULES_BELOW)]);
}

static int module_wrong(struct torture_worker *w, const void *context)
{
	static const struct {
		const char *module, *parameters;
	} wrong[] = {
		{ "dpc_edu", "model=nonsense" }, { "dpc_edu", "request_timeout_ms=9" },
		{ "dpc_edu", "dma_max=0" }, { "dpc_edu", "msi=what" },
		{ "dpc_core", "budget_isr_us=-1" }, { "dpc_core", "depth_limit=0" },
		{ "dpc_pci", "raise_timeout_ms=x" },
	};
	unsigned int i = torture_below(w, ARRAY_SIZE(wrong));

	(void)context;
	return module_load(wrong[i].module, wrong[i].parameters);
}

void torture_modules_add(void)
{
	/* In use; there already. */
	const int *errors = ERRORS(EAGAIN, EEXIST, EBUSY, ENOMEM, EINTR, ENOENT);
	struct torture_op *op;

	torture_add(TORTURE_MODULES, "module.unload, load", 6, module_again, NULL, errors);
	torture_add(TORTURE_MODULES, "module.all of them", 2, all_again, NULL, errors);
	op = torture_add(TORTURE_MODULES, "module.unload (in use)", 1, module_busy, NULL,
			 ERRORS(EAGAIN, ENOENT, EBUSY));
	op->allowed[0] = false;
	op = torture_add(TORTURE_MODULES, "module.load (wrong)", 2, module_wrong, NULL,
			 ERRORS(EINVAL, EEXIST, ENOENT, EBUSY, ENOMEM));
	op->allowed[0] = false;
}
