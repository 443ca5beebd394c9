#include "policy/shape.hpp"

#include <array>

namespace gate {

namespace {
constexpr std::array<std::string_view, 6> k_shape_names = {"commit", "merge", "fast-forward", "force", "create", "delete"};
}

std::string_view name_of(Shape shape) { return k_shape_names.at(static_cast<std::size_t>(shape)); }

std::optional<Shape> shape_named(std::string_view name) {
  for (std::size_t i = 0; i < k_shape_names.size(); ++i) {
    if (k_shape_names.at(i) == name) {
      return static_cast<Shape>(i);
    }
  }
  return std::nullopt;
}

std::vector<std::string> shape_names() { return {k_shape_names.begin(), k_shape_names.end()}; }

ShapeSet ShapeSet::all() {
  ShapeSet set;
  for (std::size_t i = 0; i < k_shape_names.size(); ++i) {
    set.insert(static_cast<Shape>(i));
  }
  return set;
}

ShapeSet ShapeSet::operator&(ShapeSet other) const {
  other.m_bits &= m_bits;
  return other;
}

std::string ShapeSet::str() const {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < k_shape_names.size(); ++i) {
    if (contains(static_cast<Shape>(i))) {
      words.push_back(k_shape_names.at(i));
    }
  }
  if (words.empty()) {
    return "nothing";
  }
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

} // namespace gate
