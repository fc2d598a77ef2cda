#include "net/runtime/health.h"

#include <stdio.h>
#include <string.h>

#include "net/runtime/log.h"

void health_set(struct health *p, enum health_about about, const char *message,
    struct log *log)
{
	char *text = p->text[about];

	if (!message) {
		text[0] = '\0';
		return;
	}
	if (strcmp(text, message) == 0)
		return;
	(void)snprintf(text, sizeof(p->text[about]), "%s", message);
	if (about != HEALTH_LOG)
		log_warn(log, "%s", text);
}
