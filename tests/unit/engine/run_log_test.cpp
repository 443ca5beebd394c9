#include "engine/run_log.hpp"

#include <filesystem>
#include <string>

#include <sys/stat.h>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

struct LogFile {
  TemporaryFolder folder =
      std::move(*TemporaryFolder::make(std::filesystem::temp_directory_path(), "gate-test-"));
  std::filesystem::path path = folder.path() / "log";

  std::string text() const { return **read_file(path, 1U << 20U); }
};

} // namespace

TEST_CASE("the whole output is in the file, under the headings of its parts") {
  LogFile file;
  RunLog log = *RunLog::open(file.path);
  log.heading("building api");
  log.append("no end of line");
  log.heading("running true");
  log.append("one\ntwo\n");
  CHECK(file.text() == "==> building api\nno end of line\n==> running true\none\ntwo\n");
  CHECK(log.written());
  struct stat info {};
  REQUIRE(stat(file.path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
}

TEST_CASE("the tail has the last lines of the last part only") {
  LogFile file;
  RunLog log = *RunLog::open(file.path);
  log.append("of the build\n");
  log.heading("running");
  CHECK(log.tail().empty());
  for (int i = 0; i < 100; ++i) {
    log.append(std::to_string(i) + "\n");
  }
  log.append_aside("not decisive\n");
  const std::string tail = log.tail();
  CHECK(tail.substr(0, 6) == "60\n61\n");
  CHECK(tail.substr(tail.size() - 3) == "99\n");
}

TEST_CASE("a last line without an end is in the tail") {
  LogFile file;
  RunLog log = *RunLog::open(file.path);
  log.append("a\nb");
  log.append("c");
  CHECK(log.tail() == "a\nbc\n");
}

TEST_CASE("an endless line does not fill the memory") {
  LogFile file;
  RunLog log = *RunLog::open(file.path);
  for (int i = 0; i < 100; ++i) {
    log.append(std::string(1000, 'x'));
  }
  log.append("\nend\n");
  CHECK(log.tail() == std::string(RunLog::k_line_limit, 'x') + "\nend\n");
  CHECK(file.text().size() == 100 * 1000 + 5);
}

TEST_CASE("a log that is full says so once, and the tail goes on") {
  LogFile file;
  RunLog log = *RunLog::open(file.path, 10);
  log.append("12345\n");
  log.append("6789012345\n");
  log.append("more\n");
  CHECK(file.text() == "12345\n6789\n==> the log is full; what follows is not kept\n");
  CHECK(log.tail() == "12345\n6789012345\nmore\n");
  CHECK(log.written());
}

TEST_CASE("a log that can't be opened or written is an error with the path") {
  LogFile file;
  CHECK_FALSE(RunLog::open(file.folder.path() / "no" / "log"));
  std::filesystem::create_symlink("/etc/passwd", file.path);
  CHECK_FALSE(RunLog::open(file.path));
  Result<RunLog> full = RunLog::open("/dev/full");
  REQUIRE(full);
  full->append("x");
  REQUIRE_FALSE(full->written());
  CHECK(full->written().error().message.find("/dev/full") != std::string::npos);
}
