#include "base/sys/group.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/file.h"

enum {
	FILE_MAX_BYTES = 4 * 1024 * 1024,
	FIELDS = 6,    /* of a line that are looked at */
	OWN_NAMES = 8, /* one uid may have several */
};

struct span {
	const char *p;
	size_t len;
};

/* Consumes the next line; 0 at the end. */
static int next_line(struct span *text, struct span *line)
{
	const char *end;

	if (text->len == 0)
		return 0;
	end = memchr(text->p, '\n', text->len);
	line->p = text->p;
	line->len = end == NULL ? text->len : (size_t)(end - text->p);
	text->p += line->len;
	text->len -= line->len;
	if (text->len > 0) {
		text->p++;
		text->len--;
	}
	return 1;
}

/* Consumes up to the next separator. */
static struct span next_part(struct span *rest, char separator)
{
	const char *end =
	    rest->len == 0 ? NULL : memchr(rest->p, separator, rest->len);
	struct span part = *rest;

	if (end != NULL)
		part.len = (size_t)(end - rest->p);
	rest->p += part.len;
	rest->len -= part.len;
	if (end != NULL) {
		rest->p++;
		rest->len--;
	}
	return part;
}

static int is_id(struct span s, unsigned long *id)
{
	long n;

	while (s.len > 1 && s.p[0] == '0') {
		s.p++;
		s.len--;
	}
	if (text_number(s.p, s.len, 0, UINT32_MAX, &n) < 0)
		return 0;
	*id = (unsigned long)n;
	return 1;
}

/* name:password:id:rest, common to both files. */
static int split(struct span line, struct span field[FIELDS])
{
	memset(field, 0, FIELDS * sizeof(*field));
	for (int i = 0; i < FIELDS; i++)
		field[i] = next_part(&line, ':');
	return field[0].len > 0 && field[0].p[0] != '#';
}

struct names {
	struct span name[OWN_NAMES];
	size_t n;
};

static int has_name(const struct names *names, struct span s)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->name[i].len == s.len &&
		    memcmp(names->name[i].p, s.p, s.len) == 0)
			return 1;
	return 0;
}

/* Collects the names of this user and of root, who can write anything anyway.
 * 1 if it is another user's primary group. */
static int read_users(struct span text, uid_t uid, gid_t gid,
    struct names *names, int *knows_user)
{
	unsigned long user, primary;
	struct span line, field[FIELDS];
	int others = 0;

	while (next_line(&text, &line)) {
		if (!split(line, field) || !is_id(field[2], &user) ||
		    !is_id(field[3], &primary))
			continue;
		if (user == uid || user == 0) {
			if (names->n < OWN_NAMES)
				names->name[names->n++] = field[0];
			*knows_user |= user == uid;
		} else if (primary == gid) {
			others = 1;
		}
	}
	return others;
}

/* 1 if the group has any other member. */
static int read_groups(
    struct span text, gid_t gid, const struct names *names, int *knows_group)
{
	struct span line, field[FIELDS], member;
	unsigned long id;
	int others = 0;

	while (next_line(&text, &line)) {
		if (!split(line, field) || !is_id(field[2], &id) || id != gid)
			continue;
		*knows_group = 1;
		while (field[3].len > 0) {
			member = next_part(&field[3], ',');
			others |= member.len > 0 && !has_name(names, member);
		}
	}
	return others;
}

enum group_kind group_judge(const char *passwd, size_t passwd_len,
    const char *group, size_t group_len, uid_t uid, gid_t gid)
{
	struct names names = {.n = 0};
	int knows_user = 0, knows_group = 0;
	int others = read_users(
	    (struct span){passwd, passwd_len}, uid, gid, &names, &knows_user);

	others |= read_groups(
	    (struct span){group, group_len}, gid, &names, &knows_group);
	if (others)
		return GROUP_SHARED;
	return knows_user && knows_group ? GROUP_PRIVATE : GROUP_UNKNOWN;
}

int group_is_private(gid_t gid)
{
	struct buf passwd = BUF_INIT(FILE_MAX_BYTES);
	struct buf group = BUF_INIT(FILE_MAX_BYTES);
	enum group_kind kind = GROUP_UNKNOWN;

	if (file_read("/etc/passwd", &passwd, NULL) == 0 &&
	    file_read("/etc/group", &group, NULL) == 0)
		kind = group_judge(buf_str(&passwd), passwd.len,
		    buf_str(&group), group.len, geteuid(), gid);
	buf_release(&passwd);
	buf_release(&group);
	if (kind == GROUP_UNKNOWN)
		return gid == getegid() && gid == geteuid();
	return kind == GROUP_PRIVATE;
}

int group_user_home(uid_t uid, char out[PATH_MAX])
{
	struct buf passwd = BUF_INIT(FILE_MAX_BYTES);
	struct span text, line, field[FIELDS];
	unsigned long user;
	int found = 0;

	if (file_read("/etc/passwd", &passwd, NULL) == 0) {
		text = (struct span){buf_str(&passwd), passwd.len};
		while (!found && next_line(&text, &line))
			found = split(line, field) && is_id(field[2], &user) &&
				user == uid && field[5].len > 0 &&
				field[5].len < PATH_MAX && field[5].p[0] == '/';
	}
	if (found) {
		memcpy(out, field[5].p, field[5].len);
		out[field[5].len] = '\0';
	}
	buf_release(&passwd);
	return found;
}
