// How two sets of rules differ in meaning, key by key. For compare.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "policy/compare.hpp"
#include "policy/rules.hpp"

namespace gate {

using TextSet = std::set<std::string>;

/// "a, b and c"; `none` when there is nothing.
std::string text_of(const TextSet& items, const std::string& none);

/// The differences of these have no `where`. Something that is taken away and something that is added are two differences, with all of
/// both between them.
/// Each item demands something: more of them is stricter.
std::vector<PolicyDifference> compare_demanded(const std::string& what, const TextSet& a, const TextSet& b);
/// Each item admits something: more of them is looser. `all`, in the place of a set, is what nobody limits.
struct Admitted {
  bool all = false;
  TextSet items;
};
std::vector<PolicyDifference> compare_admitted(const std::string& what, const Admitted& a, const Admitted& b);
/// Groups of people, of whom one each must sign; `prefix` begins each text.
std::vector<PolicyDifference> compare_signers(const std::string& what, const std::string& prefix, const std::set<TextSet>& a, const std::set<TextSet>& b);
/// Files of those who are known as signers. Each must know them, but what it says is not seen here.
std::vector<PolicyDifference> compare_signer_files(const std::string& what, const TextSet& a, const TextSet& b);

/// Every key but `require`, whose meaning takes the policy's suites.
std::vector<PolicyDifference> compare_rules(const Rules& a, const Rules& b);

} // namespace gate
