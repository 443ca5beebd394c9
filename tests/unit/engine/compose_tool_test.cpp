#include "engine/compose_tool.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "os/files.hpp"

using namespace gate;

namespace {

using Argv = std::vector<std::string>;

const ComposeTool k_v1{ComposeTool::Generation::v1, {"docker-compose"}};
const ComposeTool k_v2{ComposeTool::Generation::v2, {"docker", "compose"}};
const ComposeUp k_up{"gate-1f", "/s/compose.json", "/t/sub", "/s/empty.env"};

} // namespace

TEST_CASE("config for both generations, relative paths being the file's folder's") {
  CHECK(config_argv(k_v1, {"/t/sub/c.yml"}) == Argv{"docker-compose", "--project-name", "gate", "--file",
                                                  "/t/sub/c.yml", "--project-directory", "/t/sub", "config"});
  CHECK(config_argv(k_v2, {"/t/sub/c.yml"}) == Argv{"docker", "compose", "--project-name", "gate", "--file",
                                                  "/t/sub/c.yml", "--project-directory", "/t/sub",
                                                  "--profile", "*", "config"});
}

TEST_CASE("config of several files in their order, seen from the first one's folder") {
  CHECK(config_argv(k_v1, {"/t/sub/a.yml", "/t/b.yml"}) == Argv{"docker-compose", "--project-name", "gate", "--file", "/t/sub/a.yml", "--file", "/t/b.yml",
                                                                "--project-directory", "/t/sub", "config"});
  CHECK(config_argv(k_v2, {"/t/a.yml", "/t/b.yml"}) == Argv{"docker", "compose", "--project-name", "gate", "--file", "/t/a.yml", "--file", "/t/b.yml",
                                                            "--project-directory", "/t", "--profile", "*", "config"});
}

TEST_CASE("another compose has another print, and no compose has none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "compose-").value();
  const Environment env{"PATH=" + folder.path().string(), "HOME=" + folder.path().string()};
  const std::string none = compose_fingerprint(env);
  REQUIRE(write_file(folder.path() / "docker-compose", "1", 0755));
  const std::string first = compose_fingerprint(env);
  CHECK(first != none);
  CHECK(first == compose_fingerprint(env));
  REQUIRE(write_file(folder.path() / "docker-compose", "22", 0755));
  CHECK(first != compose_fingerprint(env));
  REQUIRE(write_file(folder.path() / ".docker" / "cli-plugins" / "docker-compose", "3", 0755));
  CHECK(compose_fingerprint(env).find("cli-plugins") != std::string::npos);
}

TEST_CASE("up for both generations builds nothing and reads no .env") {
  CHECK(up_argv(k_v1, k_up) == Argv{"docker-compose", "--ansi", "never", "--project-name", "gate-1f",
                                    "--file", "/s/compose.json", "--project-directory", "/t/sub",
                                    "--env-file", "/s/empty.env", "up", "--detach", "--no-build"});
  CHECK(up_argv(k_v2, k_up) == Argv{"docker", "compose", "--ansi", "never", "--project-name", "gate-1f",
                                    "--file", "/s/compose.json", "--project-directory", "/t/sub",
                                    "--env-file", "/s/empty.env", "up", "--detach", "--no-build", "--pull",
                                    "never", "--quiet-pull"});
}
