#include "policy/lint_suite.hpp"

#include <algorithm>

namespace gate {

std::vector<Finding> lint_suite(const Suite& suite) {
  std::vector<Finding> findings;
  const auto warn = [&](std::string message, std::string hint) {
    findings.push_back({Finding::Severity::warning, {suite.place, "suite " + suite.name + ": " + std::move(message), std::move(hint)}});
  };
  const auto* image = std::get_if<ImageSource>(&suite.source);
  if (image != nullptr && image->image.find("@sha256:") == std::string::npos) {
    warn("the tag of image " + image->image + " may move, and then the same tree is tested in another image", "name it by digest: image = \"NAME@sha256:…\"");
  }
  if (std::find(suite.paths.begin(), suite.paths.end(), "") != suite.paths.end()) {
    warn("\"paths\" has no effect: it names the whole tree", "name what the tests need, or take \"paths\" away");
  } else if (!suite.paths.empty() && suite.seen_paths().empty()) {
    warn("\"paths\" has no effect: the folder to build is the whole tree", "build a folder below the top, or take \"paths\" away");
  }
  if (!suite.allow.empty() && !std::holds_alternative<ComposeSource>(suite.source)) {
    warn("\"allow\" has no effect: only a compose file can ask for what it lists", "take it away");
  }
  return findings;
}

} // namespace gate
