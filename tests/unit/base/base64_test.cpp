#include "base/base64.hpp"

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("base 64 goes both ways") {
  for (const char* const text : {"", "a", "ab", "abc", "abcd", "\xff\xfe?>"}) {
    CHECK(from_base64(base64(text)) == text);
  }
  // RFC 4648, section 10
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("base 64 is read in both alphabets, with and without its padding") {
  CHECK(from_base64("Zm9vYmE") == "fooba");
  CHECK(from_base64("//79") == "\xff\xfe\xfd");
  CHECK(from_base64("__79") == "\xff\xfe\xfd");
}

TEST_CASE("what is no base 64 is nothing") {
  for (const char* const text : {"b", "bWU6!2Vj", "Zm9v Zm9v", "Zg=a", "Zh==", "Zm9vYmF="}) {
    INFO(text);
    CHECK_FALSE(from_base64(text));
  }
}
