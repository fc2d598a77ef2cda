#include "front/prompt/complaint.h"

#include <string.h>

#include "front/terminal/say.h"
#include "front/trust/ask.h"

void complaint_make(struct prompt *p)
{
	struct state *next = &p->plan.next;
	unsigned char mark[STATE_MARK];

	next->has_told = 0;
	if (p->complaint.len == 0)
		return;
	state_mark(p->verdict.project.path, buf_str(&p->complaint), mark);
	if (!p->old.has_told || memcmp(mark, p->old.told, STATE_MARK) != 0 ||
	    p->old.session != next->session) {
		p->complains = 1;
		if (p->verdict.kind != VERDICT_ASK ||
		    project_is_simple(&p->verdict.project))
			say("%s", buf_str(&p->complaint));
		else
			trust_ask_tell(&p->verdict);
	}
	next->has_told = 1;
	memcpy(next->told, mark, STATE_MARK);
}
