// Reading JSON that somebody else wrote: every field may be missing or of another type.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace gate {

using Json = nlohmann::json;

/// Null for text that is no JSON.
inline Json parse_json(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

/// As it is sent; what is no UTF-8 in it is replaced.
inline std::string text_of_all(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The member, or null.
inline const Json& member(const Json& object, const char* name) {
  static const Json k_null;
  if (!object.is_object()) {
    return k_null;
  }
  const auto found = object.find(name);
  return found == object.end() ? k_null : *found;
}

/// The value if it is a map, else an empty one: for loops over items().
inline const Json& map_of(const Json& value) {
  static const Json k_empty = Json::object();
  return value.is_object() ? value : k_empty;
}

/// The value if it is a list, else an empty one.
inline const Json& list_of(const Json& value) {
  static const Json k_empty = Json::array();
  return value.is_array() ? value : k_empty;
}

inline std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

inline bool is_true(const Json& value) {
  return value.is_boolean() && value.get<bool>();
}

inline int number_of(const Json& value, int otherwise) {
  return value.is_number_integer() ? value.get<int>() : otherwise;
}

} // namespace gate
