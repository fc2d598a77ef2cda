/* Whether the shell that mairu was run from has the hook, and the right one,
 * and whether the next shell will have it. */

#include "front/doctor/doctor.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/core/version.h"
#include "base/sys/file.h"
#include "base/sys/path.h"
#include "base/sys/plat.h"
#include "front/client/self.h"
#include "front/shell/hook_mark.h"
#include "front/shell/quoting.h"

enum {
	ANCESTORS = 16,
	ARGUMENTS = 4096,
	RC_MAX = 256 * 1024,
	RC_FILES = 256,
	TEXT_MAX = 8192,
};

/* The interactive shell that this process comes from, as far as known. */
struct from {
	pid_t pid; /* 0: none */
	enum shell shell;
	int login;
};

/* --- which shell */

/* Shell options that take the next word. */
static int takes_word(const char *option)
{
	return strcmp(option, "--rcfile") == 0 ||
	       strcmp(option, "--init-file") == 0 ||
	       strcmp(option, "-C") == 0 ||
	       strcmp(option, "--init-command") == 0 ||
	       strcmp(option, "-o") == 0 || strcmp(option, "-O") == 0;
}

/* "-c", "-lc", "--command". */
static int is_command(const char *option)
{
	return option[1] == '-' ? strcmp(option, "--command") == 0
				: strchr(option, 'c') != NULL;
}

/* Started with neither a script nor a command. */
static int is_interactive(pid_t pid, int *login)
{
	struct buf words = BUF_INIT(ARGUMENTS);
	const char *s, *end;
	int is = 0;

	plat_arguments(pid, &words);
	s = buf_str(&words);
	end = s + words.len;
	*login = s[0] == '-';
	for (s += strlen(s) + 1; s < end; s += strlen(s) + 1) {
		if (s[0] != '-' || is_command(s))
			break;
		*login |= strcmp(s, "-l") == 0 || strcmp(s, "--login") == 0;
		if (strcmp(s, "-i") == 0)
			is = 1;
		if (takes_word(s) && s + strlen(s) + 1 < end)
			s += strlen(s) + 1;
	}
	is |= words.len > 0 && s >= end;
	buf_release(&words);
	return is;
}

static void find_shell(struct from *f)
{
	pid_t pid = getppid();
	char name[32];

	*f = (struct from){.pid = 0};
	for (int i = 0; i < ANCESTORS && pid > 1; i++) {
		plat_process_name(pid, name, sizeof(name));
		f->shell = shell_find(name);
		if (f->shell != SHELL_UNKNOWN &&
		    is_interactive(pid, &f->login)) {
			f->pid = pid;
			return;
		}
		pid = plat_parent(pid);
	}
	f->shell = SHELL_UNKNOWN;
}

/* From $SHELL: what a terminal starts. */
static enum shell usual_shell(void)
{
	const char *shell = getenv("SHELL"), *slash;

	slash = shell != NULL ? strrchr(shell, '/') : NULL;
	return shell_find(slash != NULL ? slash + 1 : shell ? shell : "");
}

/* --- its start-up files */

static int has_line(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		const char *at = text + strspn(text, " \t");
		const char *mairu = memmem(text, len, "mairu", 5);

		if (*at != '#' && mairu != NULL &&
		    memmem(mairu, len - (size_t)(mairu - text), " hook ", 6) !=
			NULL)
			return 1;
		text += len + (text[len] == '\n');
	}
	return 0;
}

static int file_has_line(const char *path)
{
	struct buf b = BUF_INIT(RC_MAX);
	int has = file_read(path, &b, NULL) == 0 && has_line(buf_str(&b));

	buf_release(&b);
	return has;
}

/* The file for the line; "" without HOME. */
static void rc_path(enum shell sh, char out[PATH_MAX])
{
	const char *home = path_home(), *dir = NULL, *tail = "/.bashrc";

	if (sh == SHELL_ZSH) {
		dir = getenv("ZDOTDIR");
		tail = "/.zshrc";
	} else if (sh == SHELL_FISH) {
		dir = getenv("XDG_CONFIG_HOME");
		tail = "/fish/config.fish";
	}
	out[0] = '\0';
	if (dir == NULL || dir[0] != '/') {
		dir = home;
		if (sh == SHELL_FISH)
			tail = "/.config/fish/config.fish";
	}
	if (dir != NULL &&
	    snprintf(out, PATH_MAX, "%s%s", dir, tail) >= PATH_MAX)
		out[0] = '\0';
}

/* fish also reads a directory next to it. */
static int fish_has_line(const char *config)
{
	const char *slash = strrchr(config, '/');
	char dir[PATH_MAX], path[PATH_MAX];
	struct dirent *one;
	DIR *all;
	int has = 0;

	if (snprintf(dir, sizeof(dir), "%.*s/conf.d", (int)(slash - config),
		config) >= PATH_MAX)
		return 0;
	all = opendir(dir);
	if (all == NULL)
		return 0;
	for (int n = 0; !has && n < RC_FILES && (one = readdir(all)) != NULL;
	     n++)
		has = one->d_name[0] != '.' &&
		      snprintf(path, sizeof(path), "%s/%s", dir, one->d_name) <
			  PATH_MAX &&
		      file_has_line(path);
	(void)closedir(all);
	return has;
}

static int rc_has_line(enum shell sh, const char *rc)
{
	static const char *const others[] = {
	    "/.bash_profile", "/.bash_login", "/.profile"};
	const char *home = path_home();
	char path[PATH_MAX];

	if (rc[0] == '\0')
		return 0;
	if (file_has_line(rc))
		return 1;
	if (sh == SHELL_FISH)
		return fish_has_line(rc);
	for (size_t i = 0; sh == SHELL_BASH && home != NULL && i < 3; i++)
		if (snprintf(path, sizeof(path), "%s%s", home, others[i]) <
			PATH_MAX &&
		    file_has_line(path))
			return 1;
	return 0;
}

/* "echo '...' >>~/.zshrc" */
static void add_install(struct buf *out, enum shell sh, const char *rc)
{
	const char *name = shell_name(sh);

	if (sh == SHELL_FISH)
		buf_adds(out, "echo 'mairu hook fish | source' >>");
	else
		buf_addf(out, "echo 'eval \"$(mairu hook %s)\"' >>", name);
	path_text_word(out, rc);
}

/* --- what is found */

static void not_loaded(struct doctor *d, const struct from *f)
{
	const char *name = shell_name(f->shell);
	struct buf b = BUF_INIT(TEXT_MAX), run = BUF_INIT(TEXT_MAX);
	char rc[PATH_MAX];

	rc_path(f->shell, rc);
	buf_addf(&b, "this %s (pid %ld) has not loaded the hook", name,
	    (long)f->pid);
	if (!rc_has_line(f->shell, rc)) {
		add_install(&run, f->shell, rc);
		buf_addf(&run, " && exec %s", name);
	} else if (f->shell == SHELL_BASH && f->login) {
		buf_adds(&b, ": as a login shell it reads ~/.bash_profile, "
			     "which has to read ~/.bashrc");
		buf_adds(&run, ". ~/.bashrc");
	} else {
		buf_adds(&b, ", though ");
		path_text(&b, rc);
		buf_adds(&b, " has its line");
		buf_addf(&run, "exec %s", name);
	}
	findings_add(&d->f, FINDING_PROBLEM, "hook", "%s", buf_str(&b));
	findings_run(&d->f, "%s", buf_str(&run));
	buf_release(&run);
	buf_release(&b);
}

/* It is loaded; but is it the right one? */
static void loaded(struct doctor *d, const struct hook_mark *m)
{
	const char *name = shell_name(m->shell);
	struct buf theirs = BUF_INIT(TEXT_MAX), ours = BUF_INIT(TEXT_MAX);
	struct buf rc_shown = BUF_INIT(TEXT_MAX);
	char self[PATH_MAX] = "", rc[PATH_MAX];

	(void)!plat_self(self, NULL);
	path_text(&theirs, m->program);
	path_text(&ours, self);
	rc_path(m->shell, rc);
	path_text(&rc_shown, rc);
	if (access(m->program, X_OK) < 0) {
		findings_add(&d->f, FINDING_PROBLEM, "hook",
		    "the hook of this %s runs %s, which does not exist any "
		    "more",
		    name, buf_str(&theirs));
		findings_run(&d->f, "exec %s", name);
	} else if (strcmp(m->version, MAIRU_VERSION) != 0) {
		findings_add(&d->f, FINDING_WARNING, "hook",
		    "the hook of this %s is that of another mairu than "
		    "this " MAIRU_VERSION,
		    name);
		findings_run(&d->f, "exec %s", name);
	} else if (self[0] != '\0' && !path_same(m->program, self)) {
		findings_add(&d->f, FINDING_WARNING, "hook",
		    "the hook of this %s runs %s, but this is %s", name,
		    buf_str(&theirs), buf_str(&ours));
		findings_run(&d->f, "exec %s", name);
	} else if (rc_has_line(m->shell, rc)) {
		findings_add(&d->f, FINDING_OK, "hook",
		    "%s has loaded it, and %s has its line", name,
		    buf_str(&rc_shown));
	} else {
		findings_add(&d->f, FINDING_OK, "hook",
		    "%s has loaded it, from elsewhere than %s", name,
		    buf_str(&rc_shown));
	}
	buf_release(&theirs);
	buf_release(&ours);
	buf_release(&rc_shown);
}

/* Not an interactive shell: a script, an editor, or a system that does not
 * tell. */
static void no_shell(struct doctor *d)
{
	enum shell sh = usual_shell();
	struct buf b = BUF_INIT(TEXT_MAX);
	char rc[PATH_MAX];

	if (sh == SHELL_UNKNOWN) {
		findings_add(&d->f, FINDING_WARNING, "hook",
		    "your shell ($SHELL) is none of bash, zsh and fish, which "
		    "have a hook; elsewhere there is: mairu exec auto");
		return;
	}
	rc_path(sh, rc);
	if (rc_has_line(sh, rc)) {
		path_text(&b, rc);
		findings_add(&d->f, FINDING_OK, "hook",
		    "not asked from an interactive shell; %s has its line",
		    buf_str(&b));
	} else {
		add_install(&b, sh, rc);
		findings_add(&d->f, FINDING_WARNING, "hook",
		    "%s does not load it", shell_name(sh));
		findings_run(&d->f, "%s", buf_str(&b));
	}
	buf_release(&b);
}

void doctor_hook(struct doctor *d)
{
	static struct hook_mark m; /* large */
	struct from f;

	hook_mark_read(&m);
	find_shell(&f);
	if (f.pid == 0)
		no_shell(d);
	else if (m.pid == f.pid && m.shell == f.shell)
		loaded(d, &m);
	else
		not_loaded(d, &f);
}
