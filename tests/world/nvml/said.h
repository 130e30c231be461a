/* What a stand-in of a driver's library answers: it stands in the file that DRIVER_SAYS names, a line each:
 *     DEVICE CALL ANSWER
 * DEVICE is "-" for the whole machine, "0" for a GPU, "0/2" for a slot of its MIG; CALL a symbol, or "*" for every one
 * of that device. In an ANSWER, \xHH is a byte. "!15" is the library's error 15, "!15@3" the same from the third time on;
 * "!hang" never returns, "!crash" ends the process by SIGSEGV. With DRIVER_TOLD, each call is written to that file.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NO_LINE = -1, OK = 0, LINES = 4096 };
typedef struct { int code, length; const char *text; } answer_t;

static struct { char where[16], call[64], answer[2048]; int length, asked; } said[LINES];
static int lines = -1;

static int unescaped(char *text) {
    char *to = text;
    for (char *from = text; *from; from++) {
        unsigned byte;
        if (from[0] == '\\' && from[1] == 'x' && sscanf(from + 2, "%2x", &byte) == 1) {
            *to++ = (char)byte;
            from += 3;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
    return (int)(to - text);
}

/* 0, or 1 where there is no such file. */
static int read_lines(void) {
    FILE *file = fopen(getenv("DRIVER_SAYS") ? getenv("DRIVER_SAYS") : "", "r");
    if (!file) return 1;
    memset(said, 0, sizeof said);
    for (lines = 0; lines < LINES && fscanf(file, "%15s %63s %2047[^\n]", said[lines].where, said[lines].call,
                                            said[lines].answer) >= 2; lines++)
        said[lines].length = unescaped(said[lines].answer);
    fclose(file);
    return 0;
}

/* The answer to a call, or its error; NO_LINE where nothing is said of it. */
static answer_t asked(const char *where, const char *call) {
    if (getenv("DRIVER_TOLD")) {
        FILE *file = fopen(getenv("DRIVER_TOLD"), "a");
        if (file) { fprintf(file, "%s\n", call); fclose(file); }
    }
    int found = -1;
    for (int i = 0; i < lines; i++) {
        if (strcmp(said[i].where, where) || (strcmp(said[i].call, call) && strcmp(said[i].call, "*"))) continue;
        said[i].asked++;
        if (said[i].answer[0] == '!') {
            char *at = strchr(said[i].answer, '@');
            if (at && said[i].asked < atoi(at + 1)) continue;
            if (!strcmp(said[i].answer, "!hang")) for (;;) pause();
            if (!strcmp(said[i].answer, "!crash")) { signal(SIGSEGV, SIG_DFL); raise(SIGSEGV); }
            return (answer_t){atoi(said[i].answer + 1), 0, 0};
        }
        if (found < 0) found = i;
    }
    if (found < 0) return (answer_t){NO_LINE, 0, 0};
    return (answer_t){OK, said[found].length, said[found].answer};
}
