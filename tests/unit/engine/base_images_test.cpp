#include "engine/base_images.hpp"

#include <catch2/catch.hpp>

using namespace gate;

namespace {

using Images = std::vector<std::string>;

std::optional<Images> resolved(std::string_view dockerfile, const std::vector<std::string>& arguments = {}) {
  return resolved_base_images(dockerfile, arguments);
}

} // namespace

TEST_CASE("the images that a Dockerfile begins with or copies from") {
  CHECK(resolved("FROM python:3.8 AS base\nRUN x\nfrom base\nCOPY --from=base a b\nCOPY --from=redis:6 c d\nCOPY --from=0 e f\n") ==
        Images{"python:3.8", "redis:6"});
  CHECK(resolved("# syntax=docker/dockerfile:1\n# a comment\nFROM scratch\nCOPY a b\n") == Images{});
  CHECK(resolved("FROM a\nRUN --mount=type=bind,from=tools:1,target=/t x\n") == Images{"a", "tools:1"});
  CHECK(resolved("FROM a\nRUN --mount=type=cache,target=/t x\n") == Images{"a"});
  CHECK(resolved("FROM \\\n  a\n") == Images{"a"});
}

TEST_CASE("the variables of FROM are put in") {
  CHECK(resolved("ARG V=3.8\nFROM python:$V\n") == Images{"python:3.8"});
  CHECK(resolved("ARG V=3.8\nFROM python:${V}-slim\n", {"V=3.9"}) == Images{"python:3.9-slim"});
  CHECK(resolved("ARG A=a B=\"b\"\nARG C=${A}/$B\nFROM $C\n") == Images{"a/b"});
  CHECK(resolved("ARG V\nFROM python:${V:-3.7}\n") == Images{"python:3.7"});
  CHECK(resolved("ARG V\nFROM python:${V:-3.7}\n", {"V=3.9"}) == Images{"python:3.9"});
  CHECK(resolved("ARG BASE=one\nFROM a AS one\nFROM $BASE\n") == Images{"a"});
  // An argument of a stage is none of FROM's.
  CHECK(resolved("ARG V=1\nFROM a\nARG V=2\nFROM b:$V\n") == Images{"a", "b:1"});
}

TEST_CASE("a Dockerfile that is not understood for sure names no images") {
  for (const char* const text :
       {"", "RUN x\n", "FROM\n", "FROM $V\n", "ARG V\nFROM a:$V\n", "ARG V=\nFROM a:$V\n", "FROM --platform=linux/arm64 a\n", "FROM a AS $b\n",
        "FROM \"a\"\n", "FROM ${V:+x}\n", "ARG V=1\nFROM a:${V\n", "ARG V='a b'\nFROM $V\n", "ARG V=1\nFROM a:${V%x}\n",
        "FROM a\nRUN <<EOF\nFROM b AS a\nEOF\n", "FROM a\nADD https://example.com/x /x\n", "FROM a\nADD git@example.com:x.git /x\n",
        "ARG U\nFROM a\nADD $U /x\n", "FROM a\nCOPY --from=$V x y\n", "FROM a\nRUN --mount=type=bind,from=$V x\n", "# escape=`\nFROM a\n",
        "# syntax=example.com/mine\nFROM a\n", "FROM a b\n"}) {
    CAPTURE(text);
    CHECK_FALSE(resolved(text));
  }
}

TEST_CASE("a foreign syntax counts at the top only") {
  CHECK(resolved("# a comment\nFROM a\n# syntax=example.com/mine\n") == Images{"a"});
}
