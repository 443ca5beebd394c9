#include "registry/json.hpp"

#include <utility>

#include "base/secret.hpp"

namespace gate::registry {

namespace {

// The parser keeps its own stack, but what comes of it is destroyed and walked level by level.
constexpr int k_deepest = 32;

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      in_string = c != '"';
      i += c == '\\' ? 1U : 0U;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > k_deepest) {
        return true;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

void wipe(Json& json) {
  if (json.is_string()) {
    const Secret gone(std::move(json.get_ref<std::string&>()));
  } else if (json.is_structured()) {
    for (Json& child : json) {
      wipe(child);
    }
  }
}

const Json& nothing() {
  static const Json k_null;
  return k_null;
}

} // namespace

Json parse_json(std::string_view text) {
  if (is_too_deep(text)) {
    return {};
  }
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

const Json& member(const Json& object, const std::string& name) {
  if (!object.is_object()) {
    return nothing();
  }
  const auto found = object.find(name);
  return found == object.end() ? nothing() : *found;
}

const Json& element(const Json& list, std::size_t index) {
  return list.is_array() && index < list.size() ? list[index] : nothing();
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

SecretJson::~SecretJson() {
  wipe(m_json);
}

} // namespace gate::registry
