/* What a terminal sends while an address is pasted, and what sshd says of a
 * connection: nothing but text without controls comes of the one, and none with
 * a blank in front, however it is cut, and no more than an address of the
 * other. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "front/signin/paste.h"
#include "front/signin/ssh_forward.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int so)
{
	if (!so)
		abort();
}

static void check_paste(const char *text, size_t size)
{
	struct paste whole, cut;
	enum paste_result r = PASTE_MORE, again = PASTE_MORE;
	size_t half = size / 2;

	paste_init(&whole);
	paste_init(&cut);
	r = paste_feed(&whole, text, size);
	for (size_t i = 0; i < whole.text.len; i++)
		must(whole.text.data[i] > (i ? 0x1f : 0x20) &&
		     whole.text.data[i] != 0x7f);
	/* What is too long is forgotten where it is told. */
	if (size < PASTE_MAX) {
		again = paste_feed(&cut, text, half);
		if (again != PASTE_DONE)
			again = paste_feed(&cut, text + half, size - half);
		must(r == again || size - half == 0);
		must(whole.text.len == cut.text.len);
		must(whole.text.len == 0 ||
		     memcmp(whole.text.data, cut.text.data, cut.text.len) == 0);
	}
	paste_release(&whole);
	paste_release(&cut);
}

static void check_forward(const char *text)
{
	struct ssh_forward f;

	if (ssh_forward_parse(&f, text) < 0)
		return;
	must(f.port > 0 && f.port < 65536);
	must(f.host[0] != '\0' &&
	     strspn(f.host, "0123456789abcdefABCDEF.:") == strlen(f.host));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	check_paste(text, size);
	check_forward(text);
	free(text);
	return 0;
}
