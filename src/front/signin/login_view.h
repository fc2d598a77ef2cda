#ifndef MAIRU_FRONT_SIGNIN_LOGIN_VIEW_H
#define MAIRU_FRONT_SIGNIN_LOGIN_VIEW_H

/*
 * Instructions for logging in: where to go, and how the result gets here.
 * Anything to copy is alone on its line.  Everything from a server is
 * sanitised.
 */

#include "base/core/buf.h"
#include "front/signin/headless.h"
#include "front/signin/login_call.h"
#include "front/terminal/screen.h"

struct login_view {
	const struct login_begun *begun;
	enum headless headless;
	int opens;  /* a browser will be opened here */
	int pastes; /* the address will be read */
	/* Over SSH, the command that forwards the callback's port; else NULL.
	 */
	const char *forward;
	const struct screen *screen; /* to show it on */
};

/* Appends the text, with newlines. */
void login_view_text(struct buf *out, const struct login_view *v);

#endif
