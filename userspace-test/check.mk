# SPDX-License-Identifier: GPL-2.0-only
# What each part of the check needs, and the command that it is. ./check runs this from the top of
# the tree, with parts as goals: a part keeps its results in build/check and never stops make.
#
#   NAME.part             a part of the check, always run again
#   kernel-NAME.step      that kernel is in the cache
#   modules-NAME.step     the modules are built for it: once, for every part
#   tool.step, programs.step   the tool, and the test programs, for this machine
#
# With STEPS_ONLY=1, only the steps that these parts need are made; with STEPS_DONE=1, only the parts.
# Make looks at each goal once, in their order, and would come back to one that waits for a step after
# all the others have begun.

O := build/check
TEST := userspace-test
SOURCES := Kbuild $(shell find module include kunit -name '*.[ch]')

# needed: the names of the steps before a target.
needed = $(patsubst $(O)/%.step,%,$(filter %.step,$^))
# part OPTION...,COMMAND   step COMMAND
part = $(if $(STEPS_ONLY),@:,@$(TEST)/harness/part.py $1 $(patsubst $(O)/%.part,%,$@) $(needed) -- $2)
step = $(if $(STEPS_DONE),,@$(TEST)/harness/part.py --step $@ $(patsubst $(O)/%.step,%,$@) $(needed) -- $1)
# KERNEL[-cpusN] and KERNEL-GROUP taken apart.
cpus_of = $(or $(word 2,$(subst -cpus, ,$1)),4)
kernel_of = $(firstword $(subst -cpus, ,$1))
group_of = $(lastword $(subst -, ,$1))
stock_of = $(patsubst %-$(call group_of,$1),%,$1)

.SUFFIXES:
.SECONDARY:
.SECONDEXPANSION:
FORCE:
.PHONY: FORCE

# ---- steps -----------------------------------------------------------------------------------

# Named, because make prefers a rule whose prerequisites exist, or are named, to a better match.
KERNELS := $(shell $(TEST)/vm/kernel --names)

$(KERNELS:%=$(O)/kernel-%.step): $(O)/kernel-%.step: FORCE
	$(call step,$(TEST)/vm/kernel $*)

$(KERNELS:%=$(O)/modules-%.step): $(O)/modules-%.step: $(O)/kernel-%.step $(SOURCES) $(TEST)/vm/modules
	$(call step,$(TEST)/vm/modules $*)

$(O)/tool.step: FORCE
	$(call step,$(MAKE) -s -j2 -C $(TEST)/dpcmon programs)

$(O)/programs.step: FORCE
	$(call step,$(MAKE) -s -j2 -C $(TEST)/tests)

# ---- parts on the host -----------------------------------------------------------------------

$(O)/lint-build-%.part: $(O)/modules-%.step FORCE
	$(call part,,$(TEST)/lint/run build-$*)

$(O)/lint-sparse-%.part: $(O)/modules-%.step FORCE
	$(call part,,$(TEST)/lint/run sparse-$*)

$(O)/lint-layers-%.part: $(O)/modules-%.step FORCE
	$(call part,,$(TEST)/lint/run layers-$*)

$(O)/lint-rings.part: $(O)/tool.step FORCE
	$(call part,,$(TEST)/lint/run rings)

$(O)/lint-readme-example.part: $(O)/modules-6.12.step FORCE
	$(call part,,$(TEST)/lint/run readme-example)

$(O)/lint-%.part: FORCE
	$(call part,,$(TEST)/lint/run $*)

$(O)/model-%.part: FORCE
	$(call part,,kunit/model/run $*)

$(O)/dpcmon.part: $(O)/tool.step FORCE
	$(call part,--keep host/unit,$(MAKE) -s -C $(TEST)/dpcmon check)

$(O)/fuzz.part: FORCE
	$(call part,,$(TEST)/fuzz --seconds 20)

$(O)/memory.part: $(O)/tool.step FORCE
	$(call part,,$(MAKE) -s -C $(TEST)/dpcmon memory)

$(O)/harness.part: FORCE
	$(call part,,$(TEST)/harness/test)

$(O)/install.part: $(O)/kernel-6.12.step FORCE
	$(call part,,$(TEST)/install-test)

$(O)/release.part: $(O)/kernel-6.12.step FORCE
	$(call part,,$(TEST)/release-test)

$(O)/series.part: $(O)/kernel-6.12-kunit.step FORCE
	$(call part,,$(TEST)/series --check)

$(O)/packages.part: $(O)/kernel-6.12.step FORCE
	$(call part,,$(TEST)/packages-test)

$(O)/lava.part: $(O)/modules-6.12.step $(O)/tool.step FORCE
	$(call part,,$(TEST)/lava-test)

# ---- parts in a machine ----------------------------------------------------------------------

$(O)/machine.part: $(O)/modules-6.12.step FORCE
	$(call part,,$(TEST)/vm/selftest)

$(O)/kunit-%-fast.part: $(O)/modules-$$*.step FORCE
	$(call part,--keep $*/kunit-fast,kunit/run --kernel $* --fast)

$(O)/kunit-%.part: $(O)/modules-$$(call kernel_of,$$*).step FORCE
	$(call part,--keep $*/kunit,kunit/run --kernel $(call kernel_of,$*) --cpus $(call cpus_of,$*))

$(O)/stress-%.part: $(O)/modules-%.step FORCE
	$(call part,--keep $*/stress,kunit/run --kernel $* --stress 10000000)

$(O)/packets-%.part: $(O)/modules-%.step FORCE
	$(call part,--keep $*/packets,kunit/run --kernel $* --packets 10000000)

# The same thing so often.
COUNT_loads := 1000
COUNT_offlines := 1000
COUNT_unplugs := 200
$(O)/endurance-%.part: $(O)/modules-$$(call stock_of,$$*).step $(O)/programs.step $(O)/tool.step FORCE
	$(call part,--keep $(call stock_of,$*)/endurance-$(call group_of,$*),$(TEST)/tests/run --only $(call group_of,$*) --count $(COUNT_$(call group_of,$*)) $(call stock_of,$*))

$(O)/userspace-%.part: $(O)/modules-$$(call stock_of,$$*).step $(O)/programs.step $(O)/tool.step FORCE
	$(call part,--keep $(call stock_of,$*)/userspace-$(call group_of,$*),$(TEST)/tests/run --only $(call group_of,$*) $(call stock_of,$*))

$(O)/watchdog.part: $(O)/modules-6.12.step FORCE
	$(call part,,$(TEST)/tests/watchdog-panic)

$(O)/leave.part: $(O)/modules-6.12.step FORCE
	$(call part,,$(TEST)/tests/leave)

$(O)/gpio-%.part: $(O)/modules-%.step $(O)/tool.step FORCE
	$(call part,,$(TEST)/gpio-test $*)

$(O)/demo.part: $(O)/modules-6.12.step $(O)/tool.step FORCE
	$(call part,,$(TEST)/demo-test)

$(O)/ci-examples.part: $(O)/modules-6.12.step $(O)/tool.step FORCE
	$(call part,,$(TEST)/ci-examples --run)

$(O)/shell.part: $(O)/modules-6.12.step $(O)/tool.step FORCE
	$(call part,,$(TEST)/shell-test)

$(O)/bench.part: $(O)/modules-6.12.step FORCE
	$(call part,,$(TEST)/bench-test)

# What the others have shown.
$(O)/rules.part: $(filter-out $(O)/rules.part,$(MAKECMDGOALS)) FORCE
	$(call part,,$(TEST)/rules check $(RULES_OPTIONS))
