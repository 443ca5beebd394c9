#include <catch2/catch.hpp>

#include "base/oid.hpp"

using gate::Oid;

TEST_CASE("an object name has 40 or 64 lower-case hex digits") {
  CHECK(Oid::parse(std::string(40, 'a')));
  CHECK(Oid::parse(std::string(64, '9')));
  CHECK_FALSE(Oid::parse(std::string(39, 'a')));
  CHECK_FALSE(Oid::parse(std::string(41, 'a')));
  CHECK_FALSE(Oid::parse(std::string(40, 'A')));
  CHECK_FALSE(Oid::parse(std::string(40, 'g')));
  CHECK_FALSE(Oid::parse(""));
}

TEST_CASE("zero means no object in both formats") {
  CHECK(Oid::parse(std::string(40, '0'))->is_zero());
  CHECK(Oid::parse(std::string(64, '0'))->is_zero());
  CHECK_FALSE(Oid::parse(std::string(39, '0') + "1")->is_zero());
  CHECK(Oid().is_zero());
}

TEST_CASE("the format follows from the length") {
  CHECK(Oid::parse(std::string(40, 'a'))->format() == "sha1");
  CHECK(Oid::parse(std::string(64, 'a'))->format() == "sha256");
}
