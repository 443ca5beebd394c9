#include <catch2/catch.hpp>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "os/detach.hpp"
#include "os/file_lock.hpp"
#include "os/interrupt.hpp"

using namespace gate;

namespace {

// A child that ends when its pipe is closed.
struct Child {
  Child() {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid = fork();
    if (pid == 0) {
      close(ends[1]);
      char byte = 0;
      static_cast<void>(read(ends[0], &byte, 1));
      _exit(0);
    }
    close(ends[0]);
    leash = Fd(ends[1]);
  }
  ~Child() {
    end();
    waitpid(pid, nullptr, 0);
  }
  void end() { leash = Fd(); }

  pid_t pid = 0;
  Fd leash;
};

} // namespace

TEST_CASE("the end of a process is seen, and not before") {
  Child child;
  const auto watched = watch_process(child.pid);
  REQUIRE(watched);
  CHECK_FALSE(wait_for_end(watched->get(), std::chrono::seconds(0)));
  child.end();
  CHECK(wait_for_end(watched->get(), std::chrono::seconds(30)));
}

TEST_CASE("a process that is not there can't be watched") { CHECK_FALSE(watch_process(0x7ffffffe)); }

TEST_CASE("a detached program has a session of its own, its outputs in the log and one descriptor more") {
  const auto folder = TemporaryFolder::make("/tmp", "gate-detach-");
  REQUIRE(folder);
  Child child;
  const auto watched = watch_process(child.pid);
  REQUIRE(watched);
  const std::string descriptor = std::to_string(watched->get());
  const std::string script = "ls /proc/self/fd | tr '\\n' ' '; echo $MARK; ps -o sid= -p $$ | tr -d ' '; readlink /proc/self/fd/0; echo done >&2";
  REQUIRE(start_detached({"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin", "MARK=here"}, folder->path() / "log", *watched));
  std::string said;
  for (int tries = 0; tries < 600 && said.find("done") == std::string::npos; ++tries) {
    usleep(50000);
    said = (*read_file(folder->path() / "log")).value_or("");
  }
  CAPTURE(said);
  CHECK(said.find("here") != std::string::npos);
  CHECK(said.find(" " + descriptor + " ") != std::string::npos);
  CHECK(said.find("/dev/null") != std::string::npos);
  CHECK(said.find(std::to_string(getsid(0)) + "\n") == std::string::npos);
}

TEST_CASE("a program that is not there is not started, and the log still opens") {
  const auto folder = TemporaryFolder::make("/tmp", "gate-detach-");
  Child child;
  const auto watched = watch_process(child.pid);
  CHECK_FALSE(start_detached({"/bin/true"}, {}, folder->path() / "no" / "such" / "log", *watched));
}

TEST_CASE("a lock is held by one process at a time, and goes with it") {
  const auto folder = TemporaryFolder::make("/tmp", "gate-lock-");
  REQUIRE(folder);
  const auto file = folder->path() / "lock";
  const Interrupt interrupt;
  int told[2];
  REQUIRE(pipe(told) == 0);
  const pid_t holder = fork();
  if (holder == 0) {
    const auto lock = FileLock::take(file, interrupt, {});
    static_cast<void>(write(told[1], lock ? "y" : "n", 1));
    pause();
    _exit(0);
  }
  char answer = 0;
  REQUIRE(read(told[0], &answer, 1) == 1);
  REQUIRE(answer == 'y');
  bool waited = false;
  const auto lock = FileLock::take(file, interrupt, [&] {
    if (!waited) {
      waited = true;
      kill(holder, SIGKILL);
      waitpid(holder, nullptr, 0);
    }
  });
  CHECK(lock);
  CHECK(waited);
  close(told[0]);
  close(told[1]);
}
