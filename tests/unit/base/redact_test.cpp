#include "base/redact.hpp"

#include <catch2/catch.hpp>

#include "base/ascii.hpp"

using namespace gate;

namespace {

// printf 'ada:pass/w+rd ÿ"' | base64
const std::string k_password = "pass/w+rd \xc3\xbf\"";
const std::string k_pair = "YWRhOnBhc3MvdytyZCDDvyI";

std::string redacted(const std::string& text) {
  Redactor redactor;
  redactor.add_login("ada", k_password);
  redactor.add("tok~en?>");
  return redactor.redacted(text);
}

} // namespace

TEST_CASE("a secret is taken out however it is spelled") {
  for (const std::string& spelling :
       {k_password, std::string("pass%2Fw%2Brd%20%C3%BF%22"), std::string("pass%2fw%2brd+%c3%bf%22"),
        std::string("pass/w+rd \xc3\xbf\\\""), std::string("pass\\/w\\u002brd \xc3\xbf\\u0022"),
        std::string("cGFzcy93K3JkIMO/Ig"), std::string("cGFzcy93K3JkIMO_Ig"), std::string("cGFzcy93K3JkIMO%2FIg"), k_pair,
        std::string("tok~en?>"), std::string("dG9rfmVuPz4"), std::string("tok~en%3F%3E")}) {
    CAPTURE(spelling);
    CHECK(redacted(spelling) == "***");
    CHECK(redacted("said \"" + spelling + "\", and " + spelling + ".") == "said \"***\", and ***.");
  }
  CHECK(redacted("ada:" + k_password) == "ada:***");
  CHECK(redacted("tok~en?>tok~en?>") == "***");
}

TEST_CASE("what is no secret stays") {
  for (const char* const text : {"", "a", "***", "the user ada", "pass", "tok", "100%", "\\", "%2", "basic", "Bearer ", "Basic realm=\"x\"",
                                 "Bearer authentication required", "basic auth is required here"}) {
    CAPTURE(text);
    CHECK(redacted(text) == text);
  }
  Redactor none;
  none.add("");
  CHECK(none.redacted("all of it") == "all of it");
}

TEST_CASE("a secret that was cut off is one still, once it can be told") {
  Redactor redactor;
  redactor.add("0123456789abcdefghij");
  CHECK(redactor.redacted("x 0123456789abcdefgh") == "x ***");
  CHECK(redactor.redacted("x 0123456789abcdef…") == "x ***…");
  CHECK(redactor.redacted("x 01234567 y") == "x 01234567 y");
}

TEST_CASE("a login that gate does not know is known by its scheme") {
  const Redactor none;
  CHECK(none.redacted("Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln refused") == "Authorization: Bearer *** refused");
  CHECK(none.redacted("{\"authorization\":\"basic YWRhOnBhc3N3b3Jk==\"}") == "{\"authorization\":\"basic ***\"}");
  CHECK(none.redacted("BEARER%20eyJhbGciOi.eyJzdWIi.c2ln") == "BEARER%20***");
}

TEST_CASE("long secrets that never quite fit cost no time") {
  Redactor redactor;
  redactor.add(std::string(200'000, 'a') + "b");
  CHECK(redactor.redacted(std::string(1'000'000, 'a')) == "***");
  CHECK(redactor.redacted("\xff" + std::string(3, 'a')) == "\xff" + std::string("aaa"));
}

TEST_CASE("small letters are ASCII's") { CHECK(lower("AZaz09-\xc3\x84") == "azaz09-\xc3\x84"); }
