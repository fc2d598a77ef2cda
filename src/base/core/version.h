#ifndef MAIRU_BASE_CORE_VERSION_H
#define MAIRU_BASE_CORE_VERSION_H

/* The version of all programs; the broker refuses a front of another.  Fuzz
 * targets have one of their own, which is that of the inputs that are kept. */
#ifndef MAIRU_VERSION
#define MAIRU_VERSION "1.0.0-dev"
#endif
/* The release of the Rust program of the same name whose files and commands
 * are taken as they are. */
#define MAIRU_COMPATIBLE "0.12"

#endif
