/* A command line as bash's completion has it: front/completion/bash_line.h, and
 * how a word gets back onto it: front/completion/candidates.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "front/completion/bash_line.h"
#include "front/completion/candidates.h"

#define PIECES(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct bash_line typed;

static int read_line(const char *line, const char *const *pieces)
{
	size_t n = 0;

	while (pieces[n] != NULL)
		n++;
	bash_line_release(&typed);
	return bash_line_read(&typed, line, pieces, n);
}

/* The words, each in brackets, then what bash keeps of the last. */
static const char *words(const char *line, const char *const *pieces)
{
	static struct buf b = BUF_INIT(4096);

	buf_clear(&b);
	assert_int_equal(read_line(line, pieces), 0);
	for (size_t i = 0; i < typed.n; i++)
		buf_addf(&b, "[%s]", typed.words[i]);
	buf_addf(&b, " %s", typed.kept);
	return buf_str(&b);
}

static void words_are_put_together_from_their_pieces(void **state)
{
	(void)state;
	assert_string_equal(words("m exec", PIECES("m", "exec")), "[m][exec] ");
	assert_string_equal(
	    words("m exec ", PIECES("m", "exec", "")), "[m][exec][] ");
	assert_string_equal(
	    words("m  --server=a:b x",
		PIECES("m", "--server", "=", "a", ":", "b", "x")),
	    "[m][--server=a:b][x] ");
	assert_int_equal(typed.piece[1], 1);
	assert_int_equal(typed.piece[2], 6);
	assert_string_equal(
	    words("m --server=ab", PIECES("m", "--server", "=", "abc")),
	    "[m][--server=ab] --server=");
	assert_string_equal(words("m --server=", PIECES("m", "--server", "=")),
	    "[m][--server=] --server=");
	assert_string_equal(
	    words("m --server=", PIECES("m", "--server", "=", "")),
	    "[m][--server=] --server=");
	assert_string_equal(
	    words("m a::", PIECES("m", "a", "::")), "[m][a::] a::");
	/* As a COMP_WORDBREAKS of one's own has it, and one without a colon. */
	assert_string_equal(words("m a/", PIECES("m", "a", "/")), "[m][a/] a/");
	assert_string_equal(words("m a:b", PIECES("m", "a:b")), "[m][a:b] ");
	/* The cursor stands in the middle of a word. */
	assert_string_equal(words("m ex", PIECES("m", "exec")), "[m][ex] ");
	assert_string_equal(
	    words("m = a", PIECES("m", "=", "a")), "[m][=][a] ");
}

static void quotes_are_taken_off(void **state)
{
	(void)state;
	assert_string_equal(
	    words("m 'a b' \"c \\\"d\\x\" e\\ f g",
		PIECES("m", "'a b'", "\"c \\\"d\\x\"", "e\\ f", "g")),
	    "[m][a b][c \"d\\x][e f][g] ");
	assert_int_equal(typed.quote, 0);
	assert_string_equal(words("m 'a b", PIECES("m", "'a b")), "[m][a b] ");
	assert_int_equal(typed.quote, '\'');
	assert_string_equal(
	    words("m \"a b", PIECES("m", "\"a b")), "[m][a b] ");
	assert_int_equal(typed.quote, '"');
	assert_string_equal(
	    words("m a'b c", PIECES("m", "a'b c")), "[m][ab c] a");
	assert_string_equal(
	    words("m --x='b c", PIECES("m", "--x", "=", "'b c")),
	    "[m][--x=b c] --x=");
	assert_string_equal(
	    words("m '' a", PIECES("m", "''", "a")), "[m][][a] ");
}

static void what_has_no_end_that_can_go_on_is_refused(void **state)
{
	(void)state;
	assert_int_equal(read_line("m a\\", PIECES("m", "a\\")), -1);
	assert_int_equal(read_line("m \"a\\", PIECES("m", "\"a\\")), -1);
	assert_int_equal(read_line("m $'a", PIECES("m", "$'a")), -1);
	assert_int_equal(read_line("", PIECES(NULL)), -1);
	/* Pieces that are not in the line do no harm. */
	assert_int_equal(read_line("x", PIECES("m", "exec", "y")), 0);
	bash_line_release(&typed);
	assert_int_equal(bash_line_take(&typed, PIECES("a"), 0), -1);
	bash_line_release(&typed);
}

/* What is left of the line when `word` is offered where it ends. */
static const char *offered(
    const char *line, const char *const *pieces, const char *word)
{
	static struct buf out = BUF_INIT(4096);
	struct candidates o;

	buf_clear(&out);
	assert_int_equal(read_line(line, pieces), 0);
	candidates_init(&o, SHELL_BASH, typed.words[typed.n - 1]);
	o.kept = typed.kept;
	o.quote = typed.quote;
	o.tag = "x";
	candidates_put(&o, word, "what it is");
	candidates_print(&o, &out);
	candidates_release(&o);
	return buf_str(&out);
}

static void a_word_gets_the_quotes_that_its_place_needs(void **state)
{
	const char *odd = "a b$`\"\\c";

	(void)state;
	assert_string_equal(offered("m a", PIECES("m", "a"), odd),
	    "words x\na\\ b\\$\\`\\\"\\\\c\n");
	assert_string_equal(offered("m \"a", PIECES("m", "\"a"), odd),
	    "words x\na b\\$\\`\\\"\\\\c\n");
	assert_string_equal(
	    offered("m 'a", PIECES("m", "'a"), odd), "words x\na b$`\"\\c\n");
	assert_string_equal(
	    offered("m a:b", PIECES("m", "a", ":", "b"), "a:b:c"),
	    "words x\nb:c\n");
	assert_string_equal(
	    offered("m ", PIECES("m", ""), "~a#b!"), "words x\n\\~a\\#b\\!\n");
	/* What the quote that is open has no way to hold. */
	assert_string_equal(offered("m \"", PIECES("m", "\""), "a!b"), "");
	assert_string_equal(offered("m '", PIECES("m", "'"), "a'b"), "");
	assert_string_equal(offered("m A", PIECES("m", "A"), "ab"), "");
	assert_string_equal(offered("m ", PIECES("m", ""), "a\nb"), "");
	assert_string_equal(offered("m ", PIECES("m", ""), "a\xffz"), "");
	assert_string_equal(offered("m ", PIECES("m", ""), ""), "");
}

static int end(void **state)
{
	(void)state;
	bash_line_release(&typed);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_are_put_together_from_their_pieces),
	    cmocka_unit_test(quotes_are_taken_off),
	    cmocka_unit_test(what_has_no_end_that_can_go_on_is_refused),
	    cmocka_unit_test(a_word_gets_the_quotes_that_its_place_needs),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
