#ifndef MAIRU_BASE_CONFIG_PROJECT_FILE_H
#define MAIRU_BASE_CONFIG_PROJECT_FILE_H

/*
 * Opens whatever has the name of a config, and reads it once.  Private to
 * project_find.c; everybody else uses project.h.
 */

#include "base/config/project.h"

enum project_look {
	PROJECT_NONE,	/* nothing of that name */
	PROJECT_HIDDEN, /* no permission to look in the directory */
	PROJECT_THERE,	/* *fd is open, or -1 and *why is the errno */
};

/* Opens `name` in the directory `dir`; never blocks.  The caller owns *fd. */
enum project_look project_look(int dir, const char *name, int *fd, int *why);

/* Reads what project_look() found at p->path, and closes fd.
 * 0: p->bytes and p->digest are set. */
int project_take(struct project *p, int fd, int why, struct err *e) MUST_CHECK;

/* Fills e with "no such file"; returns ERR_NOT_FOUND. */
int project_absent(const char *path, struct err *e);

#endif
