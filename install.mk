# What is installed, and where.  The tree may be moved afterwards, if it is
# moved as a whole: mairu finds its broker by where it lies itself.

PREFIX      ?= /usr/local
BINDIR      ?= $(PREFIX)/bin
LIBEXECDIR  ?= $(PREFIX)/libexec/mairu
DATADIR     ?= $(PREFIX)/share
MANDIR      ?= $(DATADIR)/man
DOCDIR      ?= $(DATADIR)/doc/mairu
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR  ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
DESTDIR     ?=
INSTALL     ?= install
# Empty, it keeps the symbols, for packagers who split them off.
INSTALL_STRIP ?= -s

MAN  := $(sort $(wildcard man/*.[1-8]))
DOCS := README.md SECURITY.md CHANGELOG.md LICENSE

# The directory of a section; putting FILES with OPTIONS into a DIRECTORY.
man = $(DESTDIR)$(MANDIR)/man$(subst .,,$(1))
to  = $(INSTALL) -d '$(DESTDIR)$(1)' && $(INSTALL) $(2) $(3) '$(DESTDIR)$(1)$(4)'
# The completion of a shell, under the name by which the shell looks for it.
completion = $(call to,$(1),-m 644,hooks/$(2),/$(3))

.PHONY: install uninstall
install: all ## PREFIX and DESTDIR say where
	$(call to,$(BINDIR),$(INSTALL_STRIP) -m 755,$(BUILD)/mairu)
	$(call to,$(LIBEXECDIR),$(INSTALL_STRIP) -m 755,$(BUILD)/mairu-broker $(BUILD)/mairu-keeper)
	$(call to,$(MANDIR)/man1,-m 644,$(filter %.1,$(MAN)))
	$(call to,$(MANDIR)/man5,-m 644,$(filter %.5,$(MAN)))
	$(call to,$(MANDIR)/man8,-m 644,$(filter %.8,$(MAN)))
	$(call to,$(DOCDIR),-m 644,$(DOCS))
	$(call completion,$(BASHCOMPDIR),bash/completion.bash,mairu)
	$(call completion,$(ZSHCOMPDIR),zsh/completion.zsh,_mairu)
	$(call completion,$(FISHCOMPDIR),fish/completion.fish,mairu.fish)
uninstall: ## remove what `make install` put there, told the same
	rm -f '$(DESTDIR)$(BINDIR)/mairu' \
	    '$(DESTDIR)$(LIBEXECDIR)/mairu-broker' \
	    '$(DESTDIR)$(LIBEXECDIR)/mairu-keeper' \
	    $(foreach m,$(notdir $(MAN)),'$(call man,$(suffix $m))/$m') \
	    $(DOCS:%='$(DESTDIR)$(DOCDIR)/%') \
	    '$(DESTDIR)$(BASHCOMPDIR)/mairu' '$(DESTDIR)$(ZSHCOMPDIR)/_mairu' \
	    '$(DESTDIR)$(FISHCOMPDIR)/mairu.fish'
	rmdir '$(DESTDIR)$(LIBEXECDIR)' '$(DESTDIR)$(DOCDIR)' 2>/dev/null || :
