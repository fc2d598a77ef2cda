/* What the front takes from a broker, or from who sits in its place: whole, or
 * not at all. */

#include <stdlib.h>
#include <string.h>

#include "front/role/credentials.h"
#include "front/role/role_list.h"
#include "front/signin/logged_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int what)
{
	if (!what)
		abort();
}

static void read_keys(const struct wire_frame *f)
{
	static struct credentials k;

	if (credentials_read(&k, f, NULL) == 0) {
		must(k.id[0] != '\0' && k.secret[0] != '\0');
		must(k.token[0] != '\0' && strlen(k.expiration) == 20);
		must(k.renew_at > 0 && k.renew_at <= k.expires);
		credentials_wipe(&k);
	}
	for (size_t i = 0; i < sizeof(k); i++)
		must(((const char *)&k)[i] == 0);
}

static void read_sessions(const struct wire_frame *f)
{
	static struct logged_in l;

	if (logged_in_read(&l, f, NULL) == 0)
		for (size_t i = 0; i < l.count; i++)
			must(l.at[i].id != NULL && l.at[i].url != NULL);
	logged_in_release(&l);
}

static void see_role(void *arg, const struct role_list_one *one)
{
	const char *const text[] = {
	    one->role, one->account, one->account_name, one->description};
	size_t *n = arg;

	for (int i = 0; i < 4; i++)
		must(strlen(text[i]) < ROLE_LIST_TEXT);
	++*n;
}

static void read_roles(const struct wire_frame *f)
{
	struct role_list l = {.server = "contoso"};
	size_t n = 0;

	if (role_list_read(&l, f, NULL) == 0) {
		role_list_each(&l, see_role, &n);
		/* Each is four fields, and four numbers follow. */
		must((n * 4 + 4) * 6 <= f->len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct wire_frame f = {.body = data, .len = size};

	if (size > WIRE_MAX_BODY)
		return 0;
	read_keys(&f);
	read_sessions(&f);
	read_roles(&f);
	return 0;
}
