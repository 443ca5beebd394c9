// Which new commits somebody answers for by a signature. Internal to src/policy.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "policy/facts.hpp"

namespace gate {

/// Somebody covers a commit by signing it, or by signing a new merge that brought it in: one from whose second or later parents it
/// is reached, and not from the first. Keeps references to the facts.
class Covering {
public:
  explicit Covering(const UpdateFacts& facts);

  /// For each of facts.commits: is it covered by one of these principals? Linear in the commits, times a 64th of the merges that
  /// they signed. The order of the commits does not matter.
  std::vector<bool> by(const std::vector<std::string>& principals) const;
  /// Its place in facts.commits; their number when it is not among them.
  std::size_t index_of(const Oid& commit) const;
  /// Has one of them signed this very object?
  bool has_signed(const std::vector<std::string>& principals, const Oid& object) const;

private:
  void sort_children_first();

  const UpdateFacts& m_facts;
  std::map<Oid, std::size_t> m_index;
  std::vector<std::vector<std::size_t>> m_parents; ///< those that are new, the first one first
  std::vector<bool> m_first_is_new;                ///< the first of m_parents is the commit's first parent
  std::vector<std::size_t> m_order;                ///< children before parents
};

} // namespace gate
