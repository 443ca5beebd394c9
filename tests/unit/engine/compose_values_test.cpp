#include "engine/compose_values.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace gate;

using Words = std::vector<std::string>;

TEST_CASE("commands are split into words as shlex splits them") {
  CHECK(split_words("sh -c 'sleep \"1 0\"; echo $HOME'") == Words{"sh", "-c", "sleep \"1 0\"; echo $HOME"});
  CHECK(split_words("a  b\tc\nd") == Words{"a", "b", "c", "d"});
  CHECK(split_words("\"a \\\"b\\\" \\n\" c\\ d e''f ''") == Words{"a \"b\" \\n", "c d", "ef", ""});
  CHECK(split_words("a#b # c") == Words{"a#b", "#", "c"});
  CHECK(split_words("'a\\'") == Words{"a\\"});
  CHECK(split_words("") == Words{});
  CHECK_FALSE(split_words("a 'b"));
  CHECK_FALSE(split_words("a \"b"));
  CHECK_FALSE(split_words("a\\"));
}

TEST_CASE("texts with escapes are plain, those with variables are not") {
  CHECK(plain_text("a$$b") == "a$b");
  CHECK(plain_text("$$$$") == "$$");
  CHECK(plain_text(7) == "7");
  CHECK_FALSE(plain_text("$A"));
  CHECK_FALSE(plain_text("a$"));
  CHECK_FALSE(plain_text(1.5));
  CHECK_FALSE(plain_text(true));
  CHECK_FALSE(plain_text(nullptr));
}

TEST_CASE("bytes, times and cores as compose reads them") {
  CHECK(parse_bytes("64m") == 64 << 20);
  CHECK(parse_bytes("64MB") == 64 << 20);
  CHECK(parse_bytes("1.5g") == 3 << 29);
  CHECK(parse_bytes("12b") == 12);
  CHECK(parse_bytes("12") == 12);
  CHECK(parse_bytes(12) == 12);
  for (const char* const text : {"", "m", "1x", "1mm", "-1", "1e9", "1..2", "99999999999999999999g"}) {
    INFO(text);
    CHECK_FALSE(parse_bytes(text));
  }
  CHECK(parse_nanoseconds("1m30s") == 90'000'000'000);
  CHECK(parse_nanoseconds("500ms") == 500'000'000);
  CHECK(parse_nanoseconds("0h") == 0);
  CHECK(parse_nanoseconds("1.5s") == 1'500'000'000);
  for (const char* const text : {"", "1", "s", "1d", "-1s", "1s "}) {
    INFO(text);
    CHECK_FALSE(parse_nanoseconds(text));
  }
  CHECK(parse_cores("0.5") == 500'000'000);
  CHECK(parse_cores(2) == 2'000'000'000);
  CHECK_FALSE(parse_cores("half"));
}

TEST_CASE("health checks in the Engine's words") {
  CHECK(parse_healthcheck(Json::parse(R"({"test": "curl x", "interval": "90s", "timeout": "500ms", "start_period": "0h", "retries": 3})")) ==
        Json::parse(R"({"Test": ["CMD-SHELL", "curl x"], "Interval": 90000000000, "Timeout": 500000000, "StartPeriod": 0, "Retries": 3})"));
  CHECK(parse_healthcheck(Json::parse(R"({"test": ["CMD", "true"]})")) == Json::parse(R"({"Test": ["CMD", "true"]})"));
  CHECK(parse_healthcheck(Json::parse(R"({"disable": true})")) == Json::parse(R"({"Test": ["NONE"]})"));
  CHECK_FALSE(parse_healthcheck(Json::parse(R"({"test": "x", "start_interval": "1s"})")));
  CHECK_FALSE(parse_healthcheck(Json::parse(R"({"test": "x", "interval": "soon"})")));
}
