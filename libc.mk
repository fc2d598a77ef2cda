# Which C library mairu and mairu-keeper are linked with, and how.  musl where
# Debian's is there: they start in a fifth of the time.  FRONT_LIBC=glibc links
# them with the system's own libc, statically too; FRONT_LIBC=shared is for
# systems without archives of the libraries.

ASKED += ARCH ARCHIVES
ask_ARCH     = $(shell $(CC) -print-multiarch 2>/dev/null)
# By their whole paths: a -L for them would bring glibc's libc.a along.
ask_ARCHIVES = $(foreach l,bearssl sodium,$(shell $(CC) -print-file-name=lib$l.a))
# Those that were not there may be by now.
STATIC   := $(if $(word 2,$(wildcard $(ARCHIVES))),$(ARCHIVES),$(ask_ARCHIVES))
MUSL_DIR := /usr/lib/$(subst -gnu,-musl,$(ARCH))
HAS_MUSL := $(and $(call in_path,musl-gcc),$(wildcard $(MUSL_DIR)/rcrt1.o),musl)

FRONT_LIBC ?= $(if $(word 2,$(wildcard $(STATIC))),$(or $(HAS_MUSL),glibc),shared)
OBJECTS     = $(filter %.o,$^)
ifeq ($(FRONT_LIBC),musl)
FRONT_CC    := musl-gcc
FRONT_FLAGS  = $(FLAGS) -DMAIRU_MUSL -idirafter /usr/include \
               -idirafter /usr/include/$(ARCH)
# musl-gcc knows no static PIE, so its start files are named by hand.
FRONT_LINK   = -static -nostartfiles -Wl,-pie,--no-dynamic-linker,-z,text \
               -Wl,--gc-sections,--build-id $(MUSL_DIR)/rcrt1.o $(MUSL_DIR)/crti.o \
               $(OBJECTS) $(STATIC) $(MUSL_DIR)/crtn.o
else
FRONT_CC    := $(CC)
FRONT_FLAGS  = $(FLAGS) $(FORTIFY)
FRONT_LINK   = -Wl,--gc-sections $(OBJECTS) $(if $(filter shared,$(FRONT_LIBC)),-pie \
               -lbearssl -lsodium $(LDFLAGS),$(STATIC) \
               $(if $(SANITIZE),-pie,-static-pie))
endif
# The same without the libraries.
KEEPER_LINK = $(filter-out $(STATIC) -lbearssl -lsodium,$(FRONT_LINK))
