#include <catch2/catch.hpp>

#include "cli/verify_image.hpp"

using namespace gate;

TEST_CASE("a word names an image where a registry's host or a digest is in it") {
  for (const char* word : {"registry.example.com/api", "registry.example.com/api:staging", "localhost/api", "localhost:5000/api", "127.0.0.1:5000/a/b:x", "api@sha256:00"}) {
    INFO(word);
    CHECK(is_name_of_image(word));
  }
}

TEST_CASE("what could be a mistyped revision names no image") {
  for (const char* word : {"origin/featur", "feature/v1.2", "alpine", "alpine:3", "HEAD:gate.toml", "HEAD@{1}", "v1.0", "localhost", ""}) {
    INFO(word);
    CHECK_FALSE(is_name_of_image(word));
  }
}
