#include <catch2/catch.hpp>

#include "policy/parse.hpp"
#include "policy/repin.hpp"

using namespace gate;

namespace {

const std::string k_a(40, 'a');
const std::string k_b(40, 'b');
const std::string k_c(40, 'c');
const std::string k_one(64, '1');
const std::string k_two(64, '2');

std::vector<Located<Extension::Pinned>> pins_of(const std::string& text) {
  const auto policy = parse_policy(text, "gate.toml", "0.1.0", PolicyRole::layer);
  REQUIRE(policy);
  std::vector<Located<Extension::Pinned>> pins;
  for (const auto& extension : policy->extends) {
    pins.push_back({std::get<Extension::Pinned>(extension.what), extension.place});
  }
  return pins;
}

std::string entry(const std::string& path, const std::string& rev, const std::string& sha256) {
  return "{ git = \"https://git.example.org/team\", rev = \"" + rev + "\", path = \"" + path + "\", sha256 = '" + sha256 + "' }";
}

} // namespace

TEST_CASE("only rev and sha256 of one pin change") {
  const auto text = [&](const std::string& first, const std::string& second) {
    return "# Zeichen: \xc3\xa4\xc3\xb6\r\nschema = 1\nextends = [ # both\n  " + first + ",\n  " + second + ", ] # " + k_a + "\n\n[[branch]]\nmatch = [\"x\"]\n";
  };
  const auto before = text(entry("a.toml", k_a, k_one), entry("b.toml", k_a, k_one));
  const auto pins = pins_of(before);
  REQUIRE(pins.size() == 2);
  const auto fresh = [&](std::size_t i) { return Extension::Pinned{pins[i].value.git, k_b, pins[i].value.path, k_two}; };
  CHECK(with_pin_moved(before, pins[0], fresh(0)) == text(entry("a.toml", k_b, k_two), entry("b.toml", k_a, k_one)));
  CHECK(with_pin_moved(before, pins[1], fresh(1)) == text(entry("a.toml", k_a, k_one), entry("b.toml", k_b, k_two)));
}

TEST_CASE("two pins on one line, keys in another order, and a longer object name") {
  const std::string first = "{ sha256 = \"" + k_one + "\", rev = \"" + k_a + "\", path = \"\xc3\xa4.toml\", git = \"https://git.example.org/team\" }";
  const std::string text = "schema = 1\nextends = [" + first + ", " + entry("b.toml", k_c, k_one) + "]\n";
  const auto pins = pins_of(text);
  auto fresh = pins[1].value;
  fresh.rev = k_two;
  fresh.sha256 = k_two;
  CHECK(with_pin_moved(text, pins[1], fresh) == "schema = 1\nextends = [" + first + ", " + entry("b.toml", k_two, k_two) + "]\n");
  fresh = pins[0].value;
  fresh.rev = k_two;
  const auto moved = with_pin_moved(text, pins[0], fresh);
  REQUIRE(moved);
  CHECK(pins_of(*moved)[0].value.rev == k_two);
  CHECK(pins_of(*moved)[0].value.sha256 == k_one);
  CHECK(pins_of(*moved)[1].value.rev == k_c);
}

TEST_CASE("a pin that is spelled with escapes is left to its author") {
  const std::string escaped = "\\u0061" + std::string(39, 'a');
  const std::string text = "schema = 1\nextends = [" + entry("a.toml", escaped, k_one) + ",\n" + entry("b.toml", k_a, k_one) + "]\n";
  const auto pins = pins_of(text);
  REQUIRE(pins[0].value.rev == k_a);
  auto fresh = pins[0].value;
  fresh.rev = k_b;
  CHECK_FALSE(with_pin_moved(text, pins[0], fresh));
}

TEST_CASE("the new pin has the digest of what was found") {
  const auto fresh = pin_of({"url", k_a, "a.toml", k_one}, k_b, "schema = 1\n");
  CHECK(fresh.rev == k_b);
  CHECK(fresh.path == "a.toml");
  CHECK(fresh.sha256 == "da93db77ebb07776dbd095f79fe28cbf4d42340c27bc33547ed7eeb2d3c93ea1");
}
