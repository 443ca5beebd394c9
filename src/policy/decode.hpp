// Strict decoding of TOML tables: every problem is collected, none stops the reading. Internal to src/policy.
#pragma once

#include <chrono>
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

/// A path below the top of the tree, without "." and empty parts; "" is the top itself. Nothing when it leaves the tree.
std::optional<std::string> path_in_tree(std::string_view text);

/// Reads values of one file and remembers what was wrong with them.
class Decoder {
public:
  explicit Decoder(std::string file) : m_file(std::move(file)) {}

  Place place_of(const toml::node& node) const;
  void report(const Place& place, std::string message, std::string hint = {});
  /// Reports every key that is not among the known ones. `dotted` are keys like "files.deny": who writes "deny" may mean them.
  void only_keys(const toml::table& table, const std::string& where, const std::vector<std::string>& known,
                 const std::vector<std::string>& dotted = {});

  std::optional<Located<std::string>> text(const toml::table& table, std::string_view key);
  std::optional<Located<std::vector<std::string>>> texts(const toml::table& table, std::string_view key);
  /// Each text with its own place; none may be empty.
  std::optional<Located<std::vector<Located<std::string>>>> items(const toml::table& table, std::string_view key);
  /// Like `items`, and there must be at least one; without their places.
  std::optional<Located<std::vector<std::string>>> names(const toml::table& table, std::string_view key);
  /// A list of tables.
  std::vector<const toml::table*> tables(const toml::table& table, std::string_view key, const std::string& hint);
  /// One of the words; the answer is its index.
  std::optional<Located<std::size_t>> word(const toml::table& table, std::string_view key, const std::vector<std::string>& words);
  /// A path below the top of the tree, as path_in_tree gives it.
  std::optional<Located<std::string>> tree_path(const toml::table& table, std::string_view key);
  /// The branch that was named under `key`.
  std::optional<RefName> branch(const Located<std::string>& name, const std::string& key);
  std::optional<Located<bool>> boolean(const toml::table& table, std::string_view key);
  std::optional<Located<std::int64_t>> integer(const toml::table& table, std::string_view key);

  /// A point of time: a date and time with its offset from UTC.
  std::optional<Located<std::chrono::system_clock::time_point>> instant(const toml::table& table, std::string_view key);

  /// In the order of the file.
  std::vector<Diagnostic> take_problems();
  bool found_problems() const { return !m_problems.empty(); }

private:
  void wrong_type(const toml::node& node, std::string_view key, const std::string& wanted);

  std::string m_file;
  std::vector<Diagnostic> m_problems;
};

} // namespace gate
