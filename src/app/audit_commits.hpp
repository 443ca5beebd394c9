// The commits of an audit, a step at a time.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ports.hpp"

namespace gate {

/// Gives the commits of one step out of what was read already, and asks for all signatures of a branch at once.
class StepCommits final : public Commits {
public:
  explicit StepCommits(Commits& behind) : m_behind(behind) {}

  void expect(std::vector<Oid> to_be_signed) { m_to_be_signed = std::move(to_be_signed); }
  void bring(std::vector<NewCommit> commits) { m_fresh = std::move(commits); }

  Result<std::vector<Oid>> known_tips(const std::string&) override { return std::vector<Oid>(); }
  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>&, const std::vector<Oid>&) override { return m_fresh; }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) override { return m_behind.changed_files(commit); }
  Result<std::string> content(const Oid& blob) override { return m_behind.content(blob); }
  Result<RemadeMerge> remake(const NewCommit& merge) override { return m_behind.remake(merge); }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& allowed_signers) override {
    auto& known = m_signatures[allowed_signers];
    std::vector<Oid> missing;
    std::copy_if(objects.begin(), objects.end(), std::back_inserter(missing), [&](const Oid& o) { return known.count(o) == 0; });
    if (!missing.empty()) {
      std::copy_if(m_to_be_signed.begin(), m_to_be_signed.end(), std::back_inserter(missing), [&](const Oid& o) { return known.count(o) == 0; });
      std::sort(missing.begin(), missing.end());
      missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
      auto found = m_behind.signatures(missing, allowed_signers);
      if (!found) {
        return found;
      }
      known.merge(*found);
    }
    std::map<Oid, Signature> asked;
    for (const auto& object : objects) {
      asked[object] = known[object];
    }
    return asked;
  }

private:
  Commits& m_behind;
  std::vector<Oid> m_to_be_signed;
  std::vector<NewCommit> m_fresh;
  std::map<std::vector<std::string>, std::map<Oid, Signature>> m_signatures; ///< by the texts that they were asked with
};

} // namespace gate
