#include <catch2/catch.hpp>

#include "policy/suite_inputs.hpp"

using namespace gate;

namespace {

Suite with_env(std::map<std::string, std::string> env) {
  Suite suite;
  suite.name = "api";
  suite.place = {"gate.toml", 3, 1};
  suite.env = std::move(env);
  return suite;
}

std::optional<std::string> machine(const std::string& name) {
  return name == "HOST" ? std::optional<std::string>("db.example.org") : name == "EMPTY" ? std::optional<std::string>("") : std::nullopt;
}

} // namespace

TEST_CASE("each variable of the machine is put in where it is named, and what it holds is not looked at again") {
  CHECK(filled_env(with_env({{"A", "{\"u\": \"{env:HOST}\"}"}}), machine)->at("A") == "{\"u\": \"db.example.org\"}");
  const auto env = filled_env(with_env({{"A", "{env:HOST}:{env:HOST}"}, {"B", "plain"}, {"C", "x{env:EMPTY}y"}}), machine);
  REQUIRE(env);
  CHECK(*env == std::map<std::string, std::string>{{"A", "db.example.org:db.example.org"}, {"B", "plain"}, {"C", "xy"}});
  const auto twice = filled_env(with_env({{"A", "{env:HOST}"}}), [](const std::string&) { return std::optional<std::string>("{env:HOST}"); });
  CHECK(twice->at("A") == "{env:HOST}");
}

TEST_CASE("a variable that is not set is an error that names it, and no value") {
  const auto env = filled_env(with_env({{"A", "{env:HOST}"}, {"B", "{env:GONE}"}}), machine);
  REQUIRE_FALSE(env);
  CHECK(env.error().kind == ErrorKind::could_not_run);
  CHECK(env.error().message == "suite \"api\" needs the variable GONE, which is not set");
  CHECK(env.error().remedy.rfind("export GONE=", 0) == 0);
  CHECK(env.error().remedy.find("gate.toml:3") != std::string::npos);
  CHECK_FALSE(filled_env(with_env({{"A", "{env:HOST}"}}), {}));
  CHECK(filled_env(with_env({{"A", "plain"}}), {}));
}

TEST_CASE("an image moves unless it is named by its digest") {
  Suite suite;
  suite.source = ImageSource{"python:3.8"};
  REQUIRE(moving_image(suite) != nullptr);
  CHECK(*moving_image(suite) == "python:3.8");
  suite.source = ImageSource{"python:3.8@sha256:" + std::string(64, 'a')};
  CHECK(moving_image(suite) == nullptr);
  suite.source = BuildSource{};
  CHECK(moving_image(suite) == nullptr);
}
