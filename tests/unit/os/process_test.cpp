#include "os/process.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/interrupt.hpp"

using namespace gate;
using namespace std::chrono_literals;

namespace {

const Environment k_env{"PATH=/usr/bin:/bin", "GREETING=hello"};

Command shell(const std::string& script) {
  return {{"sh", "-c", script}, k_env, {}};
}

std::chrono::steady_clock::time_point in(std::chrono::milliseconds length) {
  return std::chrono::steady_clock::now() + length;
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

} // namespace

TEST_CASE("a program's exit code and both outputs are kept") {
  const auto result = run_captured(shell("echo out; echo err >&2; exit 3"));
  REQUIRE(result);
  CHECK(result->end.how == CommandEnd::How::exited);
  CHECK(result->end.code == 3);
  CHECK_FALSE(result->end.ok());
  CHECK(result->out == "out\n");
  CHECK(result->err == "err\n");
}

TEST_CASE("a program's end by a signal is told apart from an exit") {
  const auto result = run_captured(shell("kill -9 $$"));
  REQUIRE(result);
  CHECK(result->end.how == CommandEnd::How::signalled);
  CHECK(result->end.code == SIGKILL);
}

TEST_CASE("a program that can't be started is an error with the reason") {
  CHECK(run_captured({{"no-such-program"}, k_env, {}}).error().message ==
        "cannot find no-such-program in PATH");
  CHECK(run_captured({{"/etc/passwd"}, k_env, {}}).error().message ==
        "cannot start /etc/passwd: Permission denied");
  CHECK(run_captured({{"true"}, k_env, "/no/such/folder"}).error().message ==
        "cannot start /usr/bin/true: No such file or directory");
}

TEST_CASE("the child gets this environment and folder, and nothing else") {
  CHECK(run_captured(shell("echo $GREETING $HOME"))->out == "hello\n");
  CHECK(run_captured({{"pwd"}, k_env, "/usr/share"})->out == "/usr/share\n");
  CHECK(run_captured(shell("cat"))->out.empty());
}

TEST_CASE("the child reads its input to the end, whether it reads it or not") {
  CHECK(run_captured({{"cat"}, k_env, {}, "host.example.com"})->out == "host.example.com");
  CHECK(run_captured({{"true"}, k_env, {}, std::string(4096, 'x')})->end.ok());
  CHECK_FALSE(run_captured({{"cat"}, k_env, {}, std::string(4097, 'x')}));
}

TEST_CASE("the child inherits no descriptor and no ignored SIGPIPE") {
  const int leak = dup(0);
  const auto result =
      run_captured(shell("ls /proc/self/fd | wc -l; yes | head -1; grep SigBlk /proc/self/status"));
  close(leak);
  REQUIRE(result);
  CHECK(result->out == "4\ny\nSigBlk:\t0000000000000000\n"); // 0-2, and ls's own
}

TEST_CASE("the child has a session of its own, and so no terminal") {
  const auto result = run_captured(shell("cut -d' ' -f1,5,6 /proc/$$/stat; echo $$"));
  REQUIRE(result);
  const std::string id = result->out.substr(0, result->out.find(' '));
  CHECK(result->out == id + " " + id + " " + id + "\n" + id + "\n"); // itself, its group, its session
}

TEST_CASE("the deadline kills the whole process group") {
  const auto start = std::chrono::steady_clock::now();
  std::string output;
  const auto result = run_streaming(shell("trap '' TERM; sleep 60 & echo $!; wait"), {in(300ms), nullptr, {}},
                                    [&](std::string_view bytes) { output += bytes; });
  REQUIRE(result);
  CHECK(result->how == CommandEnd::How::timed_out);
  CHECK(since(start) < 5s);
  const pid_t grandchild = std::stoi(output);
  std::this_thread::sleep_for(50ms);
  const auto state = run_captured(shell("cut -d' ' -f3 /proc/" + std::to_string(grandchild) + "/stat"));
  CHECK((state->out.empty() || state->out == "Z\n"));
}

TEST_CASE("a grandchild that holds the pipe open does not hang us") {
  const auto start = std::chrono::steady_clock::now();
  const auto result = run_captured(shell("sleep 4 & echo done"));
  REQUIRE(result);
  CHECK(result->end.ok());
  CHECK(result->out == "done\n");
  CHECK(since(start) < 3s);
}

TEST_CASE("a grandchild that floods the pipe does not hang us") {
  const auto start = std::chrono::steady_clock::now();
  const auto result = run_streaming(shell("timeout 5 yes & exit 7"), {}, [](std::string_view) {});
  REQUIRE(result);
  CHECK(result->code == 7);
  CHECK(since(start) < 3s);
}

TEST_CASE("a child that closes its outputs is still waited for") {
  const auto result = run_captured(shell("exec >&- 2>&-; sleep 0.3; exit 5"));
  REQUIRE(result);
  CHECK(result->end.code == 5);
}

TEST_CASE("output of any size arrives whole") {
  std::size_t size = 0;
  const auto result = run_streaming(shell("head -c 50000000 /dev/zero"), {},
                                    [&](std::string_view bytes) { size += bytes.size(); });
  REQUIRE(result);
  CHECK(result->ok());
  CHECK(size == 50000000);
}

TEST_CASE("captured output has a limit") {
  CHECK(run_captured(shell("yes")).error().message == "a program wrote more than 16 MiB");
}

TEST_CASE("a tick comes about ten times a second") {
  int ticks = 0;
  REQUIRE(run_captured(shell("sleep 1"), {std::nullopt, nullptr, [&] { ++ticks; }}));
  CHECK(ticks >= 5);
  CHECK(ticks <= 11);
}

TEST_CASE("an interrupt kills the child, and is kept") {
  Interrupt interrupt;
  CHECK_FALSE(interrupt.raised());
  const auto start = std::chrono::steady_clock::now();
  std::thread sender([] {
    std::this_thread::sleep_for(200ms);
    kill(getpid(), SIGTERM);
  });
  const auto result = run_captured(shell("trap '' TERM; sleep 60"), {std::nullopt, &interrupt, {}});
  sender.join();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::interrupted);
  CHECK(since(start) < 5s);
  CHECK(interrupt.raised());
  CHECK(run_captured(shell("true"), {std::nullopt, &interrupt, {}}).error().kind == ErrorKind::interrupted);
}

TEST_CASE("an attached program's end is reported") {
  CHECK(run_attached(shell("exit 4"))->code == 4);
  CHECK_FALSE(run_attached({{"no-such-program"}, k_env, {}}));
}

TEST_CASE("variables and programs are found in the given environment only") {
  CHECK(value_of(k_env, "GREETING") == "hello");
  CHECK_FALSE(value_of(k_env, "GREET"));
  CHECK(find_program("sh", k_env) == "/usr/bin/sh");
  CHECK_FALSE(find_program("sh", {"PATH=/nowhere:.:"}));
}

TEST_CASE("a program is ended by whoever stops the run, as by an interrupt") {
  std::atomic<bool> stop{false};
  const auto start = std::chrono::steady_clock::now();
  const CommandLimits limits{std::nullopt, nullptr, [&] { stop = true; }, &stop};
  const auto result = run_captured(shell("sleep 60 & sleep 60"), limits);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::interrupted);
  CHECK(since(start) < 10s);
  // Nothing more is started then.
  CHECK(run_captured(shell("exit 0"), limits).error().kind == ErrorKind::interrupted);
}
