#ifndef MAIRU_BASE_CONFIG_PROJECT_FILE_H
#define MAIRU_BASE_CONFIG_PROJECT_FILE_H

/*
 * Opening what has the name of a config, whatever it is, and reading it once.
 * For project_find.c alone; everybody else has project.h.
 */

#include "base/config/project.h"

enum project_look {
	PROJECT_NONE,	/* nothing of that name */
	PROJECT_HIDDEN, /* the directory does not let us see */
	PROJECT_THERE,	/* *fd is it, or -1 with *why the errno */
};

/* Opens `name` relative to the directory `dir` without ever waiting.  The
 * caller owns *fd. */
enum project_look project_look(int dir, const char *name, int *fd, int *why);

/* Reads what project_look() found at p->path, and closes fd.
 * 0: p->bytes and p->digest are set. */
int project_take(struct project *p, int fd, int why, struct err *e) MUST_CHECK;

/* Fills e: there is no such file.  Returns ERR_NOT_FOUND. */
int project_absent(const char *path, struct err *e);

#endif
