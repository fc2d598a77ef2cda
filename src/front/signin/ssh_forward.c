#include "front/signin/ssh_forward.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"

enum {
	SSH_PORT = 22,
	USER_MAX = 256
};

/* The characters of an IPv4 or IPv6 address.  One with a zone is useless on
 * another machine. */
static int is_address(const char *s, size_t len)
{
	static const char letters[] = "0123456789abcdefABCDEF.:";

	if (len == 0)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\0' || strchr(letters, s[i]) == NULL)
			return 0;
	return 1;
}

int ssh_forward_parse(struct ssh_forward *f, const char *connection)
{
	const char *word[4];
	size_t len[4];
	long client_port;

	for (size_t i = 0; i < 4; i++) {
		word[i] = connection;
		len[i] = strcspn(connection, " ");
		connection += len[i];
		if (*connection != (i < 3 ? ' ' : '\0'))
			return ERR_FORMAT;
		connection += i < 3;
	}
	if (!is_address(word[0], len[0]) || !is_address(word[2], len[2]) ||
	    len[2] >= sizeof(f->host) ||
	    text_number(word[1], len[1], 1, 65535, &client_port) < 0 ||
	    text_number(word[3], len[3], 1, 65535, &f->port) < 0)
		return ERR_FORMAT;
	memcpy(f->host, word[2], len[2]);
	f->host[len[2]] = '\0';
	return 0;
}

void ssh_forward_command(struct buf *out, const struct ssh_forward *f,
    const char *user, uint16_t port)
{
	struct buf to = BUF_INIT(USER_MAX + sizeof(f->host) + 1);

	buf_addf(out, "ssh -N -L %u:127.0.0.1:%u ", port, port);
	if (f == NULL) {
		buf_adds(out, "HOST");
		return;
	}
	if (f->port != SSH_PORT)
		buf_addf(out, "-p %ld ", f->port);
	/* Skip a user name that ssh would take for an option. */
	if (user != NULL && user[0] != '\0' && user[0] != '-' &&
	    strlen(user) < USER_MAX) {
		buf_adds(&to, user);
		buf_addc(&to, '@');
	}
	buf_adds(&to, f->host);
	text_word(out, buf_str(&to), to.len);
	buf_release(&to);
}

int ssh_forward_here(struct buf *out, uint16_t port)
{
	const char *connection = getenv("SSH_CONNECTION");
	const char *user = getenv("LOGNAME");
	struct ssh_forward f;
	int known =
	    connection != NULL && ssh_forward_parse(&f, connection) == 0;

	if (user == NULL || user[0] == '\0')
		user = getenv("USER");
	ssh_forward_command(out, known ? &f : NULL, user, port);
	return known;
}
