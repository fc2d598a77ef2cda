#include "front/signin/browser_kind.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/sys/path.h"

enum {
	MAX_TEXT = 256 * 1024, /* bytes read of a file */
	MAX_NAME = 256,
};

static const char *const browsers[] = {"firefox", "firefox-esr", "chromium",
    "chromium-browser", "google-chrome", "google-chrome-stable",
    "google-chrome-beta", "brave-browser", "microsoft-edge", "vivaldi",
    "vivaldi-stable", "opera", "epiphany", "epiphany-browser", "falkon",
    "konqueror", "librewolf", "qutebrowser", "palemoon", NULL};

static int is_browser(const char *name)
{
	for (const char *const *b = browsers; *b != NULL; b++)
		if (strcmp(name, *b) == 0)
			return 1;
	return 0;
}

/* Reads a file, NUL-terminated; 0 if it can't be read. */
static int slurp(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char chunk[4096];
	ssize_t n = -1;

	buf_clear(out);
	while (
	    fd >= 0 && !out->failed && (n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 && n == 0 && !out->failed;
}

/* Finds the first word of a command on PATH. */
static int find(const char *command, char out[PATH_MAX])
{
	size_t word = strcspn(command, " \t\n");
	char path[PATH_MAX];

	if (memchr(command, '/', word) == NULL)
		return path_program(command, word, path) &&
		       realpath(path, out) != NULL;
	if (word >= sizeof(path))
		return 0;
	memcpy(path, command, word);
	path[word] = '\0';
	return realpath(path, out) != NULL;
}

static int is_confined(const char *text)
{
	return strstr(text, "/snap") != NULL || strstr(text, "flatpak") != NULL;
}

/* Ubuntu's /usr/bin/firefox is a script that starts the snap. */
static int is_script_of_one(const char *path)
{
	struct buf text = BUF_INIT(MAX_TEXT);
	char head[2] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC), is = 1;
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (fd >= 0)
		(void)close(fd);
	if (n == 2)
		is = memcmp(head, "#!", 2) == 0 &&
		     (!slurp(path, &text) || is_confined(buf_str(&text)));
	buf_release(&text);
	return is;
}

int browser_kind_is_plain(const char *command)
{
	char path[PATH_MAX], name[MAX_NAME];
	size_t word = strcspn(command, " \t\n"), from = word;

	while (from > 0 && command[from - 1] != '/')
		from--;
	if (word - from >= sizeof(name))
		return 0;
	memcpy(name, command + from, word - from);
	name[word - from] = '\0';
	return is_browser(name) && find(command, path) && !is_confined(path) &&
	       !is_script_of_one(path);
}

/* --- the desktop's (mime-apps-spec, desktop-entry-spec) */

/* Finds the value of "key=" in a [section], up to a semicolon or the end of the
 * line. */
static int value_of(
    struct buf *text, const char *section, const char *key, char *out)
{
	size_t len = strlen(key), n;
	const char *line = buf_str(text);
	int here = 0;

	for (; line != NULL && *line != '\0';
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		if (*line == '[')
			here = strncmp(line, section, strlen(section)) == 0;
		if (!here || strncmp(line, key, len) != 0 || line[len] != '=')
			continue;
		line += len + 1;
		n = strcspn(line, ";\r\n");
		if (n == 0 || n >= MAX_NAME)
			return 0;
		memcpy(out, line, n);
		out[n] = '\0';
		return 1;
	}
	return 0;
}

/* Calls look() with each "DIR/tail" of the data directories until it is 1. */
static int in_data(const char *tail, const char *also_config,
    int (*look)(const char *path, void *arg), void *arg)
{
	const char *home = getenv("HOME"), *own = getenv("XDG_DATA_HOME");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *dirs = getenv("XDG_DATA_DIRS");
	struct buf b = BUF_INIT(PATH_MAX);
	char path[PATH_MAX];
	int found = 0;

	if (also_config != NULL) {
		buf_addf(&b, "%s%s/%s", config && *config ? config : home,
		    config && *config ? "" : "/.config", also_config);
		found = !b.failed && look(buf_str(&b), arg);
	}
	buf_clear(&b);
	buf_addf(&b, "%s%s/%s", own && *own ? own : home,
	    own && *own ? "" : "/.local/share", tail);
	found = found || (!b.failed && look(buf_str(&b), arg));
	if (dirs == NULL || *dirs == '\0')
		dirs = "/usr/local/share:/usr/share";
	while (!found && path_next(&dirs, tail, strlen(tail), path))
		found = path[0] == '/' && look(path, arg);
	buf_release(&b);
	return found;
}

struct wanted {
	const char *section, *key;
	char value[MAX_NAME];
};

static int look_in(const char *path, void *arg)
{
	struct buf text = BUF_INIT(MAX_TEXT);
	struct wanted *w = arg;
	int found =
	    slurp(path, &text) && value_of(&text, w->section, w->key, w->value);

	buf_release(&text);
	return found;
}

int browser_kind_of_desktop(void)
{
	struct wanted http = {
	    "[Default Applications]", "x-scheme-handler/http", ""};
	struct wanted html = {"[Default Applications]", "text/html", ""};
	struct wanted exec = {"[Desktop Entry]", "Exec", ""};
	struct buf tail = BUF_INIT(PATH_MAX);
	int is = 0;

	if (getenv("HOME") == NULL)
		return 0;
	if (in_data("applications/mimeapps.list", "mimeapps.list", look_in,
		&http) &&
	    in_data("applications/mimeapps.list", "mimeapps.list", look_in,
		&html) &&
	    strcmp(http.value, html.value) == 0 &&
	    strchr(http.value, '/') == NULL) {
		buf_addf(&tail, "applications/%s", http.value);
		is = !tail.failed &&
		     in_data(buf_str(&tail), NULL, look_in, &exec) &&
		     !is_confined(exec.value) &&
		     browser_kind_is_plain(exec.value);
	}
	buf_release(&tail);
	return is;
}
