#include "policy/covering.hpp"

#include <algorithm>
#include <cstdint>

namespace gate {

Covering::Covering(const UpdateFacts& facts) : m_facts(facts) {
  const auto& commits = facts.commits;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    m_index.emplace(commits[i].oid, i);
  }
  m_parents.resize(commits.size());
  m_first_is_new.resize(commits.size());
  for (std::size_t i = 0; i < commits.size(); ++i) {
    for (std::size_t n = 0; n < commits[i].parents.size(); ++n) {
      const std::size_t parent = index_of(commits[i].parents[n]);
      if (parent < commits.size()) {
        m_parents[i].push_back(parent);
        m_first_is_new[i] = m_first_is_new[i] || n == 0;
      }
    }
  }
  sort_children_first();
}

std::size_t Covering::index_of(const Oid& commit) const {
  const auto found = m_index.find(commit);
  return found == m_index.end() ? m_facts.commits.size() : found->second;
}

// A wrong order would hide that a commit is reached from a first parent.
void Covering::sort_children_first() {
  std::vector<std::size_t> children(m_parents.size());
  for (const auto& parents : m_parents) {
    for (const std::size_t parent : parents) {
      ++children[parent];
    }
  }
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (children[i] == 0) {
      m_order.push_back(i);
    }
  }
  for (std::size_t done = 0; done < m_order.size(); ++done) {
    for (const std::size_t parent : m_parents[m_order[done]]) {
      if (--children[parent] == 0) {
        m_order.push_back(parent);
      }
    }
  }
}

bool Covering::has_signed(const std::vector<std::string>& principals, const Oid& object) const {
  const auto found = m_facts.signatures.find(object);
  return found != m_facts.signatures.end() && found->second.state == Signature::State::good && !found->second.signer.empty() &&
         std::find(principals.begin(), principals.end(), found->second.signer) != principals.end();
}

std::vector<bool> Covering::by(const std::vector<std::string>& principals) const {
  constexpr std::size_t k_batch = 64;
  const std::size_t count = m_facts.commits.size();
  std::vector<bool> covered(count);
  std::vector<std::size_t> merges;
  for (std::size_t i = 0; i < count; ++i) {
    covered[i] = has_signed(principals, m_facts.commits[i].oid);
    if (covered[i] && m_facts.commits[i].parents.size() > 1) {
      merges.push_back(i);
    }
  }
  for (std::size_t from = 0; from < merges.size(); from += k_batch) {
    // A bit for each merge of the batch: what its first parent reaches, and what its others do.
    std::vector<std::uint64_t> by_first(count);
    std::vector<std::uint64_t> by_others(count);
    for (std::size_t n = from; n < merges.size() && n < from + k_batch; ++n) {
      const std::size_t merge = merges[n];
      for (std::size_t p = 0; p < m_parents[merge].size(); ++p) {
        auto& reach = p == 0 && m_first_is_new[merge] ? by_first : by_others;
        reach[m_parents[merge][p]] |= std::uint64_t{1} << (n - from);
      }
    }
    for (const std::size_t i : m_order) {
      covered[i] = covered[i] || (by_others[i] & ~by_first[i]) != 0;
      for (const std::size_t parent : m_parents[i]) {
        by_first[parent] |= by_first[i];
        by_others[parent] |= by_others[i];
      }
    }
  }
  return covered;
}

} // namespace gate
