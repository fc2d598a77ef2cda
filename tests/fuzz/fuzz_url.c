/* What a person, a file or a server gives as an address: what is let pass goes
 * together the same way each time, shows no password, and holds nothing that a
 * terminal would take for something else.  The first byte says what may be. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/url.h"
#include "front/servers/sso_url.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void plain(const char *text)
{
	for (; *text != '\0'; text++)
		must((unsigned char)*text > ' ' && *text != 0x7f);
}

static void check_forms(const char *url, unsigned allowed)
{
	struct buf once = BUF_INIT(2 * URL_MAX), twice = BUF_INIT(2 * URL_MAX);
	struct buf shown = BUF_INIT(2 * URL_MAX);

	plain(url);
	url_normal(&once, url);
	must(!once.failed && url_fault(buf_str(&once), allowed) == NULL);
	url_normal(&twice, buf_str(&once));
	must(strcmp(buf_str(&once), buf_str(&twice)) == 0);
	url_shown(&shown, url);
	/* Nobody's name and password are left; with an @ in its path less is
	 * shown than could be. */
	must(strchr(buf_str(&shown), '@') == NULL);
	if (allowed & URL_NO_PATH)
		must(url_fault(buf_str(&shown),
			 allowed & ~(unsigned)URL_USER) == NULL);
	buf_release(&once);
	buf_release(&twice);
	buf_release(&shown);
}

static void check_start(const char *url)
{
	struct buf once = BUF_INIT(2 * URL_MAX), twice = BUF_INIT(2 * URL_MAX);
	struct err e;

	if (sso_url_tidy(&once, url, &e) == 0) {
		plain(buf_str(&once));
		must(sso_url_tidy(&twice, buf_str(&once), &e) == 0);
		must(strcmp(buf_str(&once), buf_str(&twice)) == 0);
		must(strpbrk(buf_str(&once), "?#") == NULL);
		(void)sso_url_is_portal(buf_str(&once));
	}
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf shown = BUF_INIT(1 << 20);
	unsigned allowed;
	char *text;

	if (size == 0)
		return 0;
	allowed = data[0];
	text = malloc(size);
	must(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (url_fault(text, allowed) == NULL)
		check_forms(text, allowed);
	if (url_reference_fault(text, allowed) == NULL)
		plain(text);
	check_start(text);
	url_shown(&shown, text); /* of anything at all */
	buf_release(&shown);
	free(text);
	return 0;
}
