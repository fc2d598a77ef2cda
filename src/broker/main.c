/*
 * mairu-broker: one per user, started by the first command that needs it.
 * Hardens itself before reading any option.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config/proxies.h"
#include "base/core/version.h"
#include "base/sys/sock.h"
#include "broker/broker.h"
#include "broker/files/child.h"
#include "broker/helper_child.h"
#include "broker/keeper/start.h"
#include "broker/socket/rendezvous.h"
#include "broker/trust/child.h"
#include "net/runtime/harden.h"
#include "net/runtime/helper.h"

enum {
	READY_FD = 3,
	WAIT_MS = 5000, /* for another broker that is starting or stopping */
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

struct options {
	int ready, foreground, check, files, keep, helper, where, help, version;
	const char *socket;
};

static const char usage[] =
    "usage: mairu-broker [--foreground] [--socket PATH] [--ready-fd 3]\n"
    "       mairu-broker --where\n"
    "\n"
    "Holds the credentials of mairu(1); started by it when needed.\n"
    "\n"
    "  --foreground   stay attached and log to standard error\n"
    "  --socket PATH  listen there (default: where mairu looks for it)\n"
    "  --ready-fd 3   write \"ok\", or why not, to descriptor 3\n"
    "  --where        print the path of the socket, and that is all\n"
    "  --help, --version\n"
    "\n"
    "Example: mairu-broker --foreground\n";

/* The value of an option that has one: "--name=value" or the next argument.
 * NULL if argv[*i] is not that option, or lacks the value. */
static const char *value_of(const char *name, char **argv, int *i)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	if (argv[*i][n] != '\0' || !argv[*i + 1])
		return NULL;
	return argv[++*i];
}

static int parse(struct options *o, int argc, char **argv)
{
	const char *v;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--foreground") == 0) {
			o->foreground = 1;
		} else if (strcmp(argv[i], "--check") == 0 && argc == 2) {
			o->check = 1;
		} else if (strcmp(argv[i], "--where") == 0) {
			o->where = 1;
		} else if (strcmp(argv[i], "--helper") == 0 && argc == 2) {
			o->helper = 1;
		} else if (strcmp(argv[i], "--files") == 0 && argc == 2) {
			o->files = 1;
		} else if (strcmp(argv[i], "--keep") == 0 && argc == 2) {
			o->keep = 1;
		} else if (strcmp(argv[i], "--help") == 0 ||
			   strcmp(argv[i], "-h") == 0) {
			o->help = 1;
		} else if (strcmp(argv[i], "--version") == 0) {
			o->version = 1;
		} else if ((v = value_of("--ready-fd", argv, &i))) {
			if (strcmp(v, "3") != 0)
				return -1;
			o->ready = 1;
		} else if ((v = value_of("--socket", argv, &i))) {
			o->socket = v;
		} else {
			return -1;
		}
	}
	return 0;
}

/* The process waiting on the descriptor reads one line. */
static void say_ready(const struct options *o, const char *line)
{
	char text[sizeof(((struct err *)0)->msg) + 2];
	int n;

	if (!o->ready)
		return;
	n = snprintf(text, sizeof(text), "%s\n", line);
	if (n > 0 && (size_t)n < sizeof(text) &&
	    write(READY_FD, text, (size_t)n) < 0) {
		/* Nobody waits any more. */
	}
	(void)close(READY_FD);
}

static int fail(const struct options *o, const struct err *e)
{
	if (o->ready)
		say_ready(o, e->msg);
	else
		(void)fprintf(stderr, "mairu-broker: %s\n", e->msg);
	return EXIT_FAILED;
}

/* Our starter names the socket, but the name must match the directories that we
 * read: they may have been replaced meanwhile. */
static int choose_socket(const struct options *o, char path[SOCK_PATH_MAX],
    struct place *place, struct err *e)
{
	int rc = sock_path(path, place, PLACE_MAKE, e);

	if (rc < 0 || !o->socket || strcmp(o->socket, path) == 0)
		return rc;
	if (sock_is_named(o->socket))
		return err_set(e, ERR_REFUSED,
		    "the socket %s is for a broker that reads other "
		    "directories than this one",
		    o->socket);
	if (snprintf(path, SOCK_PATH_MAX, "%s", o->socket) >= SOCK_PATH_MAX)
		return err_set(e, ERR_LIMIT, "the socket's path is too long");
	return 0;
}

static int show_socket(void)
{
	char path[SOCK_PATH_MAX];
	struct options none = {0};
	struct place here;
	struct err e = {0};

	if (choose_socket(&none, path, &here, &e) < 0)
		return fail(&none, &e);
	(void)puts(path);
	return 0;
}

static int serve(const struct options *o)
{
	char path[SOCK_PATH_MAX];
	struct rendezvous *place = NULL;
	struct place here;
	struct broker b;
	struct err e = {0};
	int rc;

	if (!o->foreground)
		harden_session();
	rc = choose_socket(o, path, &here, &e);
	if (rc == 0 && proxies_drop() && o->foreground)
		(void)fputs("mairu-broker: the proxy variables of the "
			    "environment are not used\n",
		    stderr);
	if (rc == 0)
		rc = rendezvous_take(&place, path, WAIT_MS, &e);
	if (rc < 0)
		return fail(o, &e);
	if (rc == 0) {
		/* Another broker is running, which will do, unless one is
		 * wanted in the foreground. */
		if (o->foreground) {
			(void)err_set(&e, ERR_REFUSED,
			    "another broker is already there. Run: mairu "
			    "kill-agent");
			return fail(o, &e);
		}
		say_ready(o, "ok");
		return 0;
	}
	rc = helper_begin(NULL, &e);
	if (rc < 0) {
		rendezvous_free(place);
		return fail(o, &e);
	}
	rc = broker_start(&b, place, &here, o->foreground, &e);
	if (rc < 0) {
		broker_stop(&b);
		return fail(o, &e);
	}
	if (!o->foreground)
		harden_silence();
	broker_confine(&b);
	say_ready(o, "ok");
	rc = broker_run(&b, &e);
	broker_stop(&b);
	return rc < 0 ? EXIT_FAILED : 0;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct err e = {0};

	if (harden(&e) < 0) {
		(void)fprintf(stderr, "mairu-broker: %s\n", e.msg);
		return EXIT_FAILED;
	}
	if (parse(&o, argc, argv) < 0) {
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!o.ready && !o.check && !o.helper && !o.files && !o.keep)
		(void)close(READY_FD);
	/* A closed one would later be reused for a descriptor of our own. */
	if (o.ready && fcntl(READY_FD, F_SETFD, FD_CLOEXEC) < 0) {
		(void)fputs("mairu-broker: descriptor 3 is not open\n", stderr);
		return EXIT_USAGE;
	}
	if (o.help || o.version) {
		(void)fputs(o.help ? usage : "mairu-broker " MAIRU_VERSION "\n",
		    stdout);
		return 0;
	}
	if (o.where)
		return show_socket();
	if (o.check) {
		harden_name("mairu-check");
		return check_child_run(READY_FD);
	}
	if (o.helper) {
		harden_name("mairu-helper");
		harden_silence();
		return helper_child_run(READY_FD);
	}
	if (o.files) {
		harden_name("mairu-files");
		return files_child_run(READY_FD);
	}
	if (o.keep) {
		harden_name("mairu-keep");
		return keep_child_run(READY_FD);
	}
	return serve(&o);
}
