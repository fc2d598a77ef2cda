#include "front/completion/value_role.h"

#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/prompt/deadline.h"
#include "front/role/role_list.h"
#include "front/servers/target.h"

static void offer(void *arg, const struct message *one)
{
	/* A leading dash would be read as an option. */
	if (one->role[0] != '-')
		candidates_put(arg, one->role,
		    one->account_name[0] != '\0' ? one->account_name
						 : one->description);
}

static void offer_known(struct candidates *o, struct role_list *l)
{
	struct err e;

	do {
		if (role_list_next(l, NULL, &e) < 0)
			return;
		role_list_each(l, offer, o);
	} while (l->more);
}

void value_role_offer(struct candidates *o, const char *server)
{
	int64_t deadline = plat_ms() + DEADLINE_ROLES_MS;
	char only[TARGET_NAME];
	struct client client;
	struct role_list l = {.client = &client, .known = 1};
	struct err e;

	if (server == NULL && target_server(only, &e) < 0)
		return;
	l.server = server != NULL ? server : only;
	if (client_open(&client, CLIENT_EXISTING, deadline, &e) == 0)
		offer_known(o, &l);
	client_close(&client);
}
