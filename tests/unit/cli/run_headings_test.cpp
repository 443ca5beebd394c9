#include "cli/run_headings.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "os/files.hpp"

using namespace gate;

TEST_CASE("the headings of a log are told, clean, and nothing else of it") {
  const auto folder = *TemporaryFolder::make(std::filesystem::temp_directory_path(), "headings-");
  const auto log = folder.path() / "a.log";
  Suite suite;
  suite.name = "api";
  const Oid oid;
  const SuiteResult result{{suite, oid, oid, oid, Digest::of(""), {}, {}}, false, {}, {}, {log, folder.path() / "gone.log"}};
  const auto headings = [&](const std::string& content) {
    std::ofstream(log, std::ios::binary) << content;
    return headings_of({result});
  };
  CHECK(headings("==> compose starts the services: links\nout\n ==> no\n==> \x1b[2Jrunning") == "gate: api: compose starts the services: links\ngate: api: \\x1b[2Jrunning\n");
  CHECK(headings("").empty());
  // The middle of a long line is no line.
  CHECK(headings(std::string(4095, 'x') + "==> no\n==> yes\n") == "gate: api: yes\n");
  CHECK(headings(std::string(4094, 'x') + "\n==> yes") == "gate: api: yes\n");
  CHECK(headings("==> " + std::string(9000, 'y') + "\n==> z\n").find("gate: api: z\n") != std::string::npos);
}
