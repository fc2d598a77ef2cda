/* A login by device authorization: a person types a short code into a page on
 * any machine, while we poll the server for the result (RFC 8628). */

#include "broker/login/steps.h"

#include <string.h>

#include "base/core/text.h"
#include "net/http/backoff.h"
#include "net/runtime/log.h"

enum {
	MAX_SECONDS = 60 * 60,
	INTERVAL_SECONDS = 5,	/* where the server names none, section 3.5 */
	SLOWER_MS = 5 * 1000,	/* "slow_down", the same section */
	TROUBLE_MS = 60 * 1000, /* the longest retry delay */
	CODE_COLUMNS = 64,
};

/* --- when to poll */

/* The pause starts when the answer arrives, so that polls are never closer
 * together than the server wants. */
static void wait_for(struct login *login, int64_t ms)
{
	if (login_left(login) == 0)
		login_expire(login);
	else
		loop_arm(login->all->up.loop, &login->poll, ms);
}

/* It may be temporary: section 3.5 wants the pauses to double. */
static void wait_out_trouble(
    struct login *login, int64_t retry_after, const struct err *why)
{
	int64_t ms =
	    2 * (login->trouble_ms ? login->trouble_ms : login->interval_ms);

	if (!login->trouble_ms)
		log_warn(login->all->up.log,
		    "login to %s goes on in spite of: %s", login->id, why->msg);
	if (ms > TROUBLE_MS)
		ms = TROUBLE_MS;
	if (ms < login->interval_ms)
		ms = login->interval_ms;
	login->trouble_ms = ms;
	login->trouble = *why;
	if (retry_after > MAX_SECONDS)
		retry_after = MAX_SECONDS;
	if (ms < retry_after * 1000)
		ms = retry_after * 1000;
	wait_for(login, ms);
}

static void wait_for_person(struct login *login)
{
	login->trouble_ms = 0;
	wait_for(login, login->interval_ms);
}

/* --- whether it was done */

static struct provider_flow flow_of(const struct login *login)
{
	return (struct provider_flow){
	    .client = &login->client,
	    .device_code = login->device.code,
	};
}

static void polled(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct login *login = arg;
	const struct provider_flow flow = flow_of(login);
	struct err e;
	int rc;

	login->call = NULL;
	if (a) {
		rc = login_take(login, &flow, a, &e);
	} else {
		e = *failed;
		rc = e.code;
	}
	if (rc == 0) {
		login_end(login, NULL);
	} else if (!a || rc == ERR_UPSTREAM) {
		wait_out_trouble(login, a ? a->retry_after : -1, &e);
	} else if (rc < 0) {
		login_end(login, &e);
	} else {
		if (rc == PROVIDER_SLOWER)
			login->interval_ms += SLOWER_MS;
		wait_for_person(login);
	}
}

static int ask_token(struct login *login, struct err *e)
{
	const struct provider_flow flow = flow_of(login);
	struct login_step step;
	struct http_ask ask;
	int rc = login_step(login, &step, e);

	if (rc == 0)
		rc = step.provider->token_ask(&step.at, &flow, &ask, e);
	return rc < 0 ? rc : login_call(login, &ask, polled, e);
}

static void poll_now(void *arg)
{
	struct login *login = arg;
	struct err e;
	int rc;

	/* The rest of the time may have passed in a suspend. */
	if (login_left(login) == 0) {
		login_expire(login);
		return;
	}
	rc = ask_token(login, &e);
	/* Keep the shown code valid through a local shortage. */
	if (backoff_is_ours(&e))
		wait_out_trouble(login, -1, &e);
	else if (rc < 0)
		login_end(login, &e);
}

/* --- what is shown */

static void begin_polling(struct login *login)
{
	struct provider_device *d = &login->device;

	if (d->interval <= 0)
		d->interval = INTERVAL_SECONDS;
	if (d->interval > MAX_SECONDS)
		d->interval = MAX_SECONDS;
	if (d->seconds > MAX_SECONDS)
		d->seconds = MAX_SECONDS;
	login->interval_ms = d->interval * 1000;
	login->poll.fn = poll_now;
	login->poll.arg = login;
	login_show(login, d->seconds > 0 ? d->seconds : 0);
	wait_for(login, login->interval_ms);
}

static void begun(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct login *login = arg;
	struct login_step step;
	struct err e, why;
	int rc;

	if (!login_begun(login, a, failed, &step))
		return;
	rc = step.provider->device_take(&step.at, a, &login->device, &why);
	if (rc == 0)
		begin_polling(login);
	else if (rc != PROVIDER_CLIENT)
		login_end(login, &why);
	else if (login_other_client(login, &step, &why, &e) < 0)
		login_end(login, &e);
}

int login_device_begin(
    struct login *login, const struct login_step *step, struct err *e)
{
	const struct provider_flow flow = flow_of(login);
	struct http_ask ask;
	int rc = step->provider->device_ask(&step->at, &flow, &ask, e);

	return rc < 0 ? rc : login_call_paced(login, step, &ask, begun, e);
}

void login_device_look(struct login *login, struct login_view *view)
{
	const struct provider_device *d = &login->device;

	buf_clear(&login->text);
	text_safe(
	    &login->text, d->user_code, strlen(d->user_code), CODE_COLUMNS);
	view->url = d->uri;
	view->user_code = buf_str(&login->text);
	view->complete = d->complete;
}
