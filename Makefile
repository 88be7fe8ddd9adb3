# SPDX-License-Identifier: GPL-2.0-only
# Wraps the scripts that do the work; what the modules consist of is in Kbuild.

# The headers that `make` alone builds for.
RELEASE := $(shell uname -r)
KDIR ?=
RUNNING_KDIR := /lib/modules/$(RELEASE)/build
PREFIX ?= /usr/local
VERSION = $(shell sed -n 's/^\#define DPC_VERSION\t"\(.*\)"/\1/p' module/version.h)

# KERNEL= alone is a kernel's name, not the image that belongs to KDIR=.
ifeq ($(KDIR),)
BY_NAME := env -u KERNEL
CHECK_KERNEL := $(KERNEL)
endif
CHECK := $(BY_NAME) userspace-test/check
DEMO := $(BY_NAME) userspace-test/demo

# What is installed, for the kernel whose headers are used, and where.
INSTALL_KDIR = $(or $(KDIR),$(RUNNING_KDIR))
INSTALL_RELEASE = $(shell cat $(INSTALL_KDIR)/include/config/kernel.release)
INSTALL_MODDIR = $(DESTDIR)/lib/modules/$(INSTALL_RELEASE)
INSTALL_HEADERS = $(DESTDIR)$(PREFIX)/include/dpc
INSTALL_PC = $(DESTDIR)$(PREFIX)/share/pkgconfig/dpc.pc
# Other folders than these two are not looked into.
SYSTEM_DIR = $(if $(filter /usr /usr/local,$(PREFIX)),$(PREFIX)/lib,/etc)
INSTALL_RULES = $(DESTDIR)$(SYSTEM_DIR)/udev/rules.d/60-dpc.rules
INSTALL_SYSUSERS = $(DESTDIR)$(SYSTEM_DIR)/sysusers.d/dpc.conf
INSTALL_MODULES := dpc_core dpc_nt dpc_edu dpc_pci dpc_wdm_sample dpc_wdm_io_sample dpc_kunit

.PHONY: all modules demo shell compare check check-full check-all lint kunit model mutate fuzz test bench coverage install uninstall dist series clean help

all: modules

modules:
ifneq ($(KDIR),)
	@KDIR=$(KDIR) userspace-test/vm/modules
else ifneq ($(wildcard $(RUNNING_KDIR)/Makefile),)
	@KDIR=$(RUNNING_KDIR) userspace-test/vm/modules
else
	@echo "No headers for the running kernel $(RELEASE): install the package" >&2; \
	echo "linux-headers-$(RELEASE), or name others with KDIR=. 'make demo' needs none." >&2; \
	exit 1
endif

demo:
	@$(DEMO) $(CHECK_KERNEL)

shell:
	@$(DEMO) --shell $(CHECK_KERNEL)

compare:
	@$(BY_NAME) userspace-test/comparison $(or $(CHECK_KERNEL),6.12)

check:
	@userspace-test/vm/deps demo debug-kernel lint model test
	@$(CHECK) $(if $(CHECK_KERNEL),--kernel $(CHECK_KERNEL))

check-full:
	@userspace-test/vm/deps check
	@$(CHECK) --full

check-all:
	@userspace-test/vm/deps check
	@$(CHECK) --all

lint:
	@userspace-test/vm/deps demo lint
	@$(CHECK) lint

kunit:
	@userspace-test/vm/deps demo debug-kernel
	@$(CHECK) kunit-$(or $(CHECK_KERNEL),6.12-debug)

model:
	@userspace-test/vm/deps model
	@kunit/model/run

mutate:
	@userspace-test/vm/deps demo debug-kernel
	@$(BY_NAME) userspace-test/mutate $(if $(CHECK_KERNEL),--kernel $(CHECK_KERNEL))

# bash would take the name for its own.
unexport SECONDS
fuzz:
	@userspace-test/vm/deps fuzz
	@userspace-test/fuzz $(if $(SECONDS),--seconds $(SECONDS))

test:
	@userspace-test/vm/deps demo debug-kernel test
	@$(CHECK) userspace$(if $(CHECK_KERNEL),-$(CHECK_KERNEL))

bench:
	@userspace-test/vm/deps bench
	@mkdir -p build
	@$(BY_NAME) userspace-test/bench $(if $(CHECK_KERNEL),--kernel $(CHECK_KERNEL)) --json build/bench.json

coverage:
	@userspace-test/vm/deps coverage test
	@$(BY_NAME) userspace-test/coverage

# The kernel's own depmod needs a file that Debian's headers do not have. A folder that a package is
# made of gets no index: that would replace the one of the system it is unpacked in.
install: modules
	$(MAKE) -C $(INSTALL_KDIR) M=$(CURDIR)/build/modules/$(INSTALL_RELEASE) \
		INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates DEPMOD=true modules_install
	install -D -m 644 build/modules/$(INSTALL_RELEASE)/Module.symvers $(INSTALL_MODDIR)/updates/dpc.symvers
	rm -rf $(INSTALL_HEADERS)
	cd include && find . -name '*.h' -exec install -D -m 644 {} $(INSTALL_HEADERS)/{} \;
	install -d $(dir $(INSTALL_PC))
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' include/dpc.pc.in >$(INSTALL_PC)
	install -D -m 644 packaging/60-dpc.rules $(INSTALL_RULES)
	install -D -m 644 packaging/dpc.sysusers $(INSTALL_SYSUSERS)
	$(MAKE) -C userspace-test/dpcmon install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	@$(call depmod)
	@$(if $(DESTDIR),:,$(call tell_system))

uninstall:
	rm -f $(foreach m,$(INSTALL_MODULES),$(INSTALL_MODDIR)/updates/$m.ko*) $(INSTALL_MODDIR)/updates/dpc.symvers
	rm -rf $(INSTALL_HEADERS) $(INSTALL_PC) $(INSTALL_RULES) $(INSTALL_SYSUSERS)
	$(MAKE) -C userspace-test/dpcmon uninstall PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	@$(call depmod)

define depmod
if [ -z "$(DESTDIR)" ] || [ -e "$(INSTALL_MODDIR)/modules.order" ]; then \
	PATH=$$PATH:/usr/sbin:/sbin depmod $(if $(DESTDIR),-b $(DESTDIR)) $(INSTALL_RELEASE); \
else \
	echo "No kernel $(INSTALL_RELEASE) in $(DESTDIR): depmod is left to the system it is for"; \
fi
endef

# The group is there before the rule that names it is read.
define tell_system
PATH=$$PATH:/usr/sbin:/sbin; \
if command -v systemd-sysusers >/dev/null; then systemd-sysusers $(INSTALL_SYSUSERS); \
else echo "No systemd-sysusers here: the group dpc is made with 'groupadd --system dpc'"; fi; \
! command -v udevadm >/dev/null || udevadm control --reload || :
endef

dist:
	@packaging/dist

series:
	@userspace-test/vm/deps series
	@userspace-test/series

clean:
	rm -rf build

help:
	@echo 'make          build the modules for the running kernel (or KDIR=)'
	@echo 'make demo     boot a machine, drive a device through all stages, report'
	@echo 'make shell    a shell in that machine, everything loaded'
	@echo 'make compare  boot a machine, rank all models of the second stage; ten minutes'
	@echo 'make check    what a change must pass: a few minutes, once there are kernels'
	@echo 'make check-full  all tests, on the kernels that matter most; parts of it:'
	@echo 'make lint       style, static checks, documents that agree with the code'
	@echo 'make kunit      the kernel tests, on a kernel with all checks on'
	@echo 'make model      a model of the queue protocol, all its states'
	@echo 'make fuzz       files that lie, given to all that reads files; SECONDS=60 for each kind'
	@echo 'make test       the userspace tests, on stock kernels'
	@echo 'make check-all   all tests on all kernels; hours'
	@echo 'make bench      what DPCs cost beside tasklets and the like; two minutes'
	@echo 'make mutate     breaks the core, one line at a time, and lists what no test sees; hours,'
	@echo '                and it goes on where it was interrupted'
	@echo 'make coverage  which lines of the modules and of dpcmon the tests run; as long as those take'
	@echo 'make install  modules, headers, dpcmon and a udev rule, for the running kernel (as root);'
	@echo '              with DESTDIR=folder, all of it under that folder'
	@echo 'make uninstall  take both away again'
	@echo 'make dist     the archive of a release, from what is committed, in build/dist'
	@echo 'make series   patches for the kernel that bring dpc into its own tree, in build/series'
	@echo 'make clean    remove build/; kernels stay in the cache'
	@echo
	@echo 'KERNEL=name                demo, shell, compare, check, kunit, mutate, test, bench: on that;'
	@echo '                           6.12, 6.1, 6.12-rt, 6.12-debug, 6.12-rt-debug, 6.1-debug, 7.2,'
	@echo '                           6.12-kunit, 6.12-kcsan'
	@echo 'KERNEL=image KDIR=headers  demo, shell: any other kernel'
	@echo 'ACCEL=auto|kvm|tcg         how QEMU runs it; auto tries KVM with a boot'
	@echo 'DPC_CACHE=folder           kernels and builds (default ~/.cache/dpc)'
