#include "engine/compose_tool.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

using Argv = std::vector<std::string>;

const ComposeTool k_v1{ComposeTool::Generation::v1, {"docker-compose"}};
const ComposeTool k_v2{ComposeTool::Generation::v2, {"docker", "compose"}};
const ComposeUp k_up{"gate-1f", "/s/compose.json", "/t/sub", "/s/empty.env"};

} // namespace

TEST_CASE("config for both generations, relative paths being the file's folder's") {
  CHECK(config_argv(k_v1, "/t/sub/c.yml") == Argv{"docker-compose", "--project-name", "gate", "--file",
                                                  "/t/sub/c.yml", "--project-directory", "/t/sub", "config"});
  CHECK(config_argv(k_v2, "/t/sub/c.yml") == Argv{"docker", "compose", "--project-name", "gate", "--file",
                                                  "/t/sub/c.yml", "--project-directory", "/t/sub",
                                                  "--profile", "*", "config"});
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
