#ifndef MAIRU_FRONT_SIGNIN_LOGIN_VIEW_H
#define MAIRU_FRONT_SIGNIN_LOGIN_VIEW_H

/*
 * What a person reads who is to log in: where to go, and how what comes of it
 * gets here.  What is to be copied stands alone on its line.  Everything that
 * came from a server is sanitised.
 */

#include "base/core/buf.h"
#include "front/signin/headless.h"
#include "front/signin/login_call.h"
#include "front/terminal/screen.h"

struct login_view {
	const struct login_begun *begun;
	enum headless headless;
	int opens;  /* a browser is going to be opened here */
	int pastes; /* the address is going to be read */
	/* The command that forwards the callback's port, over SSH; else NULL.
	 */
	const char *forward;
	const struct screen *screen; /* on which it is shown */
};

/* Appends all of it, with newlines. */
void login_view_text(struct buf *out, const struct login_view *v);

#endif
