# The unit tests, one program each.  They share a library of everything but the
# main()s, and are linked again for none of its files: what they find in it they
# find when they start, and one that misses something does not start.
#
# A function that a test defines is called in the place of ours of that name, by
# the library too.  -fPIC leaves that to whoever loads it; -rdynamic shows it all
# that the test has, so that it does not depend on what the library was like
# when the test was linked.

UNIT     := $(sort $(wildcard tests/unit/*/*/test_*.c))
UNIT_BIN := $(UNIT:tests/%.c=$(BUILD)/%)
TEST_OBJ := $(patsubst src/%.c,$(BUILD)/t/%.o,$(filter-out %/main.c,$(SOURCES)))
PIC      := -fPIC -fsemantic-interposition

$(BUILD)/t/%.o: src/%.c $(RULES) tests/unit/unit.mk
	$(call say,CC,$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) $(FORTIFY) $(PIC) -MMD -MP -c $< -o $@
$(BUILD)/libtest.so: $(TEST_OBJ) $(BUILD)/list/sources
	$(call say,LD,$(@F))
	$(Q)$(CC) $(FLAGS) $(PIC) $(HARDLD) -shared -Wl,-soname,$(@F) \
	    $(TEST_OBJ) $(SHARED) -o $@
$(BUILD)/unit/%: tests/unit/%.c $(RULES) tests/unit/unit.mk | $(BUILD)/libtest.so
	$(call say,CC,unit/$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) $(PIC) -Itests/unit -MMD -MP -MF $@.d -MT $@ $< -rdynamic \
	    $(HARDLD) -Wl,-rpath,'$$ORIGIN/../../..' $(BUILD)/libtest.so -lcmocka \
	    $(SHARED) -o $@
$(eval $(call remember,tests,$(UNIT)))

.PHONY: check-unit units
check-unit: units ## the unit tests
	@tests/unit/run $(JOBS) $(UNIT_BIN)
units: $(UNIT_BIN) $(BUILD)/libtest.so $(BUILD)/list/tests ## the unit tests, built and not run
