#include "policy/lint_joined.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "policy/compare_samples.hpp"
#include "policy/describe.hpp"
#include "policy/lint_block.hpp"

namespace gate {

namespace {

bool admits(const Rules& rules, Shape shape) { return !rules.allow || rules.allow->value.contains(shape); }

bool admits_any(const Rules& rules, std::initializer_list<Shape> shapes) {
  return std::any_of(shapes.begin(), shapes.end(), [&](Shape shape) { return admits(rules, shape); });
}

bool admits_explicitly(const Rules& rules, Shape shape) { return rules.allow && admits(rules, shape); }

bool brings_commits(const Rules& rules) { return admits_any(rules, {Shape::commit, Shape::merge, Shape::fast_forward, Shape::force, Shape::create}); }

bool takes_care_of_content(const Rules& rules) { return rules.merge_content && rules.merge_content->value != MergeContent::any; }

bool is_about_commits(const std::string& key) {
  return key.rfind("commits.", 0) == 0 || key.rfind("files.", 0) == 0 || key == "linear" || key == "signed" || key == "merge_content" || key == "first_parent";
}

std::string in_brackets(const Place& place) { return " (" + place.str() + ")"; }

class JoinedLint {
public:
  JoinedLint(const Block& block, const Trials& trials) : m_block(block), m_own(block.rules) {
    if (block.enforcement.value != Enforcement::off) {
      for (const Trial* trial : trials.of(block)) {
        if (trial->rules) {
          m_everywhere.push_back({trial->ref, held(*trial->rules, block.enforcement.value, trial->ref)});
        }
      }
    }
  }

  std::vector<Finding> run() {
    if (m_everywhere.empty()) {
      return {};
    }
    look_for_dead_ends();
    look_at_shapes();
    look_at_first_parent();
    look_at_merges();
    look_at_waivers();
    return std::move(m_found);
  }

private:
  struct Joined {
    RefName ref;
    Rules rules;
  };

  void warn(const Place& place, std::string message, std::string hint) { m_found.push_back({Finding::Severity::warning, {place, std::move(message), std::move(hint)}}); }

  template <typename Predicate> bool everywhere(Predicate predicate) const {
    return std::all_of(m_everywhere.begin(), m_everywhere.end(), [&](const Joined& joined) { return predicate(joined.rules); });
  }
  // Where a predicate asks for one of them, they are there.
  const Rules& first() const { return m_everywhere.front().rules; }
  std::string allow_place() const { return in_brackets(first().allow->place); }

  // What is only tried out shuts no door.
  void refuse(const Place& place, const std::string& message, const RefName& ref, const std::string& hint) {
    const auto severity = m_block.enforcement.value == Enforcement::active ? Finding::Severity::error : Finding::Severity::warning;
    m_found.push_back({severity, {place, "nothing can pass: " + message + ", on " + ref.brief(), hint}});
  }

  // One ref is enough.
  void look_for_dead_ends() {
    const auto is_shut = [](const Joined& j) {
      return j.rules.linear && admits_explicitly(j.rules, Shape::merge) && !admits_any(j.rules, {Shape::commit, Shape::fast_forward, Shape::force});
    };
    const auto shut = std::find_if(m_everywhere.begin(), m_everywhere.end(), is_shut);
    if (shut != m_everywhere.end()) {
      m_is_shut = true;
      refuse(*shut->rules.linear, "\"linear\" refuses merges, and \"allow\" admits no other update" + in_brackets(shut->rules.allow->place), shut->ref,
             "remove \"linear\", or let \"allow\" say how linear commits arrive");
    }
    const auto is_lost = [](const Joined& j) {
      return !j.ref.is_tag() && j.rules.first_parent && admits_explicitly(j.rules, Shape::force) && !admits_any(j.rules, {Shape::commit, Shape::merge, Shape::fast_forward});
    };
    const auto lost = std::find_if(m_everywhere.begin(), m_everywhere.end(), is_lost);
    if (lost != m_everywhere.end()) {
      m_is_shut = true;
      refuse(*lost->rules.first_parent, "\"first_parent\" refuses forced updates, which lose the old tip, and \"allow\" admits no other update" + in_brackets(lost->rules.allow->place),
             lost->ref, "remove \"first_parent\", or let \"allow\" say how the branch goes on");
    }
  }

  void look_at_shapes() {
    if (m_own.from && everywhere([](const Rules& rules) { return !admits_any(rules, {Shape::merge, Shape::fast_forward}); })) {
      warn(m_own.from->place, "\"from\" never decides: \"allow\"" + allow_place() + " admits neither merges nor fast-forwards", "add one of them to \"allow\", or remove \"from\"");
    }
    if (!m_own.name.empty() && everywhere([](const Rules& rules) { return !admits(rules, Shape::create); })) {
      warn(m_own.name.front().place, "\"name\" never decides: \"allow\"" + allow_place() + " admits no new refs", "add \"create\" to \"allow\", or remove \"name\"");
    }
    if (!everywhere([](const Rules& rules) { return !brings_commits(rules); })) {
      return;
    }
    for (const auto& row : describe(m_own)) {
      if (is_about_commits(row.key)) {
        warn(row.places.front(), "\"" + row.key + "\" never decides: \"allow\"" + allow_place() + " admits no update that brings commits", "widen \"allow\", or remove it");
      }
    }
  }

  void look_at_first_parent() {
    if (speaks_of_tags_only(m_block)) {
      return;
    }
    const auto only_fast_forwards = [](const Rules& rules) { return admits(rules, Shape::fast_forward) && !admits_any(rules, {Shape::merge, Shape::commit}); };
    if (m_own.first_parent && everywhere(only_fast_forwards)) {
      warn(*m_own.first_parent, "with fast-forwards only, \"first_parent\" refuses every one whose source has merged this branch the other way round", "admit merges, or remove \"first_parent\"");
    }
    const auto loses_tips = [](const Rules& rules) { return rules.first_parent && admits_explicitly(rules, Shape::force); };
    if (!m_is_shut && m_own.allow && everywhere(loses_tips)) {
      warn(m_own.allow->place, "\"allow\" admits forced updates, and \"first_parent\"" + in_brackets(*first().first_parent) + " refuses every one", "take \"force\" out of \"allow\"");
    }
  }

  void look_at_merges() {
    const bool is_signed_merge = m_own.signed_commits && m_own.signed_commits->value == SignedCommits::merge;
    if (everywhere([](const Rules& rules) { return rules.linear.has_value(); })) {
      look_at_linear(is_signed_merge);
      return;
    }
    // A fast-forward, a forced update and a new branch bring merges, too.
    const auto brings_no_merges = [](const Rules& rules) {
      return brings_commits(rules) && !admits_any(rules, {Shape::merge, Shape::fast_forward, Shape::force, Shape::create});
    };
    if (!everywhere(brings_no_merges)) {
      return;
    }
    if (takes_care_of_content(m_own)) {
      warn(m_own.merge_content->place, "\"merge_content\" never decides: \"allow\"" + allow_place() + " admits no merges", "add \"merge\" to \"allow\", or remove it");
    }
    if (is_signed_merge) {
      warn(m_own.signed_commits->place, "signed = \"merge\" never decides: \"allow\"" + allow_place() + " admits no merges", "signed = \"all\" asks it of every commit");
    }
  }

  void look_at_linear(bool is_signed_merge) {
    const std::string place = in_brackets(*first().linear);
    if (!m_is_shut && m_own.allow && everywhere([](const Rules& rules) { return admits_explicitly(rules, Shape::merge); })) {
      warn(m_own.allow->place, "\"allow\" admits merges, and \"linear\" refuses every one" + place, "take \"merge\" out of \"allow\"");
    }
    if (takes_care_of_content(m_own)) {
      warn(m_own.merge_content->place, "\"merge_content\" never decides: \"linear\" refuses every merge" + place, "remove one of them");
    }
    if (is_signed_merge) {
      warn(m_own.signed_commits->place, "signed = \"merge\" never decides: \"linear\" refuses every merge" + place, "signed = \"all\" asks it of every commit");
    }
  }

  void look_at_waivers() {
    for (const auto& key : m_block.waived) {
      if (!everywhere([&](const Rules& rules) { return has_rule(rules, key); })) {
        continue;
      }
      const auto rows = describe(first());
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const RuleRow& r) { return r.key == key; });
      const bool is_list = key == "freeze" || key == "files.deny" || key == "files.owners";
      warn(m_block.place, "this block's " + key + (is_list ? " = []" : " = false") + " has no effect: " + row->places.front().str() + " demands it",
           "remove it: of two blocks the stricter one wins; only a file that another extends lets it say so, by \"allow_override\"");
    }
  }

  const Block& m_block;
  const Rules& m_own;
  std::vector<Joined> m_everywhere;
  bool m_is_shut = false;
  std::vector<Finding> m_found;
};

} // namespace

Trials::Trials(const Policy& policy) {
  const auto remotes = sample_remotes({&policy});
  for (auto& sample : sample_refs({&policy}).refs) {
    for (const auto& remote : remotes) {
      m_trials.push_back({sample.ref, remote, rules_for(policy, sample.ref, remote)});
    }
  }
}

std::vector<const Trial*> Trials::of(const Block& block) const {
  std::vector<const Trial*> found;
  for (const auto& trial : m_trials) {
    const bool is_matched = std::any_of(block.match.value.begin(), block.match.value.end(), [&](const RefPattern& pattern) { return pattern.matches(trial.ref); });
    if (is_matched && speaks_of_remote(block, trial.remote)) {
      found.push_back(&trial);
    }
  }
  return found;
}

bool speaks_of_remote(const Block& block, const std::string& remote) {
  return !block.remotes || std::find(block.remotes->value.begin(), block.remotes->value.end(), remote) != block.remotes->value.end();
}

Rules held(const RefRules& rules, Enforcement least, const RefName& ref) {
  Rules all;
  std::vector<Diagnostic> unused;
  for (const auto& group : rules.groups) {
    if (group.enforcement >= least) {
      tighten(all, group.rules, ref, unused);
    }
  }
  return all;
}

std::vector<Finding> lint_joined(const Block& block, const Trials& trials) { return JoinedLint(block, trials).run(); }

} // namespace gate
