#include <catch2/catch.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

TEST_CASE("without close_range it inherits no more") {
  const auto folder = TemporaryFolder::make("/tmp", "gate-detach-");
  REQUIRE(folder);
  Child child;
  const auto watched = watch_process(child.pid);
  REQUIRE(watched);
  const pid_t starter = fork();
  if (starter == 0) {
    sock_filter lines[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog program{4, lines};
    const bool filtered = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
    for (int leak = 0; leak < 100; ++leak) {
      static_cast<void>(dup(0));
    }
    const std::string script = "ls /proc/self/fd | tr '\\n' ' '; echo done";
    _exit(filtered && start_detached({"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin"}, folder->path() / "log", *watched) ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(starter, &status, 0) == starter);
  REQUIRE(status == 0);
  std::string said;
  for (int tries = 0; tries < 600 && said.find("done") == std::string::npos; ++tries) {
    usleep(50000);
    said = (*read_file(folder->path() / "log")).value_or("");
  }
  const int own = watched->get(); // and ls's own: the lowest that is free
  CHECK(said == "0 1 2 " + (own == 3 ? std::string("3 4") : "3 " + std::to_string(own)) + " done\n");
}

TEST_CASE("the nearest ancestor of a name is found, however many shells stand between") {
  const auto folder = TemporaryFolder::make("/tmp", "gate-git-");
  REQUIRE(folder);
  const auto git = folder->path() / "git";
  std::filesystem::copy_file("/bin/sh", git);
  const std::string script = "echo $$; sh -c 'sh -c \"echo \\$\\$; sleep 1; :\"; :'; :";
  std::string said;
  std::optional<pid_t> found;
  std::optional<pid_t> other;
  const auto end = run_streaming({{git.string(), "-c", script}, {"PATH=/usr/bin:/bin"}, {}}, {}, [&](std::string_view bytes) {
    said += bytes;
    if (const auto line = said.find('\n'); line + 1 < said.size() && said.back() == '\n') {
      found = ancestor_named("git", std::stoi(said.substr(line + 1)));
      other = ancestor_named("gi", std::stoi(said.substr(line + 1)));
    }
  });
  REQUIRE(end);
  CAPTURE(said);
  REQUIRE(found);
  CHECK(*found == std::stoi(said));
  CHECK_FALSE(other);
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
    const auto lock = FileLock::take(file, std::nullopt, interrupt, {});
    static_cast<void>(write(told[1], lock ? "y" : "n", 1));
    pause();
    _exit(0);
  }
  char answer = 0;
  REQUIRE(read(told[0], &answer, 1) == 1);
  REQUIRE(answer == 'y');
  CHECK_FALSE(FileLock::take(file, std::chrono::milliseconds(1), interrupt, {}));
  bool waited = false;
  const auto lock = FileLock::take(file, std::nullopt, interrupt, [&] {
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
