#include "engine/base_images.hpp"

#include <algorithm>
#include <set>

namespace gate {

namespace {

// The words of a line; a line that ends with a backslash goes on.
std::vector<std::vector<std::string>> instructions(std::string_view text) {
  std::vector<std::vector<std::string>> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t begin = rest.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || rest[begin] == '#') {
      continue;
    }
    while (true) {
      const std::size_t from = rest.find_first_not_of(" \t\r");
      if (from == std::string_view::npos) {
        break;
      }
      const std::size_t to = std::min(rest.find_first_of(" \t\r", from), rest.size());
      lines.back().emplace_back(rest.substr(from, to - from));
      rest.remove_prefix(to);
    }
    auto& words = lines.back();
    if (!words.empty() && words.back().back() == '\\') {
      words.back().pop_back();
      if (words.back().empty()) {
        words.pop_back();
      }
    } else {
      lines.emplace_back();
    }
  }
  return lines;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

} // namespace

std::vector<std::string> base_images(std::string_view dockerfile) {
  std::set<std::string> stages;
  std::vector<std::string> images;
  const auto add = [&](const std::string& image) {
    const bool is_stage = stages.count(lower(image)) != 0 || image.find_first_not_of("0123456789") == std::string::npos;
    if (!is_stage && std::find(images.begin(), images.end(), image) == images.end()) {
      images.push_back(image);
    }
  };
  for (const auto& words : instructions(dockerfile)) {
    const std::string what = words.empty() ? std::string() : lower(words.front());
    std::size_t at = 1;
    while (at < words.size() && words[at].rfind("--", 0) == 0) {
      constexpr std::string_view k_from = "--from=";
      if ((what == "copy" || what == "add") && words[at].rfind(k_from, 0) == 0) {
        add(words[at].substr(k_from.size()));
      }
      ++at;
    }
    if (what == "from" && at < words.size()) {
      add(words[at]);
      if (at + 2 < words.size() && lower(words[at + 1]) == "as") {
        stages.insert(lower(words[at + 2]));
      }
    }
  }
  return images;
}

} // namespace gate
