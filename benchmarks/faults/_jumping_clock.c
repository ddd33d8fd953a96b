/* The clock on the wall is a day back as soon as the file JUMP exists: loaded before the C library (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, time);
    const char *jump = getenv("JUMP");
    if (!failed && clock == CLOCK_REALTIME && jump && !access(jump, F_OK)) time->tv_sec -= DAY;
    return failed;
}
