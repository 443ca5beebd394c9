#include "policy/image_name.hpp"

#include <catch2/catch.hpp>

using namespace gate;

namespace {

std::string read(const std::string& text) {
  const auto name = ImageName::parse(text);
  return name ? name->registry + " " + name->repository : "none";
}

} // namespace

TEST_CASE("an image's name is read as docker reads it") {
  CHECK(read("app") == "docker.io library/app");
  CHECK(read("me/app") == "docker.io me/app");
  CHECK(read("docker.io/app") == "docker.io library/app");
  CHECK(read("index.docker.io/me/app") == "docker.io me/app");
  CHECK(read("localhost/app") == "localhost app");
  CHECK(read("registry.example.com:5000/team/app") == "registry.example.com:5000 team/app");
  CHECK(read("host:5000/app") == "host:5000 app");
  CHECK(read("127.0.0.1:5000/a/b/c") == "127.0.0.1:5000 a/b/c");
  CHECK(read("[::1]:5000/app") == "[::1]:5000 app");
  CHECK(read("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app") ==
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com app");
  CHECK(ImageName::parse("app")->str() == "docker.io/library/app");
}

TEST_CASE("a repository's parts may be joined by dots, underscores and dashes") {
  for (const char* const path : {"a.b", "a_b", "a__b", "a-b", "a---b", "a1/2b", "x-y_z.w"}) {
    CAPTURE(path);
    CHECK(read("h.io/" + std::string(path)) == "h.io " + std::string(path));
  }
  for (const char* const path : {"a..b", "a___b", "a._b", "a-.b", "-a", "a-", ".a", "a.", "_a", "a//b", "/a",
                                 "a/", "", "A", "a b", "a%b", "\xc3\xa4", "a\n"}) {
    CAPTURE(path);
    CHECK(read("h.io/" + std::string(path)) == "none");
  }
}

TEST_CASE("what no registry admits is no name") {
  for (const std::string& text : {std::string(),
                                  std::string("/"),
                                  std::string("app:1"),
                                  std::string("h.io/app:1"),
                                  std::string("h.io/app@sha256:0"),
                                  std::string("https://h.io/app"),
                                  std::string("App"),
                                  std::string("H.io/app"),
                                  std::string("h.io:/app"),
                                  std::string("h.io:0/app"),
                                  std::string("h.io:65536/app"),
                                  std::string("h.io:x/app"),
                                  std::string("-h.io/app"),
                                  std::string("h..io/app"),
                                  std::string(".h/app"),
                                  std::string("h./app"),
                                  std::string("me@h.io/app"),
                                  std::string("[::1/app"),
                                  std::string("[x]:1/app"),
                                  std::string("h.io:1:2/app"),
                                  std::string("../app"),
                                  std::string(64, 'a'),
                                  "h.io/" + std::string(256, 'a')}) {
    CAPTURE(text);
    CHECK(read(text) == "none");
  }
  CHECK(read("h.io/" + std::string(255, 'a')) != "none");
}

TEST_CASE("a tag is told from other text") {
  for (const std::string& text :
       {std::string("a"), std::string("1.0-x_Y"), std::string("_a"), std::string(128, 'a')}) {
    CHECK(is_tag(text));
    CHECK(as_tag(text) == text);
  }
  for (const std::string& text :
       {std::string(), std::string(".a"), std::string("-a"), std::string("a/b"), std::string("a b"),
        std::string("a\n"), std::string("\xc3\xa4"), std::string(129, 'a')}) {
    CAPTURE(text);
    CHECK_FALSE(is_tag(text));
    CHECK(is_tag(as_tag(text)));
  }
  CHECK(as_tag("feature/x") == "feature-x");
  CHECK(as_tag("-x") == "_x");
  CHECK(as_tag(std::string(300, 'a')).size() == 128);
}
