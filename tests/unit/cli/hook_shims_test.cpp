#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include "cli/hook_shims.hpp"

using namespace gate;

TEST_CASE("a shim has at most twelve lines and is known as gate's") {
  std::vector<HookShim> all(k_hook_shims.begin(), k_hook_shims.end());
  all.insert(all.end(), k_server_shims.begin(), k_server_shims.end());
  for (const auto& shim : all) {
    const std::string text = hook_text(shim, "/usr/bin/gate");
    INFO(shim.name);
    CHECK(std::count(text.begin(), text.end(), '\n') <= 12);
    CHECK(is_hook_shim(text));
    CHECK(text.find("@GATE@") == std::string::npos);
    CHECK(text.find("gate='/usr/bin/gate'\n") != std::string::npos);
  }
  CHECK_FALSE(is_hook_shim("#!/bin/sh\nexec gate\n"));
}

TEST_CASE("a path with quotes and spaces is one word for sh") {
  const std::string text = hook_text(k_hook_shims[0], "/a b/it's $(x)/gate");
  CHECK(text.find("gate='/a b/it'\\''s $(x)/gate'\n") != std::string::npos);
}
