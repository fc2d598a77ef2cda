# Builds three programs: mairu (src/front, static), mairu-broker (src/broker and
# src/net) and mairu-keeper (src/keeper, static).
# `make help` lists the targets.

.DEFAULT_GOAL := all
include install.mk
CC         ?= gcc
BUILD      ?= build

JOBS         ?= $(shell nproc)
# Seven for two processors: tests wait more than they work.
BATS_JOBS    ?= $(shell echo $$(($(JOBS) * 7 / 2)))
# Sanitizers, as `make asan` sets them; the front is then linked dynamically.
SANITIZE   ?=
ASAN_CHECK ?= check

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla \
           -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wcast-qual
WERROR  ?= $(if $(CI),-Werror)
OPT     ?= -O2 -g
include harden.mk
PATHS   := -DMAIRU_BINDIR='"$(BINDIR)"' -DMAIRU_LIBEXECDIR='"$(LIBEXECDIR)"'
FLAGS   := -std=c17 -D_GNU_SOURCE -Isrc $(WARN) $(WERROR) $(HARDEN) $(OPT) \
           -ffile-prefix-map=$(CURDIR)=. $(PATHS) $(SANITIZE) \
           $(if $(SANITIZE),-DMAIRU_PATIENCE=20) $(CPPFLAGS) $(CFLAGS)

# Sorted, since some makes do not, and what is linked in another order is
# another program.
BASE    := $(sort $(wildcard src/base/*/*.c))
FRONT   := $(sort $(wildcard src/front/*.c src/front/*/*.c))
BROKER  := $(sort $(wildcard src/net/*/*.c src/broker/*.c src/broker/*/*.c))
UNIT    := $(sort $(wildcard tests/unit/*/*/test_*.c))
FAKES   := $(shell find tests/fakes -name 'test_*.py' -perm -u+x)
ARCH    := $(shell $(CC) -print-multiarch 2>/dev/null)
# By their whole paths: a -L for them would bring glibc's libc.a along.
STATIC  := $(foreach l,bearssl sodium,$(shell $(CC) -print-file-name=lib$l.a))
SHARED  := -lcurl -lmicrohttpd -lexpat -lbearssl -lsodium -lseccomp
MUSL_DIR := /usr/lib/$(subst -gnu,-musl,$(ARCH))

# The front is linked with musl where Debian's is there: it starts in a fifth of
# the time.  FRONT_LIBC=glibc links it with the system's own libc, statically
# too; FRONT_LIBC=shared is for systems without archives of the libraries.
HAS_MUSL   := $(and $(shell sh -c 'command -v musl-gcc'),$(wildcard \
              $(MUSL_DIR)/rcrt1.o),musl)
FRONT_LIBC ?= $(if $(word 2,$(wildcard $(STATIC))),$(or $(HAS_MUSL),glibc),shared)
F  := $(BUILD)/f-$(FRONT_LIBC)
ifeq ($(FRONT_LIBC),musl)
FRONT_CC    := musl-gcc
FRONT_FLAGS  = $(FLAGS) -DMAIRU_MUSL -idirafter /usr/include \
               -idirafter /usr/include/$(ARCH)
# musl-gcc knows no static PIE, so its start files are named by hand.
FRONT_LINK   = -static -nostartfiles -Wl,-pie,--no-dynamic-linker,-z,text \
               -Wl,--gc-sections,--build-id $(MUSL_DIR)/rcrt1.o $(MUSL_DIR)/crti.o $^ \
               $(STATIC) $(MUSL_DIR)/crtn.o
else
FRONT_CC    := $(CC)
FRONT_FLAGS  = $(FLAGS) $(FORTIFY)
FRONT_LINK   = -Wl,--gc-sections $^ $(if $(filter shared,$(FRONT_LIBC)),-pie \
               -lbearssl -lsodium $(LDFLAGS),$(STATIC) \
               $(if $(SANITIZE),-pie,-static-pie))
endif

BASE_OBJ   := $(BASE:src/%.c=$(BUILD)/b/%.o)
BROKER_OBJ := $(BROKER:src/%.c=$(BUILD)/b/%.o)
# The same without the libraries.
KEEPER_LINK = $(filter-out $(STATIC) -lbearssl -lsodium,$(FRONT_LINK))
FRONT_OBJ  := $(FRONT:src/%.c=$F/%.o) $(BASE:src/%.c=$F/%.o)
# What unit tests and fuzzers link: everything but the two main()s.
TEST_OBJ   := $(BASE_OBJ) $(filter-out %/main.o,$(BROKER_OBJ)) \
              $(filter-out %/main.o,$(FRONT:src/%.c=$(BUILD)/b/%.o))
UNIT_BIN   := $(UNIT:tests/unit/%.c=$(BUILD)/unit/%)

.PHONY: all
all: $(BUILD)/mairu $(BUILD)/mairu-broker $(BUILD)/mairu-keeper $(BUILD)/rooms ## build the programs

# A program that runs can't be written to.
$(BUILD)/mairu $(BUILD)/mairu-keeper: $(BUILD)/%: $F/%
	rm -f $@ && cp $< $@
# The same with longer limits of a prompt, for tests that are not about them: a
# machine with much else to do may hold a prompt for longer than any user would.
PATIENT     := $(BUILD)/p-$(FRONT_LIBC)
PATIENT_OBJ := $(FRONT_OBJ:$F/%=$(PATIENT)/%)
$(BUILD)/patient/mairu: $(PATIENT)/mairu $(BUILD)/mairu-broker $(BUILD)/mairu-keeper
	@mkdir -p $(@D)
	rm -f $(@D)/mairu* && cp $(filter-out $<,$^) $(@D)
	cp $< $@
$F/mairu-keeper: $F/keeper/keeper.o
	$(FRONT_CC) $(FRONT_FLAGS) $(HARDLD) $(KEEPER_LINK) -o $@
$F/mairu: $(FRONT_OBJ)
$(PATIENT)/mairu: $(PATIENT_OBJ)
$F/mairu $(PATIENT)/mairu:
	$(FRONT_CC) $(FRONT_FLAGS) $(HARDLD) $(FRONT_LINK) -o $@
$(BUILD)/mairu-broker: $(BROKER_OBJ) $(BASE_OBJ)
	$(CC) $(FLAGS) $(FORTIFY) $(HARDLD) -pie $^ $(SHARED) $(LDFLAGS) -o $@

# Who may know whom, by what the compiler read.
ROOMS_OBJ := $(FRONT_OBJ) $(BROKER_OBJ) $F/keeper/keeper.o
$(BUILD)/rooms: src/rooms scripts/rooms $(ROOMS_OBJ)
	@awk -f scripts/rooms src/rooms $(ROOMS_OBJ:.o=.d) && touch $@

define front_object
	@mkdir -p $(@D)
	$(FRONT_CC) $(FRONT_FLAGS) -ffunction-sections -fdata-sections \
	    -MMD -MP -c $< -o $@
endef
$F/%.o: src/%.c Makefile harden.mk
	$(front_object)
$(PATIENT)/%.o: FLAGS += -DMAIRU_PATIENCE=20
$(PATIENT)/%.o: src/%.c Makefile harden.mk
	$(front_object)
$(BUILD)/b/%.o: src/%.c Makefile harden.mk
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(FORTIFY) -MMD -MP -c $< -o $@
# So is where both will be installed, which may be said as late as at `make
# install`: this file changes when it does.
FORCE:
$(BUILD)/places: FORCE
	@mkdir -p $(@D)
	@echo '$(BINDIR) $(LIBEXECDIR)' | cmp -s - $@ || \
	    echo '$(BINDIR) $(LIBEXECDIR)' >$@
$F/front/client/spawn.o $(PATIENT)/front/client/spawn.o \
$(BUILD)/b/front/client/spawn.o: $(BUILD)/places
# The hooks are built in.
$F/front/shell/hooks.o $(PATIENT)/front/shell/hooks.o \
$(BUILD)/b/front/shell/hooks.o: $(wildcard hooks/*/*.*sh)

$(BUILD)/libtest.a: $(TEST_OBJ)
	$(AR) rcsD $@ $^
$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libtest.a
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -Itests/unit $< $(BUILD)/libtest.a -lcmocka $(SHARED) -o $@

.PHONY: check check-unit check-fakes check-cli check-bats units soak lint asan bench
check: check-unit check-fakes check-cli check-bats ## build and run every test
check-unit: $(UNIT_BIN) ## the unit tests
	@tests/unit/run $(JOBS) $^
units: $(UNIT_BIN) ## the unit tests, built and not run
check-fakes: ## that the servers which tests talk to are strict
	@tests/unit/run $(JOBS) $(FAKES)
check-cli: all $(BUILD)/patient/mairu ## every command: its statuses, screens, and broken brokers
	@MAIRU_BUILD=$(abspath $(BUILD)/patient) tests/unit/run 1 $(wildcard tests/cli/test_*.py)
check-bats: all $(BUILD)/patient/mairu ## the tests in real shells and with real SDKs
	MAIRU_BUILD=$(abspath $(BUILD)/patient) tests/plain bats --jobs $(BATS_JOBS) tests/bats
soak: all $(BUILD)/patient/mairu ## check-bats ten times, half of them beside busy loops
	@tests/soak --build $(BUILD)

lint: all ## format, static analysis, and the rules of this repository
	@scripts/lint --build $(BUILD)
asan: ## every test under the address and undefined-behaviour sanitizers
	$(MAKE) BUILD=$(BUILD)/asan FRONT_LIBC=glibc OPT='-O1 -g' SANITIZE=\
	'-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer' $(ASAN_CHECK)
bench: all ## measure the budgets of the design
	@tests/bench/run --build $(BUILD)

include tests/fuzz/fuzz.mk
.PHONY: clean help
clean: ## remove what was built
	rm -rf $(BUILD)
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' \
	    Makefile install.mk tests/fuzz/fuzz.mk | \
	    expand -t 16

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
