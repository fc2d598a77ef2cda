#include "front/terminal/consent.h"

#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "front/terminal/say.h"

enum {
	ANSWER_MAX = 16
};

int consent_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Reads one whole line from the terminal, so that nothing is left for the next
 * reader.  *answer gets its beginning. */
static void read_line(char answer[ANSWER_MAX])
{
	size_t n = 0;
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		if (n < ANSWER_MAX - 1)
			answer[n++] = c;
	answer[n] = '\0';
}

int consent_to(const char *question)
{
	struct buf b = BUF_INIT(256);
	char answer[ANSWER_MAX];

	/* Anything typed before the question is not an answer to it. */
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	buf_addf(&b, "mairu: %s [y/N] ", question);
	say_text(&b);
	buf_release(&b);
	read_line(answer);
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

int consent(const char *question)
{
	if (consent_to(question))
		return 1;
	say("nothing was written");
	return 0;
}
