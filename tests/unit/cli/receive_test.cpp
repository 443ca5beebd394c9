#include <catch2/catch.hpp>

#include "cli/receive.hpp"

using namespace gate;

namespace {

const std::string k_a(40, 'a');
const std::string k_b(40, 'b');

Environment with_options(const std::vector<std::string>& options) {
  Environment env = {"GIT_PUSH_OPTION_COUNT=" + std::to_string(options.size())};
  for (std::size_t i = 0; i < options.size(); ++i) {
    env.push_back("GIT_PUSH_OPTION_" + std::to_string(i) + "=" + options[i]);
  }
  return env;
}

Environment signed_by(const std::string& signer) {
  Environment env = with_options({"gate.skip=why"});
  for (const auto& variable : {"GIT_PUSH_CERT=" + k_a, std::string("GIT_PUSH_CERT_STATUS=G"), std::string("GIT_PUSH_CERT_NONCE_STATUS=OK"), "GIT_PUSH_CERT_SIGNER=" + signer}) {
    env.push_back(variable);
  }
  return env;
}

void set(Environment& env, const std::string& name, const std::string& value) {
  for (auto& variable : env) {
    if (variable.rfind(name + "=", 0) == 0) {
      variable = name + "=" + value;
    }
  }
}

std::string who(const Environment& env) { return (*bypass_from_push_options(env))->who; }

} // namespace

TEST_CASE("a received update is old, new and ref") {
  const auto updates = parse_received_updates(k_a + " " + k_b + " refs/heads/a\n" + k_b + " " + std::string(40, '0') + " refs/tags/v1\n");
  REQUIRE(updates);
  REQUIRE(updates->size() == 2);
  CHECK(updates->at(0).old_oid.hex() == k_a);
  CHECK(updates->at(0).new_oid.hex() == k_b);
  CHECK(updates->at(0).ref.full() == "refs/heads/a");
  CHECK(updates->at(1).removes());
}

TEST_CASE("anything else is refused") {
  for (const std::string& text : {std::string(), std::string("\n"), k_a + " " + k_b + " refs/heads/a", k_a + "  " + k_b + " refs/heads/a\n", k_a + " " + k_b + " refs/heads/a \n",
                                  k_a + " " + k_b + "\n", k_a + " " + k_b + " HEAD\n", "A" + k_a + " " + k_b + " refs/heads/a\n", k_a + " " + std::string(64, 'b') + " refs/heads/a\n",
                                  k_a + " " + k_b + " refs/heads/a\n" + k_a + " " + k_b + " refs/heads/a\n", k_a + " " + k_b + " refs/heads/a\r\n"}) {
    INFO(text);
    CHECK_FALSE(parse_received_updates(text));
  }
}

TEST_CASE("a bypass is the push option gate.skip, once and with a reason") {
  CHECK_FALSE(bypass_from_push_options({})->has_value());
  CHECK_FALSE(bypass_from_push_options(with_options({}))->has_value());
  CHECK_FALSE(bypass_from_push_options(with_options({"ci.skip", "topic=x"}))->has_value());
  const auto asked = bypass_from_push_options(with_options({"ci.skip", "gate.skip=a=b"}));
  REQUIRE(asked);
  REQUIRE(asked->has_value());
  CHECK((*asked)->reason == "a=b");
  CHECK((*asked)->who.empty());
  for (const auto& options : std::vector<std::vector<std::string>>{{"gate.skip"}, {"gate.skip="}, {"gate.skip= "}, {"gate.skip=a\nb"}, {"gate.skip=" + std::string(1001, 'x')}, {"gate.skip=a", "gate.skip=a"}, {"gate.Skip=a"}, {"gate."}}) {
    const auto refused = bypass_from_push_options(with_options(options));
    INFO(options[0].substr(0, 50));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("push options that can't be read are not guessed") {
  CHECK_FALSE(bypass_from_push_options({"GIT_PUSH_OPTION_COUNT=x"}));
  CHECK_FALSE(bypass_from_push_options({"GIT_PUSH_OPTION_COUNT="}));
  CHECK_FALSE(bypass_from_push_options({"GIT_PUSH_OPTION_COUNT=-1"}));
  CHECK_FALSE(bypass_from_push_options({"GIT_PUSH_OPTION_COUNT=99999999999"}));
  CHECK_FALSE(bypass_from_push_options({"GIT_PUSH_OPTION_COUNT=2", "GIT_PUSH_OPTION_0=a"}));
}

TEST_CASE("only a good and fresh certificate says who pushes") {
  CHECK(who(signed_by("lead@example.org")) == "lead@example.org");
  CHECK(who(signed_by("A Lead <lead@example.org>")) == "lead@example.org");
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"GIT_PUSH_CERT_STATUS", "U"}, {"GIT_PUSH_CERT_STATUS", "B"}, {"GIT_PUSH_CERT_STATUS", ""}, {"GIT_PUSH_CERT_NONCE_STATUS", "BAD"},
           {"GIT_PUSH_CERT_NONCE_STATUS", "MISSING"}, {"GIT_PUSH_CERT_NONCE_STATUS", "UNSOLICITED"}, {"GIT_PUSH_CERT", std::string(40, '0')}, {"GIT_PUSH_CERT", ""}}) {
    Environment env = signed_by("lead@example.org");
    set(env, name, value);
    INFO(name << "=" << value);
    CHECK(who(env).empty());
  }
  Environment slow = signed_by("lead@example.org");
  set(slow, "GIT_PUSH_CERT_NONCE_STATUS", "SLOP");
  CHECK(who(slow) == "lead@example.org");
}
