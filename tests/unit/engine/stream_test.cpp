#include "engine/stream.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

std::string frame(char stream, const std::string& payload) {
  const auto byte = [&](unsigned shift) { return static_cast<char>((payload.size() >> shift) & 0xffU); };
  return std::string{stream, 0, 0, 0, byte(24), byte(16), byte(8), byte(0)} + payload;
}

struct Reader {
  std::string text;
  FrameReader frames{[this](std::string_view bytes) { text += bytes; }};
};

} // namespace

TEST_CASE("frames of both outputs are joined in order") {
  Reader reader;
  CHECK(reader.frames.take(frame(1, "out\n") + frame(2, "err\n") + frame(1, "")));
  CHECK(reader.text == "out\nerr\n");
  CHECK(reader.frames.at_boundary());
}

TEST_CASE("frames may be split anywhere") {
  const std::string whole = frame(1, "hello ") + frame(2, std::string(300, 'x')) + frame(1, " world");
  for (std::size_t at = 0; at <= whole.size(); ++at) {
    Reader reader;
    REQUIRE(reader.frames.take(whole.substr(0, at)));
    REQUIRE(reader.frames.take(whole.substr(at)));
    REQUIRE(reader.text == "hello " + std::string(300, 'x') + " world");
    REQUIRE(reader.frames.at_boundary());
  }
  Reader reader;
  for (const char c : whole) {
    REQUIRE(reader.frames.take({&c, 1}));
  }
  CHECK(reader.text.size() == 312);
}

TEST_CASE("a stream that ends inside a frame is not at a boundary") {
  const std::string whole = frame(1, "hello");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Reader reader;
    REQUIRE(reader.frames.take(whole.substr(0, size)));
    REQUIRE_FALSE(reader.frames.at_boundary());
  }
}

TEST_CASE("what is no stream of frames is an error for good") {
  for (const std::string& garbage :
       {std::string("HTTP/1.1 500"), std::string("\x04\0\0\0\0\0\0\1x", 9),
        std::string("\x01\0\0\1\0\0\0\1x", 9), std::string("\x01\0\0\0\xff\xff\xff\xff", 8)}) {
    Reader reader;
    CHECK_FALSE(reader.frames.take(garbage));
    CHECK_FALSE(reader.frames.take(frame(1, "later")));
    CHECK_FALSE(reader.frames.at_boundary());
    CHECK(reader.text.empty());
  }
}

TEST_CASE("a frame over the limit is an error before its payload is taken") {
  Reader reader;
  const std::string head("\x01\0\0\0\x04\0\0\x01", 8); // 64 MiB and one byte
  CHECK_FALSE(reader.frames.take(head));
}
