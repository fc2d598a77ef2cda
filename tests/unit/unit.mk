# The unit tests, one program each, linked with everything but the main()s.

UNIT     := $(sort $(wildcard tests/unit/*/*/test_*.c))
UNIT_BIN := $(UNIT:tests/%.c=$(BUILD)/%)
TEST_OBJ := $(patsubst src/%.c,$(BUILD)/b/%.o,$(filter-out %/main.c,$(SOURCES)))

$(BUILD)/libtest.a: $(TEST_OBJ) $(BUILD)/list/sources
	$(call say,AR,$(@F))
	$(Q)rm -f $@ && $(AR) rcsD $@ $(TEST_OBJ)
$(BUILD)/unit/%: tests/unit/%.c $(RULES) tests/unit/unit.mk $(BUILD)/libtest.a
	$(call say,CC,unit/$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) -Itests/unit -MMD -MP -MF $@.d -MT $@ $< \
	    $(BUILD)/libtest.a -lcmocka $(SHARED) -o $@
$(eval $(call remember,tests,$(UNIT)))

.PHONY: check-unit units
check-unit: units ## the unit tests
	@tests/unit/run $(JOBS) $(UNIT_BIN)
units: $(UNIT_BIN) $(BUILD)/list/tests ## the unit tests, built and not run
