#!/usr/bin/env python3
"""A project's environment wants to be in the broker: libraries to load first,
files of its libraries' own, where they write keys of TLS.  The broker starts
in that environment, and so does what it starts.
"""

import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import Fault, World

# Leaves a mark, named as the program that was made to load it.
EVIL = """
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
unsigned int la_version(unsigned int v) { return v; }
__attribute__((constructor)) static void mark(void)
{
	char path[4096], exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *name = exe + (n > 0 ? n : 0);

	if (n <= 0)
		return;
	exe[n] = 0;
	while (name > exe && name[-1] != '/')
		name--;
	snprintf(path, sizeof(path), "%s/mark.%s", MARKS, name);
	close(open(path, O_WRONLY | O_CREAT, 0600));
}
"""
FILES = (
    "OPENSSL_CONF", "SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "GCONV_PATH",
    "LOCPATH", "NLSPATH", "CURL_HOME", "LD_LIBRARY_PATH", "OPENSSL_MODULES",
    "OPENSSL_ENGINES", "RESOLV_HOST_CONF", "HOSTALIASES", "MALLOC_TRACE", "TMPDIR",
    "XDG_CONFIG_DIRS", "XDG_DATA_DIRS", "PYTHONPATH", "BASH_ENV", "ENV", "LD_DEBUG_OUTPUT",
)  # fmt: skip
TEXTS = {
    "LD_BIND_NOW": "", "LD_DEBUG": "all", "GLIBC_TUNABLES": "glibc.malloc.perturb=1",
    "RES_OPTIONS": "ndots:9", "LOCALDOMAIN": "evil.example", "IFS": "x", "PATH": "/nowhere",
    "AWS_ENDPOINT_URL": "http://evil.example", "AWS_ENDPOINT_URL_STS": "http://evil.example",
    "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_PROFILE": "x",
    "LC_ALL": "zh_CN.GBK", "TZ": "Mars/Phobos", "MALLOC_CHECK_": "3",
}  # fmt: skip


def names_in(pid):
    """Of the variables that a process was started with."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as f:
            return [v.split(b"=")[0].decode() for v in f.read().split(b"\0") if v]
    except OSError:
        return []


def main():
    with World(sys.argv) as w:
        w.serve()
        evil = w.project + "/evil.so"
        w.victim.write(w.project + "/evil.c", EVIL)
        subprocess.run(
            ["cc", "-shared", "-fPIC", f'-DMARKS="{w.project}"', "-o", evil]
            + [w.project + "/evil.c"],
            check=True,
        )
        os.chmod(evil, 0o755)
        env = {name: w.project + "/x" for name in FILES}
        env |= TEXTS | {"LD_PRELOAD": evil, "LD_AUDIT": evil}
        w.allow()
        w.victim.run(["mairu", "kill-agent"])
        w.victim.run(["mairu", "kill-agent", "--keeper"])

        # What is loaded into any other program there.
        w.victim.run(["/bin/true"], env={"LD_PRELOAD": evil})
        if not glob.glob(w.project + "/mark.*"):
            raise Fault("nothing is ever loaded")
        # The first one to ask starts the broker.
        mairu = w.bin + "/mairu"
        got = w.victim.run([mairu, "export", "bash"], env=env, cwd=w.project)
        row = w.row("variables of a project in broker, keeper and helpers")
        row.count(lost=not w.broker_pid(), note=f"no broker starts: {got}")
        w.log_in()
        e = w.endpoint()
        seen = {}
        for _ in range(20):  # while files are checked again
            row_works = w.works(e)
            for pid in w.brokers() + w.keepers():
                seen[pid] = (w.program(pid), names_in(pid))
            row.count(lost=not row_works)
        bad = set(env) - {"PATH"}
        for pid, (program, names) in seen.items():
            found = sorted(bad & set(names))
            row.count(leaked=found, note=f"{program} ({pid}) has {found}")
        row = w.row("a project's library in broker, keeper and helpers")
        for program in "mairu-broker", "mairu-keeper", "mairu-helper":
            there = os.path.exists(f"{w.project}/mark.{program}")
            row.count(leaked=there, note=f"it was loaded into {program}")


if __name__ == "__main__":
    main()
