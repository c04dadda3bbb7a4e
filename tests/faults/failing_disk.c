/* A disk that fails on demand, for one file and its journal: preloaded into a process by tests/faults/disk.py.
 *
 * The file named by FAULTY_DISK_SWITCH holds a word and a number: "full 1", "write 3", "fsync 2", or is empty.
 * full: nothing can grow; write: no write succeeds; fsync: nothing is known to be on disk. With the number n, every
 * n-th such call fails. Only files whose name contains FAULTY_DISK_NAME are concerned.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned calls;

static int concerned(int fd) {
    char link[64], path[4096];
    const char *name = getenv("FAULTY_DISK_NAME");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || !name) return 0;
    path[length] = 0;
    return strstr(path, name) != NULL;
}

static int fails(int fd, const char *what) {
    char text[32] = "", word[16] = "";
    unsigned every = 0;
    const char *path = getenv("FAULTY_DISK_SWITCH");
    if (!path || !concerned(fd)) return 0;
    int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return 0;
    syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (sscanf(text, "%15s %u", word, &every) != 2 || every == 0 || strcmp(word, what) != 0) return 0;
    return __sync_add_and_fetch(&calls, 1) % every == 0;
}

static int refused(int fd, off_t end) {
    struct stat now;
    if (fails(fd, "write")) return EIO;
    if (fstat(fd, &now) == 0 && end > now.st_size && fails(fd, "full")) return ENOSPC;
    return 0;
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t offset) {
    int error = refused(fd, offset + (off_t)count);
    if (error) { errno = error; return -1; }
    return syscall(SYS_pwrite64, fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) { return write_at(fd, bytes, count, offset); }

ssize_t write(int fd, const void *bytes, size_t count) {
    int error = refused(fd, lseek(fd, 0, SEEK_CUR) + (off_t)count);
    if (error) { errno = error; return -1; }
    return syscall(SYS_write, fd, bytes, count);
}

static int flush(int fd, long call) {
    if (fails(fd, "fsync")) { errno = EIO; return -1; }
    return syscall(call, fd);
}

int fsync(int fd) { return flush(fd, SYS_fsync); }
int fdatasync(int fd) { return flush(fd, SYS_fdatasync); }
