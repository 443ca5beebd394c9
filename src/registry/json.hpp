// Reading JSON that a server, a helper or a file holds: it may be anything. For .cpp files only.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace gate::registry {

using Json = nlohmann::json;

/// Null for what is no JSON, and for what is nested deeper than any of these formats.
Json parse_json(std::string_view text);

/// The member, or null.
const Json& member(const Json& object, const std::string& name);

/// The element, or null.
const Json& element(const Json& list, std::size_t index);

/// "" for anything but a string.
std::string text_of(const Json& value);

/// JSON with passwords or tokens in it: its strings are overwritten when it goes out of scope.
class SecretJson {
public:
  explicit SecretJson(std::string_view text) : m_json(parse_json(text)) {}
  ~SecretJson();
  SecretJson(const SecretJson&) = delete;
  SecretJson& operator=(const SecretJson&) = delete;

  const Json& get() const { return m_json; }

private:
  Json m_json;
};

} // namespace gate::registry
