# The fuzz targets: one for each parser that input reaches.  They begin from the
# inputs that are kept, and what they find new stays in $(BUILD)/corpus.

FUZZ_SECONDS    ?= 60
NIGHTLY_SECONDS ?= 300
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: fuzz fuzz-nightly $(FUZZ:%=fuzz-%)
fuzz-nightly: ## each for NIGHTLY_SECONDS (300), side by side
	$(MAKE) -k -j$(JOBS) fuzz FUZZ_SECONDS=$(NIGHTLY_SECONDS)
fuzz: $(FUZZ:%=fuzz-%) ## each fuzz target for FUZZ_SECONDS (60)
$(FUZZ:%=fuzz-%): fuzz-%: $(BUILD)/fuzz/%
	@mkdir -p $(BUILD)/corpus/$*
	$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
	    -print_final_stats=1 -verbosity=0 \
	    -artifact_prefix=$(BUILD)/corpus/$*- \
	    $(BUILD)/corpus/$* tests/fuzz/corpus/$*
# A version that no release changes: a broker takes a request of its own alone.
FUZZ_CC  := clang $(filter-out $(ZERO),$(FLAGS)) -g -O1 \
            -DMAIRU_VERSION='"0.12.0"' \
            -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_OBJ := $(patsubst src/%.c,$(BUILD)/z/%.o,$(filter-out %/main.c,$(SOURCES)))
$(BUILD)/z/%.o: src/%.c $(RULES)
	$(call say,CC,$*)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@
$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(FUZZ_OBJ) $(BUILD)/list/sources
	$(call say,CC,fuzz/$*)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer -MMD -MP -MF $@.d -MT $@ $< $(FUZZ_OBJ) \
	    $(SHARED) -o $@
