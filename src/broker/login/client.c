/* The client for a login, if the server registers clients (RFC 7591; IAM
 * Identity Center's RegisterClient): the stored one, or a new one. */

#include "broker/login/steps.h"

#include "broker/servers/registration.h"
#include "net/runtime/log.h"

/* --- the step after it */

static int go_on(
    struct login *login, const struct login_step *step, struct err *e)
{
	return login->grant == SERVERS_DEVICE
		   ? login_device_begin(login, step, e)
		   : login_code_begin(login, step, e);
}

/* --- a new one */

static int take_client(struct login *login, const struct login_step *step,
    const struct http_answer *a, struct err *e)
{
	int rc = step->provider->client_take(&step->at, a, &login->client, e);

	if (rc < 0)
		return rc;
	log_info(login->all->up.log, "registered a client with %s", login->id);
	registration_keep(login->all->up.registrations, step->found.server,
	    login->grant, &login->client);
	return go_on(login, step, e);
}

static void registered(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct login *login = arg;
	struct login_step step;
	struct err e;

	if (login_begun(login, a, failed, &step) &&
	    take_client(login, &step, a, &e) < 0)
		login_end(login, &e);
}

static int ask_client(
    struct login *login, const struct login_step *step, struct err *e)
{
	struct http_ask ask;
	int rc;

	rc = step->provider->client_ask(&step->at, login->grant, &ask, e);
	return rc < 0 ? rc : login_call_paced(login, step, &ask, registered, e);
}

/* --- whichever it is */

int login_with_client(
    struct login *login, const struct login_step *step, struct err *e)
{
	if (step->provider->client_ask &&
	    !registration_find(login->all->up.registrations, step->found.server,
		login->grant, step->at.now, &login->client))
		return ask_client(login, step, e);
	return go_on(login, step, e);
}

void login_forget_client(struct login *login, const struct login_step *step)
{
	provider_client_release(&login->client);
	if (step->provider->client_ask)
		registration_drop(login->all->up.registrations,
		    step->found.server, login->grant);
}

int login_other_client(struct login *login, const struct login_step *step,
    const struct err *why, struct err *e)
{
	login_forget_client(login, step);
	if (!step->provider->client_ask || login->anew) {
		*e = *why;
		return e->code;
	}
	login->anew = 1;
	return ask_client(login, step, e);
}
