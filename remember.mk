# What is kept in $(BUILD) from one run of make to the next, so that none asks
# the compiler what it knows, and so that what has changed in a list is noticed.

# Where the shell would find the program $1, if it would.
in_path = $(firstword $(wildcard $(addsuffix /$1,$(subst :, ,$(PATH)))))

# Each name in ASKED is a variable with the answer to ask_NAME, which is asked
# once for each compiler: by its name, and by its file, so that another version
# is another compiler.
COMPILER := $(foreach w,$(CC),$(realpath $(or $(call in_path,$w),$w)))
NONE     :=
ANSWERS  := $(BUILD)/compiler/$(subst $(NONE) ,+,$(subst /,_,$(strip $(CC) $(COMPILER)))).mk
-include $(ANSWERS)
$(ANSWERS): harden.mk libc.mk $(wildcard $(COMPILER) /usr/include/features.h)
	@mkdir -p $(@D)
	@printf '%s\n' $(foreach a,$(ASKED),'$a := $(strip $(ask_$a))') >$@.$$$$ && \
	    mv $@.$$$$ $@

# $(call remember,NAME,WORDS): the file $(BUILD)/list/NAME becomes new when the
# words are others than it holds.  What was made of a file that is gone goes then.
define remember
$(BUILD)/list/$1: $$(if $$(subst <$$(file <$(BUILD)/list/$1)>,,<$(strip $2)>),FORCE)
	@mkdir -p $$(@D)
	@rm -f $$(foreach w,$$(filter-out $2,$$(file <$$@)),$$(call made_of,$$w))
	@echo '$(strip $2)' >$$@
endef
made_of = $(wildcard $(patsubst src/%.c,$(BUILD)/*/%.[od],$(filter src/%.c,$1)) \
          $(patsubst tests/%.c,$(BUILD)/%,$(filter tests/%.c,$1)) \
          $(patsubst tests/%.c,$(BUILD)/%.d,$(filter tests/%.c,$1)))
.PHONY: FORCE
