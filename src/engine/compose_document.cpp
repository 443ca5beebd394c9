#include "engine/compose_document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace gate {

namespace {

constexpr std::size_t k_node_limit = 100'000;
constexpr int k_depth_limit = 64;

using Parsed = tl::expected<Json, std::string>;
using Problem = tl::unexpected<std::string>;

std::string at_line(const YAML::Node& node) {
  return "line " + std::to_string(node.Mark().line + 1) + ": ";
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <typename Number> bool reads_as(const std::string& text, Number& number) {
  const char* const begin = text.data() + (text.size() > 1 && text[0] == '+' ? 1 : 0);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  return error == std::errc() && stop == end;
}

Json plain_scalar(const std::string& text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) {
    return nullptr;
  }
  if (is_one_of(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) {
    return true;
  }
  if (is_one_of(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) {
    return false;
  }
  // YAML 1.1 and 1.2 differ about 0755: it stays the text that it is.
  const bool octal_like = text.size() > 1 && text[0] == '0' && text.find('.') == std::string::npos;
  std::int64_t whole = 0;
  if (!octal_like && reads_as(text, whole)) {
    return whole;
  }
  double real = 0;
  if (!octal_like && text.find_first_not_of("+-.0123456789eE") == std::string::npos && reads_as(text, real)) {
    return real;
  }
  return text;
}

/// Unfolds a document, and counts what it unfolds to: aliases make a small file as large as they like.
class Unfolding {
public:
  Parsed value_of(const YAML::Node& node, int depth);

private:
  Parsed map_of(const YAML::Node& node, int depth);
  Parsed list_of(const YAML::Node& node, int depth);
  tl::expected<void, std::string> merge(const YAML::Node& source, Json& into, int depth);

  std::size_t m_count = 0;
};

bool has_harmless_tag(const YAML::Node& node) {
  return is_one_of(node.Tag(),
                   {"", "?", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"});
}

Parsed Unfolding::value_of(const YAML::Node& node, int depth) {
  if (++m_count > k_node_limit || depth > k_depth_limit) {
    return Problem("the file unfolds to more than a compose file can hold");
  }
  if (!has_harmless_tag(node)) {
    return Problem(at_line(node) + "the tag " + node.Tag() + " is not supported");
  }
  switch (node.Type()) {
  case YAML::NodeType::Map:
    return map_of(node, depth);
  case YAML::NodeType::Sequence:
    return list_of(node, depth);
  case YAML::NodeType::Scalar:
    return node.Tag() == "?" ? plain_scalar(node.Scalar()) : Json(node.Scalar());
  case YAML::NodeType::Null:
  case YAML::NodeType::Undefined:
    break;
  }
  return Json(nullptr);
}

Parsed Unfolding::list_of(const YAML::Node& node, int depth) {
  Json list = Json::array();
  for (const YAML::Node& item : node) {
    Parsed value = value_of(item, depth + 1);
    if (!value) {
      return value;
    }
    list.push_back(std::move(*value));
  }
  return list;
}

// https://yaml.org/type/merge.html: what the map says itself wins, then the first of several merged maps.
tl::expected<void, std::string> Unfolding::merge(const YAML::Node& source, Json& into, int depth) {
  const Parsed merged = value_of(source, depth + 1);
  if (!merged) {
    return Problem(merged.error());
  }
  const Json maps = merged->is_array() ? *merged : Json::array({*merged});
  for (const Json& map : maps) {
    if (!map.is_object()) {
      return Problem(at_line(source) + "\"<<\" merges something that is no map");
    }
    for (const auto& [key, value] : map.items()) {
      if (!into.contains(key)) {
        into[key] = value;
      }
    }
  }
  return {};
}

Parsed Unfolding::map_of(const YAML::Node& node, int depth) {
  Json map = Json::object();
  std::vector<YAML::Node> merged;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar() || !has_harmless_tag(entry.first)) {
      return Problem(at_line(entry.first) + "a key must be a plain text");
    }
    const std::string& key = entry.first.Scalar();
    if (key == "<<" && entry.first.Tag() == "?") {
      merged.push_back(entry.second);
      continue;
    }
    if (map.contains(key)) {
      return Problem(at_line(entry.first) + "\"" + key + "\" stands twice");
    }
    Parsed value = value_of(entry.second, depth + 1);
    if (!value) {
      return value;
    }
    map[key] = std::move(*value);
  }
  if (merged.size() > 1) {
    return Problem(at_line(node) + "\"<<\" stands twice");
  }
  for (const YAML::Node& source : merged) {
    if (const auto done = merge(source, map, depth); !done) {
      return Problem(done.error());
    }
  }
  return map;
}

// Line breaks to one YAML parser and not to another: what stands behind one in a comment is a key to compose alone.
bool has_doubtful_line_breaks(std::string_view text) {
  for (const std::string_view code : {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf"}) {
    if (text.find(code, 1) != std::string_view::npos) {
      return true;
    }
  }
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1)) {
    if (text.substr(at, 2) != "\r\n") {
      return true;
    }
  }
  return false;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
  });
}

} // namespace

tl::expected<Json, std::string> parse_compose(std::string_view text) {
  if (has_control_characters(text) || text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff") {
    return Problem("the file is no UTF-8 text");
  }
  if (has_doubtful_line_breaks(text)) {
    return Problem("the file has line breaks that YAML parsers read differently (a lone CR, U+0085, U+2028, U+2029 or a BOM inside)");
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() != 1) {
      return Problem(documents.empty() ? "the file is empty" : "the file holds more than one document");
    }
    return Unfolding().value_of(documents.front(), 0);
  } catch (const YAML::Exception& error) {
    return Problem(error.mark.is_null() ? error.msg
                                        : "line " + std::to_string(error.mark.line + 1) + ": " + error.msg);
  }
}

std::string without_escapes(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    i += text[i] == '$' && i + 1 < text.size() && text[i + 1] == '$' ? 1U : 0U;
  }
  return result;
}

} // namespace gate
