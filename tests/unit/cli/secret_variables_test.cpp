#include "cli/secret_variables.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using Names = std::vector<std::string>;

TEST_CASE("the variables of triggers and webhooks are known by their key, however it is written") {
  CHECK(secret_variables_in("trigger = { env = \"DEPLOY\" }\nafter = { webhook = { env = 'HOOK' } }") == Names{"DEPLOY", "HOOK"});
  CHECK(secret_variables_in("after.webhook.env=\"A\"\n[publish.x.after.webhook]\nenv\t= \"B\"\n\"env\" = \"C\"\nenv = \"A\"") == Names{"A", "B", "C"});
}

TEST_CASE("other variables hold no secrets") {
  CHECK(secret_variables_in("env = { CI = \"1\" }\nto = \"{env:REGISTRY}/app\"\nmyenv = \"X\"\nmy_env = \"X\"\nenvironment = \"X\"").empty());
  CHECK(secret_variables_in("env = \"not a name\"\nenv = \"\"\nenv =\nenv").empty());
  CHECK(secret_variables_in("").empty());
}
