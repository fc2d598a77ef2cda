#ifndef MAIRU_BASE_CORE_VERSION_H
#define MAIRU_BASE_CORE_VERSION_H

/* The version of all programs; the broker refuses a front of another version.
 * Fuzz targets have their own, fixed to match the stored inputs. */
#ifndef MAIRU_VERSION
#define MAIRU_VERSION "1.0.0-dev"
#endif
/* The release of the Rust program of the same name whose files and commands we
 * accept unchanged. */
#define MAIRU_COMPATIBLE "0.12"

#endif
