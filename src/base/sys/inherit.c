#include "base/sys/inherit.h"

#include <stddef.h>

const char *const inherit_names[] = {
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "MAIRU_AGENT_SOCK",
    "MAIRU_AGENT_LOG",
    "MAIRU_LOG",
    "USER", /* names sessions of roles */
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    NULL,
};
