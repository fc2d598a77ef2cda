#ifndef MAIRU_FUZZ_MUST_H
#define MAIRU_FUZZ_MUST_H

/*
 * What a fuzz target claims: when it is not so, the fuzzer keeps the input.
 */

#include <stdio.h>
#include <stdlib.h>

#define must(so)                                                               \
	do {                                                                   \
		if (!(so)) {                                                   \
			(void)fprintf(stderr, "not so: %s\n", #so);            \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
