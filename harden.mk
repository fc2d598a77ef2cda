# What makes a fault of ours harder to use: flags of the compiler, each where it
# has them.  scripts/lint reads off the programs that they were built so.

# The flags of $1 that the compiler knows for this machine.
can = $(shell for f in $1; do $(CC) -Werror $$f -c -x c /dev/null \
      -o /dev/null >/dev/null 2>&1 && echo $$f; done)
ASKED += ZERO GUARDS FORTIFY_LEVEL
# clang 14 has it only behind another option.
ask_ZERO = $(call can,-ftrivial-auto-var-init=zero)
# Control flow: CET on x86, BTI and return addresses that are signed on arm64.
# The programs are marked as a whole only where each library's archive is, too.
ask_GUARDS = $(call can,-fstack-protector-strong -fstack-clash-protection \
             -fcf-protection=full -mbranch-protection=standard)
HARDEN := -fPIE $(ZERO) $(GUARDS)
HARDLD := -Wl,-z,relro,-z,now,-z,noexecstack

# A matter of the C library's headers.  musl has none of it, unless the system
# puts fortify-headers in front of them, as Alpine does and Debian does not.
ask_FORTIFY_LEVEL = $(if $(filter 3,$(lastword $(shell echo __USE_FORTIFY_LEVEL | \
                    $(CC) -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -include \
                    features.h -E -P -x c - 2>/dev/null))),3,2)
# Unless who builds has a level of their own, or sanitizers look.
FORTIFY := $(if $(SANITIZE)$(findstring _FORTIFY_SOURCE=,$(CFLAGS) $(CPPFLAGS)),,\
           -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(FORTIFY_LEVEL))
