/* pair N INPUT A [ARG…] -- B [ARG…]: runs A and B in turn, N times each, with INPUT as standard input, and prints the mean
 * CPU time (user and system, of the process and all that it waited for; getrusage(2)) and the median wall time of each in
 * microseconds, and the ratios A/B. Started with vfork, so that the harness adds next to nothing. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct sample {
  double cpu;
  double wall;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double seconds(struct timeval t) { return (double)t.tv_sec * 1e6 + (double)t.tv_usec; }

static struct sample run(char** argv, const char* input) {
  const int in = open(input, O_RDONLY | O_CLOEXEC);
  const int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const double began = now();
  const pid_t pid = vfork();
  if (pid == 0) {
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    execvp(argv[0], argv);
    _exit(127);
  }
  int status = 0;
  struct rusage usage;
  wait4(pid, &status, 0, &usage);
  const struct sample taken = {seconds(usage.ru_utime) + seconds(usage.ru_stime), now() - began};
  close(in);
  close(out);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "pair: %s did not end with 0\n", argv[0]);
    exit(1);
  }
  return taken;
}

static int by_value(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

static double median(double* values, int n) {
  qsort(values, (size_t)n, sizeof *values, by_value);
  return values[n / 2];
}

int main(int argc, char** argv) {
  int split = 3;
  while (split < argc && strcmp(argv[split], "--") != 0) {
    ++split;
  }
  if (split >= argc - 1 || split == 3) {
    fprintf(stderr, "usage: pair N INPUT A [ARG...] -- B [ARG...]\n");
    return 2;
  }
  const int n = atoi(argv[1]);
  argv[split] = NULL;
  double* wall_a = calloc((size_t)n, sizeof *wall_a);
  double* wall_b = calloc((size_t)n, sizeof *wall_b);
  double cpu_a = 0, cpu_b = 0;
  for (int i = -3; i < n; ++i) { /* three rounds to warm up */
    const struct sample a = run(argv + 3, argv[2]);
    const struct sample b = run(argv + split + 1, argv[2]);
    if (i >= 0) {
      cpu_a += a.cpu / n;
      cpu_b += b.cpu / n;
      wall_a[i] = a.wall;
      wall_b[i] = b.wall;
    }
  }
  const double a = median(wall_a, n), b = median(wall_b, n);
  printf("cpu %.0f / %.0f us = %.2f   wall %.0f / %.0f us = %.2f\n", cpu_a, cpu_b, cpu_a / cpu_b, a, b, a / b);
  return 0;
}
