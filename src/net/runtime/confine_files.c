/* Files, ports and other processes, by Landlock.
 *
 * Rules name directories, never files: resolv.conf and CA bundles are replaced
 * by rename, which a rule for the file would not follow. */

#include "net/runtime/confine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__

#include <sys/syscall.h>

/* The kernel's numbers: headers are often older than the kernel. */
enum {
	CREATE_RULESET = 444,
	ADD_RULE = 445,
	RESTRICT_SELF = 446,
	ASK_VERSION = 1, /* a flag */
	PATH_BENEATH = 1,
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	ABI_NET = 4,
	ABI_IOCTL = 5,
	ABI_SCOPE = 6,
};

#define FS(n)	     (UINT64_C(1) << (n))
#define FS_READ_FILE FS(2)
#define FS_READ_DIR  FS(3)
#define FS_REMOVE    FS(5)	  /* a file */
#define FS_FIRST     (FS(13) - 1) /* all of the first version */
#define FS_REFER     FS(13)
#define FS_TRUNCATE  FS(14)
#define FS_IOCTL_DEV FS(15)
#define NET_BIND_TCP UINT64_C(1)
#define SCOPE_ALL    UINT64_C(3) /* abstract sockets, signals */

#define READ (FS_READ_FILE | FS_READ_DIR)

struct ruleset {
	uint64_t fs, net, scoped;
};

struct beneath {
	uint64_t access;
	int32_t parent;
} __attribute__((packed));

/* Where libraries look when they resolve names and verify certificates. */
static const char *const readable[] = {
    "/etc", "/usr", "/lib", "/lib64", "/lib32", "/libx32",
    "/var/lib/sss",		/* names, by sssd */
    "/var/lib/ca-certificates", /* openSUSE */
    "/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew", "/opt/homebrew",
    "/mnt/wsl", /* resolv.conf there */
};

static void allow(int ruleset, const char *path, uint64_t access)
{
	struct beneath b = {.access = access};

	b.parent = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (b.parent < 0)
		return; /* does not exist: nothing to allow */
	(void)syscall(ADD_RULE, ruleset, PATH_BENEATH, &b, 0);
	(void)close(b.parent);
}

/* Other programs' tokens, removable disks, and services' credentials. */
static int is_withheld(const char *name)
{
	static const char *const names[] = {"user", "media", "credentials",
	    "secrets", "secrets.d", "agenix", "agenix.d"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return 0;
}

/* resolv.conf often links there, to files of various programs. */
static void allow_run(int ruleset, uint64_t access)
{
	DIR *d = opendir("/run");
	const struct dirent *one;
	char path[300];

	while (d && (one = readdir(d))) {
		if (one->d_name[0] == '.' || is_withheld(one->d_name) ||
		    (one->d_type != DT_DIR && one->d_type != DT_UNKNOWN))
			continue;
		(void)snprintf(path, sizeof(path), "/run/%s", one->d_name);
		allow(ruleset, path, access);
	}
	if (d)
		(void)closedir(d);
}

static int make_ruleset(int abi)
{
	struct ruleset r = {.fs = FS_FIRST};
	/* Older kernels reject a larger struct. */
	size_t size = abi >= ABI_SCOPE ? sizeof(r)
		      : abi >= ABI_NET ? 2 * sizeof(uint64_t)
				       : sizeof(uint64_t);

	r.fs |= abi >= ABI_REFER ? FS_REFER : 0;
	r.fs |= abi >= ABI_TRUNCATE ? FS_TRUNCATE : 0;
	r.fs |= abi >= ABI_IOCTL ? FS_IOCTL_DEV : 0;
	r.net = abi >= ABI_NET ? NET_BIND_TCP : 0;
	r.scoped = abi >= ABI_SCOPE ? SCOPE_ALL : 0;
	return (int)syscall(CREATE_RULESET, &r, size, 0);
}

static int restrict_to(const char *own, int abi)
{
	int ruleset = make_ruleset(abi), rc, keep;

	if (ruleset < 0)
		return -1;
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		allow(ruleset, readable[i], READ);
	allow_run(ruleset, READ);
	/* Everything in it exists by now.  Removal only: other programs might
	 * execute what is written there. */
	if (own)
		allow(ruleset, own, FS_REMOVE);
	rc = (int)syscall(RESTRICT_SELF, ruleset, 0);
	keep = errno;
	(void)close(ruleset);
	errno = keep;
	return rc;
}

unsigned confine_files(const char *own, struct buf *why)
{
	int abi = (int)syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	unsigned parts = CONFINE_FILES;

	if (abi < 0 || restrict_to(own, abi) < 0) {
		buf_addf(why,
		    "%sthis kernel has no Landlock, or it is turned off (%s)",
		    why->len ? "; " : "", strerror(errno));
		return 0;
	}
	parts |= abi >= ABI_NET ? CONFINE_PORTS : 0;
	parts |= abi >= ABI_SCOPE ? CONFINE_OTHERS : 0;
	if (abi < ABI_SCOPE)
		buf_addf(why, "%sthis kernel's Landlock is of version %d",
		    why->len ? "; " : "", abi);
	return parts;
}

#else

unsigned confine_files(const char *own, struct buf *why)
{
	(void)own;
	buf_addf(why, "%sthis system has no Landlock", why->len ? "; " : "");
	return 0;
}

#endif
