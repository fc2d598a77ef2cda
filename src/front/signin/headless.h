#ifndef MAIRU_FRONT_SIGNIN_HEADLESS_H
#define MAIRU_FRONT_SIGNIN_HEADLESS_H

/*
 * Whether there is a browser here that the user can use.  This chooses how to
 * log in; an explicit choice always takes precedence.
 */

enum headless {
	HEADLESS_NOT, /* there is one */
	HEADLESS_SSH, /* the user is on another machine */
	/* Its ports are not the browser's. */
	HEADLESS_CONTAINER,
	HEADLESS_NO_DISPLAY,
	/* There may be a browser, but nothing here to start it. */
	HEADLESS_NO_OPENER,
};

struct headless_facts {
	/* $BROWSER: set on purpose by the user or an editor, so it counts over
	 * SSH too: there it is a helper that opens the other machine's. */
	int browser;
	int ssh, container, display;
	int desktop; /* a desktop without a display variable: macOS, WSL */
	int opener;  /* a program to open a browser exists */
};

enum headless headless_choose(const struct headless_facts *f);

/* For this process's environment and machine. */
enum headless headless_here(void);

#endif
