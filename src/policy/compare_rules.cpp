#include "policy/compare_rules.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "policy/describe.hpp"

namespace gate {

namespace {

using Differences = std::vector<PolicyDifference>;

TextSet both_of(const TextSet& a, const TextSet& b) {
  TextSet both = a;
  both.insert(b.begin(), b.end());
  return both;
}

// The way leads over what contains both, so that each step is in one direction and the way back is its mirror.
template <typename Text> Differences steps(const std::string& what, const TextSet& a, const TextSet& b, Direction growth, Direction shrinkage, Text text) {
  Differences found;
  const TextSet both = both_of(a, b);
  if (both != a) {
    found.push_back({{}, what, text(a), text(both), growth});
  }
  if (both != b) {
    found.push_back({{}, what, text(both), text(b), shrinkage});
  }
  return found;
}

std::string shapes_text(const TextSet& names) {
  ShapeSet shapes;
  for (const auto& name : names) {
    shapes.insert(*shape_named(name));
  }
  return shapes.is_all() ? "any" : shapes.str();
}

TextSet shape_set(const std::optional<Located<ShapeSet>>& allow) {
  TextSet names;
  for (const auto& name : shape_names()) {
    if (!allow || allow->value.contains(*shape_named(name))) {
      names.insert(name);
    }
  }
  return names;
}

Admitted sources(const std::optional<Located<std::vector<RefName>>>& from) {
  Admitted admitted{!from, {}};
  if (from) {
    for (const auto& ref : from->value) {
      admitted.items.insert(ref.is_branch() ? ref.brief() : ref.full());
    }
  }
  return admitted;
}

template <typename T, typename Text> TextSet texts(const std::vector<Located<T>>& items, Text text) {
  TextSet all;
  for (const auto& item : items) {
    all.insert(text(item.value));
  }
  return all;
}

/// A value of which more is stricter.
struct Strength {
  std::int64_t value = 0;
  std::string text;
};

Differences compare_strength(const std::string& what, const Strength& a, const Strength& b) {
  if (a.value == b.value) {
    return {};
  }
  return {{{}, what, a.text, b.text, a.value < b.value ? Direction::tightens : Direction::loosens}};
}

Strength flag(const std::optional<Place>& place) { return {place ? 1 : 0, place ? "yes" : "no"}; }

template <typename Enum> Strength level(const std::optional<Located<Enum>>& value) {
  const Enum meant = value ? value->value : Enum{};
  return {static_cast<std::int64_t>(meant), std::string(name_of(meant))};
}

template <typename Text> Strength limit(const std::optional<Located<std::int64_t>>& value, Text text) {
  return value ? Strength{-value->value, text(value->value)} : Strength{std::numeric_limits<std::int64_t>::min(), "no limit"};
}

std::map<std::string, std::set<TextSet>> owners_by_path(const std::vector<Located<Owners>>& owners) {
  std::map<std::string, std::set<TextSet>> by_path;
  for (const auto& item : owners) {
    for (const auto& path : item.value.paths) {
      by_path[path.text()].insert(TextSet(item.value.by.begin(), item.value.by.end()));
    }
  }
  return by_path;
}

Differences compare_owners(const Rules& a, const Rules& b) {
  auto before = owners_by_path(a.owners);
  auto after = owners_by_path(b.owners);
  TextSet paths;
  for (const auto* side : {&before, &after}) {
    std::transform(side->begin(), side->end(), std::inserter(paths, paths.end()), [](const auto& entry) { return entry.first; });
  }
  Differences found;
  for (const auto& path : paths) {
    auto more = compare_signers("files.owners", path + " by ", before[path], after[path]);
    std::move(more.begin(), more.end(), std::back_inserter(found));
  }
  return found;
}

using Moment = std::chrono::system_clock::time_point;

/// Times, as windows that neither meet nor overlap, the earliest first.
class Frozen {
public:
  void add(Moment from, Moment until) {
    auto next = m_windows.lower_bound(from);
    if (next != m_windows.begin() && std::prev(next)->second >= from) {
      --next;
      from = next->first;
    }
    for (; next != m_windows.end() && next->first <= until; next = m_windows.erase(next)) {
      until = std::max(until, next->second);
    }
    m_windows[from] = until;
  }
  void add(const Frozen& other) {
    for (const auto& [from, until] : other.m_windows) {
      add(from, until);
    }
  }
  std::string text() const {
    TextSet windows;
    for (const auto& [from, until] : m_windows) {
      windows.insert(window_text({from, until, {}}));
    }
    return text_of(windows, "nothing");
  }
  friend bool operator==(const Frozen& a, const Frozen& b) { return a.m_windows == b.m_windows; }

private:
  std::map<Moment, Moment> m_windows;
};

Frozen frozen(const std::vector<Located<Freeze>>& freezes) {
  Frozen all;
  for (const auto& freeze : freezes) {
    all.add(freeze.value.from, freeze.value.until);
  }
  return all;
}

Differences compare_freezes(const Frozen& a, const Frozen& b) {
  Frozen both = a;
  both.add(b);
  Differences found;
  if (!(both == a)) {
    found.push_back({{}, "freeze", a.text(), both.text(), Direction::tightens});
  }
  if (!(both == b)) {
    found.push_back({{}, "freeze", both.text(), b.text(), Direction::loosens});
  }
  return found;
}

class RuleComparison {
public:
  Differences take() { return std::move(m_found); }
  void add(Differences more) { std::move(more.begin(), more.end(), std::back_inserter(m_found)); }

private:
  Differences m_found;
};

} // namespace

std::string_view name_of(Direction direction) {
  switch (direction) {
  case Direction::loosens:
    return "loosens";
  case Direction::tightens:
    return "tightens";
  case Direction::same:
    return "admits the same";
  case Direction::changes:
    break;
  }
  return "changes";
}

std::string text_of(const TextSet& items, const std::string& none) {
  std::string text = items.empty() ? none : "";
  std::size_t left = items.size();
  for (const auto& item : items) {
    text += item;
    --left;
    text += left == 0 ? "" : left == 1 ? " and " : ", ";
  }
  return text;
}

std::vector<PolicyDifference> compare_demanded(const std::string& what, const TextSet& a, const TextSet& b) {
  return steps(what, a, b, Direction::tightens, Direction::loosens, [](const TextSet& items) { return text_of(items, "nothing"); });
}

std::vector<PolicyDifference> compare_admitted(const std::string& what, const Admitted& a, const Admitted& b) {
  if (a.all && b.all) {
    return {};
  }
  if (a.all || b.all) {
    const auto text = [](const Admitted& side) { return side.all ? "any" : text_of(side.items, "nothing"); };
    return {{{}, what, text(a), text(b), a.all ? Direction::tightens : Direction::loosens}};
  }
  return steps(what, a.items, b.items, Direction::loosens, Direction::tightens, [](const TextSet& items) { return text_of(items, "nothing"); });
}

std::vector<PolicyDifference> compare_signers(const std::string& what, const std::string& prefix, const std::set<TextSet>& a, const std::set<TextSet>& b) {
  const auto one_of = [&](const TextSet& people) {
    std::string text;
    for (const auto& person : people) {
      text += (text.empty() ? prefix : " or ") + person;
    }
    return text.empty() ? prefix + "nobody" : text;
  };
  if (a.size() == 1 && b.size() == 1) {
    return steps(what, *a.begin(), *b.begin(), Direction::loosens, Direction::tightens, one_of);
  }
  const auto each = [&](const std::set<TextSet>& groups) {
    TextSet all;
    std::transform(groups.begin(), groups.end(), std::inserter(all, all.end()), one_of);
    return all;
  };
  return compare_demanded(what, each(a), each(b));
}

std::vector<PolicyDifference> compare_signer_files(const std::string& what, const TextSet& a, const TextSet& b) {
  const bool one_contains_other = both_of(a, b) == a || both_of(a, b) == b;
  if (a == b || (one_contains_other && !a.empty() && !b.empty())) {
    return compare_demanded(what, a, b);
  }
  return {{{}, what, text_of(a, "nothing"), text_of(b, "nothing"), Direction::changes}};
}

std::vector<PolicyDifference> compare_rules(const Rules& a, const Rules& b) {
  const auto regex = [](const Regex& r) { return toml_text(r.pattern()); };
  const auto number = [](std::int64_t n) { return std::to_string(n); };
  const auto as_is = [](const std::string& text) { return text; };
  RuleComparison all;
  all.add(steps("allow", shape_set(a.allow), shape_set(b.allow), Direction::loosens, Direction::tightens, shapes_text));
  all.add(compare_admitted("from", sources(a.from), sources(b.from)));
  all.add(compare_strength("first_parent", flag(a.first_parent), flag(b.first_parent)));
  all.add(compare_strength("linear", flag(a.linear), flag(b.linear)));
  all.add(compare_demanded("name", texts(a.name, regex), texts(b.name, regex)));
  all.add(compare_freezes(frozen(a.freeze), frozen(b.freeze)));
  all.add(compare_strength("merge_content", level(a.merge_content), level(b.merge_content)));
  all.add(compare_strength("signed", level(a.signed_commits), level(b.signed_commits)));
  all.add(compare_signer_files("allowed_signers", texts(a.allowed_signers, as_is), texts(b.allowed_signers, as_is)));
  all.add(compare_demanded("commits.message", texts(a.message, regex), texts(b.message, regex)));
  all.add(compare_strength("commits.subject_max", limit(a.subject_max, number), limit(b.subject_max, number)));
  all.add(compare_demanded("commits.author_email", texts(a.author_email, regex), texts(b.author_email, regex)));
  all.add(compare_demanded("commits.committer_email", texts(a.committer_email, regex), texts(b.committer_email, regex)));
  all.add(compare_strength("commits.sign_off", flag(a.sign_off), flag(b.sign_off)));
  all.add(compare_strength("files.max_size", limit(a.max_size, toml_size), limit(b.max_size, toml_size)));
  all.add(compare_demanded("files.deny", texts(a.deny, [](const PathPattern& p) { return p.text(); }), texts(b.deny, [](const PathPattern& p) { return p.text(); })));
  all.add(compare_owners(a, b));
  all.add(compare_strength("files.secrets", flag(a.secrets), flag(b.secrets)));
  return all.take();
}

} // namespace gate
