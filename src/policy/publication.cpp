#include "policy/publication.hpp"

#include "base/digest.hpp"

namespace gate {

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

Result<ImageName> destination_of(const PublishRule& rule, const ImageDestination& image,
                                 const std::function<std::optional<std::string>(std::string_view)>& variable) {
  std::string missing;
  const std::string text = filled_in(image.to, [&](std::string_view name) {
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
    return fail(ErrorKind::usage, where + " would publish to \"" + text + "\", which no registry can have as an image's name",
                "a name is HOST/PATH in lower case, without https:// and without a tag");
  }
  return *name;
}

std::string tag_for(std::string_view tag_template, const RefName& branch, const Oid& commit) {
  const std::string text =
      filled_in(tag_template, [&](std::string_view name) { return name == k_commit_placeholder ? commit.hex() : branch.brief(); });
  const std::string tag = as_tag(text);
  // Cut off, two branches would share a tag.
  if (tag.size() == text.size()) {
    return tag;
  }
  const std::string mark = "-" + Digest::of(text).hex().substr(0, 8);
  return tag.substr(0, tag.size() - mark.size()) + mark;
}

} // namespace gate
