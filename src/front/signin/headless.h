#ifndef MAIRU_FRONT_SIGNIN_HEADLESS_H
#define MAIRU_FRONT_SIGNIN_HEADLESS_H

/*
 * Whether there is a browser here that the person can use.  The answer chooses
 * how one logs in; what was asked for by name always counts more.
 */

enum headless {
	HEADLESS_NOT, /* there is one */
	HEADLESS_SSH, /* the person sits at another machine */
	/* A port of this one is not a port of the browser's. */
	HEADLESS_CONTAINER,
	HEADLESS_NO_DISPLAY,
	/* There may be one; nothing here starts it. */
	HEADLESS_NO_OPENER,
};

struct headless_facts {
	/* $BROWSER: what a person or an editor set on purpose counts, over
	 * SSH too: there it is a helper that opens the other machine's. */
	int browser;
	int ssh, container, display;
	int desktop; /* one that needs no display variable: macOS, WSL */
	int opener;  /* a program that opens a browser is there */
};

enum headless headless_choose(const struct headless_facts *f);

/* By the facts of this process's environment and machine. */
enum headless headless_here(void);

#endif
