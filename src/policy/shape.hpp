// The shapes that an update of a ref can have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// O is the old tip, N the new one. See docs/policy.md, "Shapes".
enum class Shape : std::uint8_t {
  commit,       ///< some new commit is neither a merge nor another branch's
  merge,        ///< every new commit on N's first-parent line since O has two or more parents
  fast_forward, ///< N is contained in the tip of a source branch
  force,        ///< O is not an ancestor of N
  create,       ///< the ref is new
  remove,       ///< the ref goes ("delete" in the policy)
};

/// The policy's word: "commit", "merge", "fast-forward", "force", "create", "delete".
std::string_view name_of(Shape shape);
std::optional<Shape> shape_named(std::string_view name);
/// All words, in the order of the enumeration.
std::vector<std::string> shape_names();

/// A set of shapes.
class ShapeSet {
public:
  static ShapeSet all();

  void insert(Shape shape) { m_bits |= bit(shape); }
  bool contains(Shape shape) const { return (m_bits & bit(shape)) != 0; }
  bool empty() const { return m_bits == 0; }
  bool is_all() const { return *this == all(); }
  ShapeSet operator&(ShapeSet other) const;
  friend bool operator==(ShapeSet a, ShapeSet b) { return a.m_bits == b.m_bits; }
  /// "merge and fast-forward", for a sentence; "nothing" when empty.
  std::string str() const;

private:
  static std::uint8_t bit(Shape shape) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(shape)); }
  std::uint8_t m_bits = 0;
};

} // namespace gate
