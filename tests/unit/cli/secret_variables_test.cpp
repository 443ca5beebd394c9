#include "cli/secret_variables.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "os/files.hpp"

using namespace gate;

namespace fs = std::filesystem;

TEST_CASE("names that were seen once are remembered, and nothing else") {
  const auto folder = TemporaryFolder::make(fs::temp_directory_path(), "gate-seen-");
  REQUIRE(folder);
  const SeenVariables seen(folder->path());
  const fs::path file = folder->path() / "gate" / "secret-variables";
  CHECK(seen.names().empty());
  seen.remember({});
  CHECK_FALSE(fs::exists(file));
  seen.remember({"A", "not a name"});
  seen.remember({"B", "A"});
  CHECK(seen.names() == std::vector<std::string>{"A", "B"});
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  std::ofstream(file, std::ios::app) << "x=y\nC";
  CHECK(seen.names() == std::vector<std::string>{"A", "B", "C"});
  std::vector<std::string> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back("V" + std::to_string(i));
  }
  seen.remember(many);
  CHECK(seen.names().size() == 64);
  CHECK(seen.names().back() == "V99");
}
