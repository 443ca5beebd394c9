#include "policy/evaluate.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "policy/judging.hpp"

namespace gate {

namespace {

std::size_t rank(const std::string& rule) {
  const auto& all = rule_ids();
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), rule) - all.begin());
}

std::vector<Violation> judge(const RuleGroup& group, const RefUpdate& update, const UpdateFacts& facts, const History& history,
                             const Scene& scene) {
  Judging judging(group, update, facts, history, scene);
  judge_freeze(judging);
  judge_shape(judging);
  if (!update.removes()) {
    judge_name(judging);
    judge_first_parent(judging);
    judge_unknown(judging);
    judge_messages(judging);
    judge_people(judging);
    judge_signatures(judging);
    judge_merges(judging);
    judge_files(judging);
    judge_owners(judging);
  }
  return judging.take();
}

// Whom both let through: nobody wins over somebody, and "*" is everybody.
std::vector<std::string> those_in_both(const Bypass& a, const Bypass& b) {
  const auto has = [](const Bypass& bypass, const std::string& who) {
    return std::find(bypass.by.begin(), bypass.by.end(), who) != bypass.by.end();
  };
  std::vector<std::string> both;
  const auto take = [&](const Bypass& from, const Bypass& other) {
    std::copy_if(from.by.begin(), from.by.end(), std::back_inserter(both),
                 [&](const std::string& who) { return has(other, who) || has(other, "*"); });
  };
  take(a, b);
  take(b, a);
  std::sort(both.begin(), both.end());
  both.erase(std::unique(both.begin(), both.end()), both.end());
  return both;
}

auto position(const Violation& v) {
  return std::tie(v.origin.file, v.origin.line, v.origin.column, v.what, v.why, v.remedy, v.bypass.by);
}

// The words are the stricter one's; of two that are equally strict, those that come first in the policy, so that the order of groups
// decides nothing.
void keep_stricter(Violation& known, Violation found) {
  if (found.enforcement != known.enforcement) {
    if (found.enforcement > known.enforcement) {
      known = std::move(found);
    }
    return;
  }
  auto both = those_in_both(known.bypass, found.bypass);
  if (position(found) < position(known)) {
    known = std::move(found);
  }
  known.bypass.by = std::move(both);
}

// By rule and by what breaks it.
using Found = std::map<std::pair<std::string, std::string>, Violation>;

void unite(Found& into, std::vector<Violation> more) {
  for (auto& violation : more) {
    auto key = std::pair(violation.rule, violation.what);
    const auto known = into.find(key);
    if (known == into.end()) {
      into.emplace(std::move(key), std::move(violation));
    } else {
      keep_stricter(known->second, std::move(violation));
    }
  }
}

} // namespace

const std::vector<std::string>& rule_ids() {
  static const std::vector<std::string> ids = {"direct-push", "merge", "merge-source", "fast-forward", "force-push", "creation", "deletion", "history",
                                               "first-parent", "linear", "name", "merge-content", "message", "subject-length", "author-email", "committer-email",
                                               "sign-off", "signature", "file-size", "denied-file", "owners", "secret", "freeze", "suite", "verdict", "policy-owner",
                                               "policy-serial", "policy-missing"};
  return ids;
}

std::vector<Violation> evaluate(const RefRules& rules, const RefUpdate& update, const UpdateFacts& facts, const Scene& scene) {
  Found found;
  for (std::size_t i = 0; i < rules.groups.size(); ++i) {
    // A history that is not there is one that can't be told.
    const History history = i < facts.histories.size() ? facts.histories[i].value_or(History{}) : History{};
    if (rules.groups[i].enforcement != Enforcement::off) {
      unite(found, judge(rules.groups[i], update, facts, history, scene));
    }
  }
  std::vector<Violation> all;
  for (auto& [key, violation] : found) {
    all.push_back(std::move(violation));
  }
  std::sort(all.begin(), all.end(), [](const Violation& a, const Violation& b) {
    const std::size_t rank_a = rank(a.rule);
    const std::size_t rank_b = rank(b.rule);
    return rank_a != rank_b ? rank_a < rank_b : position(a) < position(b);
  });
  return all;
}

} // namespace gate
