#include "cli/run_display.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;
using Way = RunDisplay::Way;

namespace {

const RunDisplay::Clock::time_point k_begin{seconds(1000)};

std::vector<RunLine> runs(std::size_t count) {
  std::vector<RunLine> all;
  for (std::size_t i = 1; i <= count; ++i) {
    all.push_back({"s" + std::to_string(i), "running", seconds(12), {}});
  }
  return all;
}

} // namespace

TEST_CASE("runs stand in columns, with the usual duration where it is known") {
  CHECK(lines_of({{"api 2/4", "running python manage.py test", seconds(12), seconds(40), {}}, {"web", "building", milliseconds(400), {}}, {"slow", "running", seconds(50), seconds(40)}},
                 {100, 24}) == Lines{"gate: api 2/4  12 s of about 40 s  running python manage.py test",
                                     "gate: web      0.4 s               building",
                                     "gate: slow     50 s, usually 40 s  running"});
}

TEST_CASE("no line reaches the last column, whatever is in it") {
  CHECK(lines_of({{"api", "running a long command", seconds(12), {}}}, {20, 24}) == Lines{"gate: api  12 s  ru"});
  // Not in the middle of a character, and wide ones count twice.
  CHECK(lines_of({{"api", "\u6e2c\u8a66\u6e2c", seconds(12), {}}}, {23, 24}) == Lines{"gate: api  12 s  \u6e2c\u8a66"});
  CHECK(lines_of({{std::string(200, 'a'), "x", seconds(12), {}}}, {200, 24}) == Lines{"gate: " + std::string(40, 'a') + "  12 s  x"});
  for (unsigned width = 0; width < 30; ++width) {
    for (const auto& line : lines_of(runs(9), {width, 4})) {
      CHECK(line.size() <= (width > 1 ? width - 1 : 1));
    }
  }
}

TEST_CASE("there are never more lines than the screen has") {
  CHECK(lines_of(runs(3), {80, 4}).size() == 3);
  const Lines four = lines_of(runs(8), {80, 5});
  REQUIRE(four.size() == 4);
  CHECK(four[2] == "gate: s3  12 s  running");
  CHECK(four[3] == "gate: and 5 more");
  CHECK(lines_of(runs(8), {80, 1}) == Lines{"gate: s1  12 s  and 7 more  running"});
  CHECK(lines_of(runs(1), {80, 1}) == Lines{"gate: s1  12 s  running"});
  CHECK(lines_of({}, {80, 24}).empty());
}

TEST_CASE("lines are drawn over, and what has ended leaves one above them") {
  RunDisplay display(Way::lines);
  CHECK(display.step("api", "building", k_begin, {}) == "\rgate: api  0.0 s  building\x1b[J");
  CHECK(display.step("web", "building", k_begin + seconds(1), {}) == "\r\rgate: api  1.0 s  building\x1b[K\ngate: web  0.0 s  building\x1b[J");
  CHECK(display.tick(k_begin + milliseconds(1100), {}).empty());
  CHECK(display.tick(k_begin + seconds(2), {}) == "\r\x1b[1A\rgate: api  2.0 s  building\x1b[K\ngate: web  1.0 s  building\x1b[J");
  CHECK(display.ended("api", "passed", k_begin + seconds(38), {}) == "\r\x1b[1Agate: api  passed in 38 s\x1b[K\n\rgate: web  37 s  building\x1b[J");
  CHECK(display.ended("web", "timed out on attempt 2", k_begin + seconds(91), {}) == "\rgate: web  timed out on attempt 2 after 1 min 30 s\x1b[K\n\x1b[J");
  CHECK(display.tick(k_begin + seconds(95), {}).empty());
  CHECK(display.clear().empty());
}

TEST_CASE("a screen that has become narrower has wrapped what was drawn") {
  RunDisplay display(Way::lines);
  display.step("api", "running 34567890", k_begin, {80, 24}); // 33 columns
  CHECK(display.tick(k_begin + seconds(1), {20, 24}).rfind("\r\x1b[1A\r", 0) == 0);
  display.step("web", "x", k_begin, {20, 24});
  CHECK(display.clear() == "\r\x1b[1A\x1b[J");
}

TEST_CASE("without escape codes there is one line, and what was longer is wiped away") {
  RunDisplay display(Way::one_line);
  const std::string first = "gate: api  0.0 s  building";
  CHECK(display.step("api", "building", k_begin, {}) == "\r" + first);
  CHECK(display.step("web", "x", k_begin, {}) == "\r" + std::string(first.size(), ' ') + "\r\rgate: api  0.0 s  and 1 more  building");
  std::string text = display.ended("api", "failed", k_begin + seconds(3), {});
  text += display.clear();
  CHECK(text.find("gate: api  failed after 3.0 s\n\rgate: web") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("where nothing can be drawn over there are plain lines") {
  RunDisplay display(Way::plain);
  display.usual("api", seconds(90), k_begin);
  CHECK(display.tick(k_begin + seconds(30), {}).empty()); // no step to speak of yet
  CHECK(display.step("api", "building", k_begin, {}) == "gate: api: building\n");
  CHECK(display.step("web", "running", k_begin + seconds(20), {}) == "gate: web: running\n");
  CHECK(display.tick(k_begin + seconds(29), {}).empty());
  CHECK(display.tick(k_begin + seconds(30), {}) == "gate: api: still building, 30 s so far, usually 1 min 30 s\n");
  CHECK(display.tick(k_begin + seconds(50), {}) == "gate: web: still running, 30 s so far\n");
  CHECK(display.ended("api", "passed", k_begin + seconds(60), {}) == "gate: api: passed in 1 min 0 s\n");
  CHECK(display.tick(k_begin + seconds(200), {}) == "gate: web: still running, 3 min 0 s so far\n");
  CHECK(display.clear().empty());
  CHECK(display.tick(k_begin + seconds(400), {}).empty());
}

TEST_CASE("what comes from outside moves no cursor") {
  for (const auto way : {Way::plain, Way::one_line}) {
    RunDisplay display(way);
    std::string text = display.step("a\x1b[2J", "b\x1b[A\nc", k_begin, {});
    text += display.ended("a\x1b[2J", "failed\r", k_begin, {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("a\\x1b[2J") != std::string::npos);
    CHECK(text.find("\nc") == std::string::npos);
  }
}

TEST_CASE("bytes are told in thousands, and never more than there are") {
  CHECK(bytes_in_words(-1) == "0 B");
  CHECK(bytes_in_words(0) == "0 B");
  CHECK(bytes_in_words(999) == "999 B");
  CHECK(bytes_in_words(1000) == "1.0 kB");
  CHECK(bytes_in_words(9'999) == "9.9 kB");
  CHECK(bytes_in_words(10'000) == "10 kB");
  CHECK(bytes_in_words(999'999) == "999 kB");
  CHECK(bytes_in_words(1'000'000) == "1.0 MB");
  CHECK(bytes_in_words(60'300'000) == "60 MB");
  CHECK(bytes_in_words(4'250'000'000) == "4.2 GB");
  CHECK(bytes_in_words(9'223'372'036'854'775'807) == "9223372036 GB");
}

TEST_CASE("what a run does in detail stands below it, as far as there is room") {
  auto all = runs(2);
  all[0].below = {"one", "two", "three"};
  CHECK(lines_of(all, {80, 24}) == Lines{"gate: s1  12 s  running", "  one", "  two", "  three", "gate: s2  12 s  running"});
  CHECK(lines_of(all, {80, 6}) == Lines{"gate: s1  12 s  running", "  one", "  two", "  three", "gate: s2  12 s  running"});
  CHECK(lines_of(all, {80, 5}) == Lines{"gate: s1  12 s  running", "  one", "  and 2 more", "gate: s2  12 s  running"});
  CHECK(lines_of(all, {80, 4}) == Lines{"gate: s1  12 s  running", "  and 3 more", "gate: s2  12 s  running"});
  CHECK(lines_of(all, {80, 3}) == Lines{"gate: s1  12 s  running", "gate: s2  12 s  running"});
  CHECK(lines_of(all, {80, 2}) == Lines{"gate: s1  12 s  and 1 more  running"});
  CHECK(lines_of(all, {5, 24}) == Lines{"gate", "  on", "  tw", "  th", "gate"});
}

TEST_CASE("layers under way stand below what was begun last, until its next step") {
  RunDisplay display(Way::lines);
  CHECK(display.step("publish api", "pushing app:1", k_begin, {}) == "\rgate: publish api  0.0 s  pushing app:1\x1b[J");
  CHECK(display.sent("5f70bf18a086", 0, 60'000'000, k_begin + milliseconds(100), {}).empty());
  CHECK(display.sent("0123456789ab", 2'500'000, 0, k_begin + seconds(1), {}) ==
        "\r\rgate: publish api  1.0 s  pushing app:1\x1b[K\n  5f70bf18a086  0 B of 60 MB\x1b[K\n  0123456789ab  2.5 MB\x1b[J");
  CHECK(display.sent("5f70bf18a086", 12'100'000, 60'000'000, k_begin + milliseconds(1100), {}).empty());
  CHECK(display.tick(k_begin + seconds(2), {}) ==
        "\r\x1b[2A\rgate: publish api  2.0 s  pushing app:1\x1b[K\n  5f70bf18a086  12 MB of 60 MB\x1b[K\n  0123456789ab  2.5 MB\x1b[J");
  // One that has arrived, and one that was there.
  CHECK(display.sent("5f70bf18a086", 60'000'000, 60'000'000, k_begin + seconds(3), {}) ==
        "\r\x1b[2A\rgate: publish api  3.0 s  pushing app:1\x1b[K\n  0123456789ab  2.5 MB\x1b[J");
  CHECK(display.sent("fedcba987655", 0, 0, k_begin + milliseconds(3050), {}).empty());
  CHECK(display.sent("fedcba987654", 7, 7, k_begin + milliseconds(3100), {}).empty());
  CHECK(display.step("publish api", "moving the tag x", k_begin + seconds(4), {}) == "\r\x1b[1A\rgate: publish api  4.0 s  moving the tag x\x1b[J");
  CHECK(display.clear() == "\r\x1b[J");
}

TEST_CASE("where nothing or one line only is drawn over, layers are not shown") {
  RunDisplay plain(Way::plain);
  plain.step("publish api", "pushing app:1", k_begin, {});
  CHECK(plain.sent("5f70bf18a086", 1, 2, k_begin + seconds(60), {}).empty());
  CHECK(plain.tick(k_begin + seconds(60), {}) == "gate: publish api: still pushing app:1, 1 min 0 s so far\n");
  RunDisplay one(Way::one_line);
  one.step("publish api", "x", k_begin, {});
  CHECK(one.sent("5f70bf18a086", 1, 2, k_begin + seconds(1), {}).find("5f70") == std::string::npos);
}

TEST_CASE("a layer's name is foreign") {
  RunDisplay display(Way::lines);
  display.step("publish api", "x", k_begin, {});
  CHECK(display.sent("\x1b[2J\n", 1, 2, k_begin + seconds(1), {}).find("[2J\n") == std::string::npos);
}

TEST_CASE("what is said stays above the running lines") {
  RunDisplay lines(Way::lines);
  CHECK(lines.say("gate: a\n", k_begin, {}) == "gate: a\n");
  lines.step("api", "building", k_begin, {});
  lines.step("web", "building", k_begin, {});
  CHECK(lines.say("gate: a\n      b\n", k_begin + seconds(1), {}) ==
        "\r\x1b[1A\x1b[Jgate: a\n      b\n\rgate: api  1.0 s  building\x1b[K\ngate: web  1.0 s  building\x1b[J");
  RunDisplay one(Way::one_line);
  one.step("api", "x", k_begin, {});
  CHECK(one.say("gate: a\n", k_begin + seconds(1), {}) == "\r" + std::string(19, ' ') + "\rgate: a\n\rgate: api  1.0 s  x");
  RunDisplay plain(Way::plain);
  plain.step("api", "x", k_begin, {});
  CHECK(plain.say("gate: a\n", k_begin, {}) == "gate: a\n");
}
