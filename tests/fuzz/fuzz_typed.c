/* A command line as bash's completion has it: whatever the pieces are, what is
 * kept of the last word begins it; and whatever is offered there is read back
 * as the same word.  Strings end in a NUL: the line, what is offered, pieces.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "front/completion/bash_line.h"
#include "front/completion/candidates.h"
#include "must.h"

enum {
	MOST = 64
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What bash replaces begins where what is kept ends. */
static void check_offer(const struct bash_line *t, const char *word)
{
	const char *const piece[] = {"m", ""};
	struct buf out = BUF_INIT(1 << 20), whole = BUF_INIT(1 << 20);
	struct candidates o;
	struct bash_line again;
	const char *text;

	candidates_init(&o, SHELL_BASH, t->words[t->n - 1]);
	o.kept = t->kept;
	o.quote = t->quote;
	o.tag = "x";
	candidates_put(&o, word, NULL);
	candidates_print(&o, &out);
	if (out.len > 0) {
		text = buf_str(&out) + strlen("words x\n");
		buf_adds(&whole, "m ");
		if (t->quote != 0)
			buf_addc(&whole, t->quote);
		buf_add(&whole, text, strcspn(text, "\n"));
		must(bash_line_read(&again, buf_str(&whole), piece, 2) == 0);
		must(strcmp(again.words[1], word + strlen(t->kept)) == 0);
		must(again.quote == t->quote);
		bash_line_release(&again);
	}
	candidates_release(&o);
	buf_release(&out);
	buf_release(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *string[MOST];
	struct bash_line t;
	size_t n = 0;

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t at = 0; at <= size && n < MOST; n++) {
		string[n] = text + at;
		at += strlen(text + at) + 1;
	}
	if (n > 2 && bash_line_read(&t, string[0], string + 2, n - 2) == 0) {
		must(t.n > 0 && t.n <= n - 2);
		must(strncmp(t.words[t.n - 1], t.kept, strlen(t.kept)) == 0);
		for (size_t i = 0; i < t.n; i++)
			must(t.piece[i] < n - 2);
		check_offer(&t, string[1]);
	}
	if (n > 2)
		bash_line_release(&t);
	free(text);
	return 0;
}
