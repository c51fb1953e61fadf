/* Faults of the disk, put between a program and the C library (LD_PRELOAD).
 *
 * Only what concerns files whose path holds FAULT_UNDER counts. FAULT_AT=n ends the process (SIGKILL) before the n-th
 * such call. While the file FAULT_WHILE is there, calls that write (FAULT_CALL=write) or that ask the disk to confirm
 * (FAULT_CALL=sync) fail with the number FAULT_ERROR. FAULT_COUNT names a file that gets one byte a call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int concerns(int fd) {
    const char *under = getenv("FAULT_UNDER");
    char link[64], path[4096];
    if (!under) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, under) != NULL;
}

static int fails(int fd, const char *call) {
    if (!concerns(fd)) return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    const char *at = getenv("FAULT_AT"), *counted = getenv("FAULT_COUNT"), *during = getenv("FAULT_WHILE");
    if (counted) {
        int file = open(counted, O_WRONLY | O_APPEND | O_CREAT, 0600);
        if (file >= 0) { ssize_t (*put)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write"); put(file, ".", 1); close(file); }
    }
    if (at && number == atol(at)) kill(getpid(), SIGKILL);
    if (during && access(during, F_OK) == 0 && strcmp(getenv("FAULT_CALL"), call) == 0) {
        errno = atoi(getenv("FAULT_ERROR"));
        return 1;
    }
    return 0;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *from, size_t size) { REAL(write); return fails(fd, "write") ? -1 : real(fd, from, size); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { REAL(pwrite); return fails(fd, "write") ? -1 : real(fd, from, size, at); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { REAL(pwrite64); return fails(fd, "write") ? -1 : real(fd, from, size, at); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); return fails(fd, "write") ? -1 : real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); return fails(fd, "write") ? -1 : real(fd, size); }
int fsync(int fd) { REAL(fsync); return fails(fd, "sync") ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return fails(fd, "sync") ? -1 : real(fd); }
