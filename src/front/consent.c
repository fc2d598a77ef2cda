#include "front/consent.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "front/say.h"

int consent_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

int consent(const char *question)
{
	struct buf b = BUF_INIT(256);
	char answer[16];
	ssize_t n;

	buf_addf(&b, "mairu: %s [y/N] ", question);
	say_text(&b);
	buf_release(&b);
	n = read(STDIN_FILENO, answer, sizeof(answer) - 1);
	answer[n > 0 ? n : 0] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	if (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0)
		return 1;
	say("nothing was written");
	return 0;
}
