#include <catch2/catch.hpp>

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/sharing.hpp"

using namespace gate;

TEST_CASE("the descriptor that the signing key is read from is not inherited by what is started; no other is touched") {
  const int key = ::open("/dev/null", O_RDONLY);
  const int other = ::open("/dev/null", O_RDONLY);
  REQUIRE(key >= 0);
  REQUIRE(other >= 0);
  keep_key_from_children({"GATE_SIGNING_KEY=/run/secrets/fd:" + std::to_string(key)});
  keep_key_from_children({"GATE_SIGNING_KEY=fd:"});
  keep_key_from_children({"GATE_SIGNING_KEY=fd:99999"});
  keep_key_from_children({});
  CHECK((::fcntl(key, F_GETFD) & FD_CLOEXEC) == 0);
  keep_key_from_children({"GATE_SIGNING_KEY=fd:" + std::to_string(key)});
  CHECK((::fcntl(key, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(other, F_GETFD) & FD_CLOEXEC) == 0);
  ::close(key);
  ::close(other);
}

TEST_CASE("a key that comes through a pipe can be read more than once, and is not inherited") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  REQUIRE(::write(ends[1], "the key", 7) == 7);
  ::close(ends[1]);
  const Environment env{"GATE_SIGNING_KEY=fd:" + std::to_string(ends[0])};
  for (int time = 0; time < 3; ++time) {
    make_key_rereadable(env);
    std::array<char, 100> bytes{};
    CHECK(::pread(ends[0], bytes.data(), bytes.size(), 0) == 7);
    CHECK(std::string(bytes.data()) == "the key");
  }
  CHECK((::fcntl(ends[0], F_GETFD) & FD_CLOEXEC) != 0);
  ::close(ends[0]);
  make_key_rereadable(env); // no longer open
  make_key_rereadable({});
}

TEST_CASE("a file that the key is read from stays that file") {
  const int file = ::open("/proc/self/exe", O_RDONLY);
  struct stat before {};
  struct stat after {};
  REQUIRE(::fstat(file, &before) == 0);
  make_key_rereadable({"GATE_SIGNING_KEY=fd:" + std::to_string(file)});
  REQUIRE(::fstat(file, &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  ::close(file);
}
