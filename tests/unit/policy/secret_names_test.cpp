#include "policy/secret_names.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using Names = std::vector<std::string>;

TEST_CASE("the variables of triggers and webhooks are known by their key, however it is written") {
  CHECK(secret_names_in("trigger = { env = \"DEPLOY\" }\nafter = { webhook = { env = 'HOOK' } }") == Names{"DEPLOY", "HOOK"});
  CHECK(secret_names_in("after.webhook.env=\"A\"\n[publish.x.after.webhook]\nenv\t= \"B\"\n\"env\" = \"C\"\nenv = \"A\"") == Names{"A", "B", "C"});
}

TEST_CASE("other variables hold no secrets") {
  CHECK(secret_names_in("env = { CI = \"1\" }\nto = \"{env:REGISTRY}/app\"\nmyenv = \"X\"\nmy_env = \"X\"\nenvironment = \"X\"").empty());
  CHECK(secret_names_in("env = \"not a name\"\nenv = \"\"\nenv =\nenv").empty());
  CHECK(secret_names_in("").empty());
}

TEST_CASE("no way to write a name in TOML hides it") {
  CHECK(secret_names_in(R"(after = { webhook = { env = "DEPLOY\u005FHOOK" } })") == Names{"DEPLOY_HOOK"});
  CHECK(secret_names_in(R"(trigger = { "\u0065nv" = "A" })") == Names{"A"});
  CHECK(secret_names_in("[x]\nenv = \"\"\"\nA\"\"\"\n[[y]]\nenv = '''\nB'''") == Names{"A", "B"});
  CHECK(secret_names_in("a = \"\\u005F\"\nenv = \"A\"\nbroken").size() == 1);
}
