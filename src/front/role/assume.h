#ifndef MAIRU_FRONT_ROLE_ASSUME_H
#define MAIRU_FRONT_ROLE_ASSUME_H

/*
 * Options for further hops from a role, and for the account it must be in.
 */

#include "base/core/err.h"
#include "front/cli/cmd.h"
#include "front/servers/target.h"

/* Their offsets among a command's options, where they are consecutive. */
enum assume_option {
	ASSUME_ROLE,
	ASSUME_SESSION_NAME,
	ASSUME_DURATION,
	ASSUME_EXTERNAL_ID,
	ASSUME_ACCOUNT,
	ASSUME_COUNT
};

#define ASSUME_OPTIONS(first)                                                  \
	[(first) +                                                             \
	    ASSUME_ROLE] = {"assume-role", 0, "ARN",                           \
	    "then assume this role; may be repeated for more hops"},           \
	    [(first) + ASSUME_SESSION_NAME] = {"assume-role-session-name", 0,  \
		"NAME", "of the hop before it"},                               \
	    [(first) + ASSUME_DURATION] = {"assume-role-duration-seconds", 0,  \
		"SECONDS", "of the hop before it"},                            \
	    [(first) + ASSUME_EXTERNAL_ID] = {"assume-role-external-id", 0,    \
		"ID", "of the hop before it"},                                 \
	    [(first) + ASSUME_ACCOUNT] = {"account", 0, "ACCOUNT",             \
		"refuse credentials for any other account"}

/* Those that may be given for more than one hop. */
#define ASSUME_REPEATS(first) (((1u << ASSUME_ACCOUNT) - 1) << (first))

/* Adds them to *t, which is filled; region is where to ask STS (NULL:
 * $AWS_REGION, or the config's).  ERR_USAGE says what is wrong with them. */
int assume_apply(struct target *t, const struct cmd_line *line, size_t first,
    const char *region, struct err *e) MUST_CHECK;

/* Warns of each hop that asks for longer than AWS allows when a role assumes a
 * role, with what it will get. */
void assume_say_hour(const struct hop *hops, size_t n);

/* The same for the options. */
void assume_say_hour_given(const struct cmd_line *line, size_t first);

/* 1 if the options add anything to the role: hops, or an account. */
int assume_given(const struct cmd_line *line, size_t first);

#endif
