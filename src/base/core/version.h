#ifndef MAIRU_BASE_CORE_VERSION_H
#define MAIRU_BASE_CORE_VERSION_H

/* The version of both programs; the broker refuses a front of another. */
#define MAIRU_VERSION "0.12.0"

#endif
