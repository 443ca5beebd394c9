#include "policy/publication.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/digest.hpp"

namespace gate {

namespace {

constexpr std::size_t k_short_commit = 12;
constexpr std::array<std::string_view, 6> k_tag_placeholders{"branch", "commit", "short_commit", "tree", "date", "version"};

bool has_placeholder(std::string_view text, std::string_view name) {
  const auto names = placeholders_of(text);
  return std::find(names.begin(), names.end(), name) != names.end();
}

// RFC 3339's full-date, in UTC.
std::string date_of(std::chrono::system_clock::time_point time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text.data();
}

std::string value_of(std::string_view name, const TagFacts& facts) {
  if (name == "branch") {
    return facts.branch.brief();
  }
  if (name == "commit") {
    return facts.commit.hex();
  }
  if (name == "short_commit") {
    return facts.commit.hex().substr(0, k_short_commit);
  }
  if (name == "tree") {
    return facts.tree.hex();
  }
  if (name == "date") {
    return date_of(facts.date);
  }
  return name == "version" ? facts.version : "";
}

Result<std::string> filled_for(std::string_view tag_template, const TagFacts& facts) {
  if (facts.version.empty() && has_placeholder(tag_template, "version")) {
    return fail(ErrorKind::usage, "\"" + std::string(tag_template) + "\" needs a version, and no tag in git leads to commit " + facts.commit.brief(),
                "git tag -a v0.1.0 -m v0.1.0 " + facts.commit.hex() + "   or take {version} out of it");
  }
  return filled_in(tag_template, [&](std::string_view name) { return value_of(name, facts); });
}

// Names only: a variable may hold a secret, by mistake.
std::string with_values_of(const std::string& to) {
  std::vector<std::string> names;
  for (const auto& placeholder : placeholders_of(to)) {
    const std::string name = placeholder.substr(std::min(k_env_prefix.size(), placeholder.size()));
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  std::string text;
  for (const auto& name : names) {
    text += (text.empty() ? ", with what " : " and ") + name;
  }
  return names.empty() ? text : text + (names.size() == 1 ? " holds here," : " hold here,");
}

} // namespace

std::string filled_in(std::string_view text, const std::function<std::string(std::string_view)>& value_of) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = text.find('}', open == std::string_view::npos ? text.size() : open);
    if (close == std::string_view::npos) {
      return filled + std::string(text);
    }
    filled += text.substr(0, open);
    filled += value_of(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return filled;
}

std::vector<std::string> placeholders_of(std::string_view text) {
  std::vector<std::string> names;
  filled_in(text, [&](std::string_view name) {
    names.emplace_back(name);
    return std::string();
  });
  return names;
}

bool is_variable_name(std::string_view name) {
  constexpr std::string_view k_admitted = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !name.empty() && name.find_first_not_of(k_admitted) == std::string_view::npos && (name.front() < '0' || name.front() > '9');
}

bool is_tag_placeholder(std::string_view name) {
  return std::find(k_tag_placeholders.begin(), k_tag_placeholders.end(), name) != k_tag_placeholders.end();
}

bool is_commit_tag(std::string_view tag_template) {
  return has_placeholder(tag_template, "commit") || has_placeholder(tag_template, "short_commit");
}

Result<ImageName> destination_of(const PublishRule& rule, const std::string& to,
                                 const std::function<std::optional<std::string>(std::string_view)>& variable) {
  std::string missing;
  const std::string text = filled_in(to, [&](std::string_view name) {
    name.remove_prefix(k_env_prefix.size());
    const auto value = variable(name);
    if (!value || value->empty()) {
      missing = name;
    }
    return value.value_or("");
  });
  const std::string where = "[publish." + rule.name + "] (" + rule.place.str() + ")";
  if (!missing.empty()) {
    return fail(ErrorKind::usage, where + " says where to by the variable " + missing + ", which is not set",
                "export " + missing + "=HOST   e.g. 123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  }
  const auto name = ImageName::parse(text);
  if (!name) {
    return fail(ErrorKind::usage, where + " would publish to \"" + to + "\", which" + with_values_of(to) + " no registry can have as an image's name",
                "a name is HOST/PATH in lower case, without https:// and without a tag");
  }
  return *name;
}

const std::string* promotion_source(const ImageDestination& source, const std::string& service, std::size_t position) {
  const auto image = std::find_if(source.images.begin(), source.images.end(), [&](const PublishedImage& i) { return i.service == service; });
  if (image == source.images.end() || image->to.empty()) {
    return nullptr;
  }
  return position < image->to.size() ? &image->to[position] : &image->to.front();
}

Result<std::string> tag_for(std::string_view tag_template, const TagFacts& facts) {
  const auto text = filled_for(tag_template, facts);
  if (!text) {
    return text;
  }
  const std::string tag = as_tag(*text);
  // Cut off, two branches would share a tag.
  if (tag.size() == text->size() || text->empty()) {
    return tag;
  }
  const std::string mark = "-" + Digest::of(*text).hex().substr(0, 8);
  return tag.substr(0, tag.size() - mark.size()) + mark;
}

Result<std::string> git_tag_for(std::string_view tag_template, const TagFacts& facts) {
  const auto name = filled_for(tag_template, facts);
  // git tag takes a name that begins with '-' for an option, and "HEAD" for none.
  if (name && (name->empty() || name->front() == '-' || *name == "HEAD" || !RefName::parse("refs/tags/" + *name))) {
    return fail(ErrorKind::usage, "\"" + *name + "\" can't be the name of a tag in git",
                "git check-ref-format refs/tags/NAME   tells which names it admits; git_tag = \"" + std::string(tag_template) + "\" gives this one");
  }
  return name;
}

std::vector<std::string> git_tag_patterns(const std::vector<PublishRule>& rules) {
  // No name that git admits has a character of a pattern in it.
  const auto pattern_of = [](const PublishRule& rule) {
    const auto some = [](int count, const std::string& of) {
      std::string all;
      for (int i = 0; i < count; ++i) {
        all += of;
      }
      return all;
    };
    return filled_in(rule.git_tag, [&](std::string_view name) -> std::string {
      const std::string digit = "[0-9]";
      const std::string hex_digit = "[0-9a-f]";
      if (name == "branch") {
        return rule.branch.brief();
      }
      if (name == "date") {
        return some(4, digit) + "-" + some(2, digit) + "-" + some(2, digit);
      }
      // A whole name has 40 digits or 64.
      return name == "short_commit" ? some(12, hex_digit) : name == "commit" || name == "tree" ? some(40, hex_digit) + "*" : "*";
    });
  };
  std::vector<std::string> patterns;
  for (const auto& rule : rules) {
    const auto pattern = pattern_of(rule);
    if (!pattern.empty() && pattern != "*") { // "{version}" makes no tag that was not there
      patterns.push_back(pattern);
    }
  }
  return patterns;
}

} // namespace gate
