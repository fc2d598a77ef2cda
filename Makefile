# Builds three programs: mairu (src/front, static), mairu-broker (src/broker and
# src/net) and mairu-keeper (src/keeper, static).
# `make help` lists the targets.

.DEFAULT_GOAL := all
MAKEFLAGS  += --no-builtin-rules
include install.mk
CC         ?= gcc
BUILD      ?= build
# A line for each command, with V=1 the command itself, with -s none.
SILENT     := $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
Q          := $(if $(filter 1,$(V)),,@)
say         = $(if $(and $Q,$(if $(SILENT),,yes)),$(info $1 $2))

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
include remember.mk harden.mk libc.mk
PATHS   := -DMAIRU_BINDIR='"$(BINDIR)"' -DMAIRU_LIBEXECDIR='"$(LIBEXECDIR)"'
FLAGS   := -std=c17 -D_GNU_SOURCE -Isrc $(WARN) $(WERROR) $(HARDEN) $(OPT) \
           -ffile-prefix-map=$(CURDIR)=. $(PATHS) $(SANITIZE) \
           $(if $(SANITIZE),-DMAIRU_PATIENCE=20) $(CPPFLAGS) $(CFLAGS)

# Sorted, since some makes do not, and what is linked in another order is
# another program.
BASE    := $(sort $(wildcard src/base/*/*.c))
FRONT   := $(sort $(wildcard src/front/*.c src/front/*/*.c))
BROKER  := $(sort $(wildcard src/net/*/*.c src/broker/*.c src/broker/*/*.c))
SOURCES := $(BASE) $(FRONT) $(BROKER)
RULES   := Makefile harden.mk libc.mk
SHARED  := -lcurl -lmicrohttpd -lexpat -lbearssl -lsodium -lseccomp
F       := $(BUILD)/f-$(FRONT_LIBC)
BASE_OBJ   := $(BASE:src/%.c=$(BUILD)/b/%.o)
BROKER_OBJ := $(BROKER:src/%.c=$(BUILD)/b/%.o)
FRONT_OBJ  := $(FRONT:src/%.c=$F/%.o) $(BASE:src/%.c=$F/%.o)

.PHONY: all
all: $(BUILD)/mairu $(BUILD)/mairu-broker $(BUILD)/mairu-keeper $(BUILD)/rooms ## build the programs

# A program that runs can't be written to.
$(BUILD)/mairu $(BUILD)/mairu-keeper: $(BUILD)/%: $F/%
	$(Q)rm -f $@ && cp $< $@
# The same with longer limits of a prompt, for tests that are not about them: a
# machine with much else to do may hold a prompt for longer than any user would.
PATIENT     := $(BUILD)/p-$(FRONT_LIBC)
PATIENT_OBJ := $(FRONT_OBJ:$F/%=$(PATIENT)/%)
$(BUILD)/patient/mairu: $(PATIENT)/mairu $(BUILD)/mairu-broker $(BUILD)/mairu-keeper
	@mkdir -p $(@D)
	$(Q)rm -f $(@D)/mairu* && cp $(filter-out $<,$^) $(@D)
	$(Q)cp $< $@
$F/mairu-keeper: $F/keeper/keeper.o
	$(call say,LD,mairu-keeper)
	$(Q)$(FRONT_CC) $(FRONT_FLAGS) $(HARDLD) $(KEEPER_LINK) -o $@
$F/mairu: $(FRONT_OBJ) $(BUILD)/list/sources
$(PATIENT)/mairu: $(PATIENT_OBJ) $(BUILD)/list/sources
$F/mairu $(PATIENT)/mairu:
	$(call say,LD,$(@F))
	$(Q)$(FRONT_CC) $(FRONT_FLAGS) $(HARDLD) $(FRONT_LINK) -o $@
$(BUILD)/mairu-broker: $(BROKER_OBJ) $(BASE_OBJ) $(BUILD)/list/sources
	$(call say,LD,mairu-broker)
	$(Q)$(CC) $(FLAGS) $(FORTIFY) $(HARDLD) -pie $(OBJECTS) $(SHARED) \
	    $(LDFLAGS) -o $@

# Who may know whom, by what the compiler read.
ROOMS_OBJ := $(FRONT_OBJ) $(BROKER_OBJ) $F/keeper/keeper.o
$(BUILD)/rooms: src/rooms scripts/rooms $(ROOMS_OBJ)
	@awk -f scripts/rooms src/rooms $(ROOMS_OBJ:.o=.d) && touch $@

define front_object
	$(call say,CC,$*)
	@mkdir -p $(@D)
	$(Q)$(FRONT_CC) $(FRONT_FLAGS) -ffunction-sections -fdata-sections \
	    -MMD -MP -c $< -o $@
endef
$F/%.o: src/%.c $(RULES)
	$(front_object)
$(PATIENT)/%.o: FLAGS += -DMAIRU_PATIENCE=20
$(PATIENT)/%.o: src/%.c $(RULES)
	$(front_object)
$(BUILD)/b/%.o: src/%.c $(RULES)
	$(call say,CC,$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) $(FORTIFY) -MMD -MP -c $< -o $@

# Where the programs will be installed is built in, and may be said as late as
# at `make install`.
$(eval $(call remember,sources,$(SOURCES)))
$(eval $(call remember,places,$(BINDIR) $(LIBEXECDIR)))
$(addsuffix /front/client/spawn.o,$F $(PATIENT) $(BUILD)/t): $(BUILD)/list/places
# So are the hooks.
$(addsuffix /front/shell/hooks.o,$F $(PATIENT) $(BUILD)/t $(BUILD)/z): \
    $(wildcard hooks/*/*.*sh)

include tests/unit/unit.mk tests/fuzz/fuzz.mk
.PHONY: check check-fakes check-cli check-bats soak lint asan bench nightly
check: check-unit check-fakes check-cli check-bats ## build and run every test
check-fakes: ## that the servers which tests talk to are strict
	@tests/unit/run $(JOBS) $(shell find tests/fakes -name 'test_*.py' -perm -u+x)
check-cli: all $(BUILD)/patient/mairu ## every command: its statuses, screens, and broken brokers
	@MAIRU_BUILD=$(abspath $(BUILD)/patient) tests/unit/run 1 $(wildcard tests/cli/test_*.py)
check-bats: all $(BUILD)/patient/mairu ## the tests in real shells and with real SDKs
	MAIRU_BUILD=$(abspath $(BUILD)/patient) tests/plain bats -r --jobs $(BATS_JOBS) tests/bats
soak: all $(BUILD)/patient/mairu ## check-bats ten times, half of them beside busy loops
	@tests/soak --build $(BUILD)

lint: all ## format, static analysis, and the rules of this repository
	@scripts/lint --build $(BUILD)
asan: ## every test under the address and undefined-behaviour sanitizers
	$(MAKE) BUILD=$(BUILD)/asan FRONT_LIBC=glibc OPT='-O1 -g' SANITIZE=\
	'-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer' $(ASAN_CHECK)
.PHONY: compile-commands
compile-commands: ## compile_commands.json, for clangd and editors
	@scripts/compile-commands $(CC) $(FLAGS) $(FORTIFY) >compile_commands.json
bench: all ## measure the budgets of the design
	@tests/bench/run --build $(BUILD)
nightly: ## what takes too long to wait for: `bash .ci/run --list`
	@bash .ci/run --nightly

.PHONY: clean help
clean: ## remove what was built
	rm -rf $(BUILD) compile_commands.json
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' \
	    Makefile $(wildcard *.mk tests/*/*.mk) | \
	    expand -t 20

# The headers of what there is now; what was moved or removed asks for nothing.
DEPS := $(wildcard $(patsubst %.o,%.d,$(FRONT_OBJ) $(PATIENT_OBJ) $(BASE_OBJ) \
        $(BROKER_OBJ) $(SOURCES:src/%.c=$(BUILD)/t/%.o) $(FUZZ_OBJ) $F/keeper/keeper.o) \
        $(UNIT_BIN:=.d) $(FUZZ:%=$(BUILD)/fuzz/%.d))
FORCE $(DEPS): ;
include $(DEPS)
