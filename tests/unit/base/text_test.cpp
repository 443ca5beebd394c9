#include <catch2/catch.hpp>

#include "base/diagnostic.hpp"
#include "base/digest.hpp"
#include "base/duration.hpp"
#include "base/near_miss.hpp"

using namespace std::chrono_literals;

TEST_CASE("SHA-256 agrees with FIPS 180-2's examples") {
  CHECK(gate::Digest::of("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(gate::Digest::of("").str() == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a digest is read from 64 lower-case hex digits only") {
  CHECK(gate::Digest::parse(std::string(64, 'a')));
  CHECK_FALSE(gate::Digest::parse(std::string(63, 'a')));
  CHECK_FALSE(gate::Digest::parse(std::string(64, 'A')));
}

TEST_CASE("durations are a whole number and a unit, up to a day") {
  CHECK(gate::parse_duration("90s") == 90s);
  CHECK(gate::parse_duration("10m") == 10min);
  CHECK(gate::parse_duration("24h") == 24h);
  for (const char* text : {"", "s", "10", "0s", "-1s", "1.5h", "25h", "1d", "10 m", "m10", "99999999999999999999s", "86401s"}) {
    INFO(text);
    CHECK_FALSE(gate::parse_duration(text));
  }
}

TEST_CASE("durations are written for people") {
  CHECK(gate::format_duration(430ms) == "0.4 s");
  CHECK(gate::format_duration(12s) == "12 s");
  CHECK(gate::format_duration(200s) == "3 min 20 s");
}

TEST_CASE("a near miss is found, a far one is not") {
  const std::vector<std::string> known = {"match", "allow", "from", "require"};
  CHECK(gate::near_miss("alow", known) == "allow");
  CHECK(gate::near_miss("requires", known) == "require");
  CHECK(gate::near_miss("form", known) == "from");
  CHECK_FALSE(gate::near_miss("enforcement", known));
  CHECK_FALSE(gate::near_miss(std::string(5000, 'x'), known));
}

TEST_CASE("a place names line and column unless it is the whole file") {
  CHECK(gate::Place{"gate.toml", 3, 7}.str() == "gate.toml:3:7");
  CHECK(gate::Place{"gate.toml", 0, 0}.str() == "gate.toml");
}
