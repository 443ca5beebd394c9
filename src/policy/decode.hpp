// Strict decoding of TOML tables: every problem is collected, none stops the reading. Internal to src/policy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#ifndef TOML_EXCEPTIONS
#define TOML_EXCEPTIONS 0
#endif
// toml++ 3.3 asserts on some malformed keys; its parser reports them all the same.
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>

#include "base/diagnostic.hpp"
#include "policy/policy.hpp"

namespace gate {

/// Reads values of one file and remembers what was wrong with them.
class Decoder {
public:
  explicit Decoder(std::string file) : m_file(std::move(file)) {}

  Place place_of(const toml::node& node) const;
  void report(const Place& place, std::string message, std::string hint = {});
  /// Reports every key that is not among the known ones.
  void only_keys(const toml::table& table, const std::string& where, const std::vector<std::string>& known);

  std::optional<Located<std::string>> text(const toml::table& table, std::string_view key);
  std::optional<Located<std::vector<std::string>>> texts(const toml::table& table, std::string_view key);
  std::optional<Located<bool>> boolean(const toml::table& table, std::string_view key);
  std::optional<Located<std::int64_t>> integer(const toml::table& table, std::string_view key);

  /// In the order of the file.
  std::vector<Diagnostic> take_problems();
  bool found_problems() const { return !m_problems.empty(); }

private:
  void wrong_type(const toml::node& node, std::string_view key, const std::string& wanted);

  std::string m_file;
  std::vector<Diagnostic> m_problems;
};

} // namespace gate
