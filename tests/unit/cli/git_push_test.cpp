#include "cli/git_push.hpp"

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("a push is not told where the key lies that verdicts are signed with") {
  const Environment env{"PATH=/bin", "GATE_SIGNING_KEY=/run/secrets/key", "GATE_SKIP=the site is down", "GATE_SIGNING_KEYS=no secret", "GATE_SIGNING_KEY=fd:3"};
  CHECK(without_signing_key(env) == Environment{"PATH=/bin", "GATE_SKIP=the site is down", "GATE_SIGNING_KEYS=no secret"});
}

TEST_CASE("a push is marked with the repository that was judged, once") {
  const auto command = git_push({"--", "origin", "a:b"}, {"GATE_PUSH=/another/.git", "HOME=/home/me", "GATE_SIGNING_KEY=/k"}, "/here/.git");
  CHECK(command.argv == std::vector<std::string>{"git", "push", "--", "origin", "a:b"});
  CHECK(command.env == Environment{"HOME=/home/me", "GATE_PUSH=/here/.git"});
}
