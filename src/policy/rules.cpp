#include "policy/rules.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace gate {

namespace {

constexpr std::array<std::string_view, 3> k_contents = {"any", "clean-or-resolved", "clean"};
constexpr std::array<std::string_view, 3> k_signed = {"none", "merge", "all"};
constexpr std::array<std::string_view, 3> k_enforcements = {"off", "evaluate", "active"};

template <typename Enum> std::optional<Enum> named(const std::array<std::string_view, 3>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

Diagnostic contradiction(const std::string& key, const RefName& ref, const Place& first, const Place& second) {
  return {second,
          "this \"" + key + "\" and the one at " + first.str() + " have nothing in common, and both apply to " + ref.brief(),
          "let them overlap, or match different refs"};
}

// Of two that say the same the first one's place stays, so that the order of blocks decides no more than which line is named.
template <typename T> void unite(std::vector<Located<T>>& into, const std::vector<Located<T>>& more) {
  std::copy_if(more.begin(), more.end(), std::back_inserter(into), [&into](const Located<T>& candidate) {
    return std::none_of(into.begin(), into.end(), [&](const Located<T>& known) { return known.value == candidate.value; });
  });
}

template <typename T, typename Stricter>
void take_stricter(std::optional<Located<T>>& into, const std::optional<Located<T>>& other, Stricter stricter) {
  if (other && (!into || stricter(other->value, into->value))) {
    into = other;
  }
}

void demand(std::optional<Place>& into, const std::optional<Place>& other) {
  if (!into) {
    into = other;
  }
}

void tighten_allow(Rules& into, const Located<ShapeSet>& by, const RefName& ref, std::vector<Diagnostic>& problems) {
  if (!into.allow) {
    into.allow = by;
    return;
  }
  const auto joined = into.allow->value & by.value;
  if (joined.empty() && !by.value.empty() && !into.allow->value.empty()) {
    problems.push_back(contradiction("allow", ref, into.allow->place, by.place));
  }
  if (!(joined == into.allow->value)) {
    into.allow = {joined, by.place};
  }
}

void tighten_from(Rules& into, const Located<std::vector<RefName>>& by, const RefName& ref, std::vector<Diagnostic>& problems) {
  if (!into.from) {
    into.from = by;
    return;
  }
  std::vector<RefName> both;
  std::copy_if(into.from->value.begin(), into.from->value.end(), std::back_inserter(both),
               [&](const RefName& name) { return std::find(by.value.begin(), by.value.end(), name) != by.value.end(); });
  if (both.empty() && !by.value.empty() && !into.from->value.empty()) {
    problems.push_back(contradiction("from", ref, into.from->place, by.place));
  }
  if (both.size() != into.from->value.size()) {
    into.from = {std::move(both), by.place};
  }
}

void tighten_require(Rules& into, const Located<std::vector<std::string>>& by) {
  if (!into.require) {
    into.require = by;
    return;
  }
  auto& names = into.require->value;
  std::copy_if(by.value.begin(), by.value.end(), std::back_inserter(names),
               [&names](const std::string& name) { return std::find(names.begin(), names.end(), name) == names.end(); });
}

/// One rule by its key in a policy file.
struct RuleField {
  std::string_view key;
  bool (*has)(const Rules&);
  void (*drop)(Rules&);
};

template <auto member> constexpr RuleField one(std::string_view key) {
  return {key, [](const Rules& rules) { return (rules.*member).has_value(); }, [](Rules& rules) { (rules.*member).reset(); }};
}

template <auto member> constexpr RuleField many(std::string_view key) {
  return {key, [](const Rules& rules) { return !(rules.*member).empty(); }, [](Rules& rules) { (rules.*member).clear(); }};
}

constexpr std::array k_rows = {
    one<&Rules::allow>("allow"),
    one<&Rules::from>("from"),
    one<&Rules::require>("require"),
    one<&Rules::first_parent>("first_parent"),
    one<&Rules::linear>("linear"),
    many<&Rules::name>("name"),
    many<&Rules::freeze>("freeze"),
    one<&Rules::merge_content>("merge_content"),
    one<&Rules::signed_commits>("signed"),
    many<&Rules::allowed_signers>("allowed_signers"),
    many<&Rules::message>("commits.message"),
    one<&Rules::subject_max>("commits.subject_max"),
    many<&Rules::author_email>("commits.author_email"),
    many<&Rules::committer_email>("commits.committer_email"),
    one<&Rules::sign_off>("commits.sign_off"),
    one<&Rules::max_size>("files.max_size"),
    many<&Rules::deny>("files.deny"),
    many<&Rules::owners>("files.owners"),
    one<&Rules::secrets>("files.secrets"),
};

const RuleField* row_of(std::string_view key) {
  const auto* found = std::find_if(k_rows.begin(), k_rows.end(), [&](const RuleField& row) { return row.key == key; });
  return found == k_rows.end() ? nullptr : found;
}

} // namespace

std::string_view name_of(MergeContent content) { return k_contents.at(static_cast<std::size_t>(content)); }
std::string_view name_of(SignedCommits which) { return k_signed.at(static_cast<std::size_t>(which)); }
std::string_view name_of(Enforcement enforcement) { return k_enforcements.at(static_cast<std::size_t>(enforcement)); }
std::optional<MergeContent> merge_content_named(std::string_view name) { return named<MergeContent>(k_contents, name); }
std::optional<SignedCommits> signed_commits_named(std::string_view name) { return named<SignedCommits>(k_signed, name); }
std::optional<Enforcement> enforcement_named(std::string_view name) { return named<Enforcement>(k_enforcements, name); }

bool Rules::limits_shape() const { return (allow && !allow->value.is_all()) || from.has_value(); }

bool Rules::needs_history() const { return limits_shape() || first_parent.has_value(); }

bool Rules::needs_commits() const {
  return linear || (merge_content && merge_content->value != MergeContent::any) || !message.empty() || subject_max || !author_email.empty() ||
         !committer_email.empty() || sign_off || needs_files() || needs_signatures();
}

bool Rules::needs_files() const { return max_size || !deny.empty() || !owners.empty() || secrets; }

bool Rules::needs_signatures() const { return (signed_commits && signed_commits->value != SignedCommits::none) || !owners.empty(); }

const std::vector<std::string>& rule_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all;
    std::transform(k_rows.begin(), k_rows.end(), std::back_inserter(all), [](const RuleField& row) { return std::string(row.key); });
    return all;
  }();
  return keys;
}

bool has_rule(const Rules& rules, std::string_view key) {
  const RuleField* row = row_of(key);
  return row != nullptr && row->has(rules);
}

void drop_rule(Rules& rules, std::string_view key) {
  if (const RuleField* row = row_of(key)) {
    row->drop(rules);
  }
}

void tighten(Rules& into, const Rules& by, const RefName& ref, std::vector<Diagnostic>& problems) {
  if (by.allow) {
    tighten_allow(into, *by.allow, ref, problems);
  }
  if (by.from) {
    tighten_from(into, *by.from, ref, problems);
  }
  if (by.require) {
    tighten_require(into, *by.require);
  }
  const auto stronger = [](const auto& a, const auto& b) { return a > b; };
  const auto lower = [](const auto& a, const auto& b) { return a < b; };
  demand(into.first_parent, by.first_parent);
  demand(into.linear, by.linear);
  unite(into.name, by.name);
  unite(into.freeze, by.freeze);
  take_stricter(into.merge_content, by.merge_content, stronger);
  take_stricter(into.signed_commits, by.signed_commits, stronger);
  unite(into.allowed_signers, by.allowed_signers);
  unite(into.message, by.message);
  take_stricter(into.subject_max, by.subject_max, lower);
  unite(into.author_email, by.author_email);
  unite(into.committer_email, by.committer_email);
  demand(into.sign_off, by.sign_off);
  take_stricter(into.max_size, by.max_size, lower);
  unite(into.deny, by.deny);
  unite(into.owners, by.owners);
  demand(into.secrets, by.secrets);
}

} // namespace gate
