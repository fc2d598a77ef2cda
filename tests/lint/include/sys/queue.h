/*
 * For clang-tidy only, which does not see that an element that was taken out
 * of a list is at neither end of it any more, and takes every list that is
 * emptied for a use after free.
 */

#ifndef MAIRU_TESTS_LINT_QUEUE_H
#define MAIRU_TESTS_LINT_QUEUE_H

#include_next <sys/queue.h>

/* Some element, or NULL: never known to be one that was seen before. */
void *lint_some_element(void *head);

#undef TAILQ_FIRST
#define TAILQ_FIRST(head) lint_some_element(head)
#undef TAILQ_LAST
#define TAILQ_LAST(head, headname) lint_some_element(head)

#endif
