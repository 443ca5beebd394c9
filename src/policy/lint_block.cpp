#include "policy/lint_block.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "policy/describe.hpp"

namespace gate {

namespace {

bool lies_under(const RefPattern& pattern, std::string_view folder) { return pattern.full().compare(0, folder.size(), folder) == 0; }

// What begins so comes and goes with a piece of work.
bool looks_short_lived(const std::string& name) {
  constexpr std::array<std::string_view, 12> k_folders = {"feature/", "feat/", "fix/", "bugfix/", "hotfix/", "topic/", "user/", "users/", "chore/", "wip/", "dependabot/", "renovate/"};
  return std::any_of(k_folders.begin(), k_folders.end(), [&](std::string_view folder) { return name.compare(0, folder.size(), folder) == 0; });
}

class BlockLint {
public:
  BlockLint(const Block& block, std::chrono::system_clock::time_point now) : m_block(block), m_rules(block.rules), m_now(now) {}

  std::vector<Finding> run() {
    look_at_match();
    look_at_enforcement();
    look_at_shapes();
    look_at_merges();
    look_at_sources();
    look_at_values();
    if (speaks_of_tags_only()) {
      look_at_tag_rules();
    }
    return std::move(m_found);
  }

private:
  void warn(const Place& place, std::string message, std::string hint) { m_found.push_back({Finding::Severity::warning, {place, std::move(message), std::move(hint)}}); }
  void refuse(const Place& place, std::string message, std::string hint) { m_found.push_back({Finding::Severity::error, {place, std::move(message), std::move(hint)}}); }

  bool admits(Shape shape) const { return !m_rules.allow || m_rules.allow->value.contains(shape); }
  bool admits_any(std::initializer_list<Shape> shapes) const {
    return std::any_of(shapes.begin(), shapes.end(), [this](Shape shape) { return admits(shape); });
  }
  bool brings_commits() const { return admits_any({Shape::commit, Shape::merge, Shape::fast_forward, Shape::force, Shape::create}); }

  bool speaks_of_tags_only() const {
    const auto& patterns = m_block.match.value;
    return std::all_of(patterns.begin(), patterns.end(), [](const RefPattern& pattern) { return lies_under(pattern, "refs/tags/"); });
  }

  void look_at_match() {
    std::set<std::string> seen;
    bool has_branch = false;
    bool has_tag = false;
    for (const auto& pattern : m_block.match.value) {
      if (!seen.insert(pattern.full()).second) {
        warn(m_block.match.place, "\"" + pattern_text(pattern) + "\" stands twice in this match", "remove one");
      }
      if (samples_of(pattern).empty()) {
        warn(m_block.match.place, "no ref can be called \"" + pattern.full() + "\" (git-check-ref-format)", "mend the pattern");
      }
      has_branch = has_branch || lies_under(pattern, "refs/heads/");
      has_tag = has_tag || lies_under(pattern, "refs/tags/");
    }
    if (has_branch && has_tag) {
      warn(m_block.match.place, "this block matches branches and tags", "patterns of tags belong in a [[tag]] block, those of branches in a [[branch]] block");
    }
    if (m_block.remotes && m_block.remotes->value.empty()) {
      refuse(m_block.remotes->place, "\"remotes\" names no remote, so that this block protects nothing", "name one, or leave \"remotes\" out: then it holds for all");
    }
    if (describe(m_rules).empty()) {
      warn(m_block.place, "this block says nothing about the refs that it matches", "give it a rule, or remove it");
    }
  }

  void look_at_enforcement() {
    const auto enforcement = m_block.enforcement.value;
    if (enforcement == Enforcement::off) {
      warn(m_block.enforcement.place, "enforcement = \"off\": nothing of this block holds", "\"evaluate\" tells what it would deny, \"active\" denies it");
    }
    if (enforcement == Enforcement::evaluate && m_block.bypass.place && !m_block.bypass.by.empty()) {
      warn(*m_block.bypass.place, "nobody needs to bypass a block that is only evaluated", "remove \"bypass\", or make the block active");
    }
  }

  void look_at_shapes() {
    if (m_rules.from && !admits_any({Shape::merge, Shape::fast_forward})) {
      warn(m_rules.from->place, "\"from\" never decides: this block admits neither merges nor fast-forwards", "add one of them to \"allow\", or remove \"from\"");
    }
    if (!m_rules.name.empty() && !admits(Shape::create)) {
      warn(m_rules.name.front().place, "\"name\" never decides: this block admits no new refs", "add \"create\" to \"allow\", or remove \"name\"");
    }
    if (m_rules.first_parent && !admits_any({Shape::merge, Shape::commit}) && admits(Shape::fast_forward) && !speaks_of_tags_only()) {
      warn(*m_rules.first_parent, "with fast-forwards only, \"first_parent\" refuses every one whose source has merged this branch the other way round", "admit merges, or remove \"first_parent\"");
    }
    if (brings_commits()) {
      return;
    }
    for (const auto& row : describe(m_rules)) {
      const bool is_about_commits = row.key.rfind("commits.", 0) == 0 || row.key.rfind("files.", 0) == 0 ||
                                    row.key == "linear" || row.key == "signed" || row.key == "merge_content" || row.key == "first_parent";
      if (is_about_commits) {
        warn(row.places.front(), "\"" + row.key + "\" never decides: this block admits no update that brings commits", "widen \"allow\", or remove it");
      }
    }
  }

  void look_at_merges() {
    const bool takes_care_of_content = m_rules.merge_content && m_rules.merge_content->value != MergeContent::any;
    const bool is_signed_merge = m_rules.signed_commits && m_rules.signed_commits->value == SignedCommits::merge;
    if (m_rules.linear) {
      look_at_linear(takes_care_of_content, is_signed_merge);
      return;
    }
    // A fast-forward, a forced update and a new branch bring merges, too.
    if (!brings_commits() || admits_any({Shape::merge, Shape::fast_forward, Shape::force, Shape::create})) {
      return;
    }
    if (takes_care_of_content) {
      warn(m_rules.merge_content->place, "\"merge_content\" never decides: this block admits no merges", "add \"merge\" to \"allow\", or remove it");
    }
    if (is_signed_merge) {
      warn(m_rules.signed_commits->place, "signed = \"merge\" never decides: this block admits no merges", "signed = \"all\" asks it of every commit");
    }
  }

  void look_at_linear(bool takes_care_of_content, bool is_signed_merge) {
    const std::string hint = "remove \"linear\", or let \"allow\" say how linear commits arrive";
    if (m_rules.allow && admits(Shape::merge)) {
      const bool nothing_else = !admits_any({Shape::commit, Shape::fast_forward, Shape::force});
      const std::string where = " (" + m_rules.allow->place.str() + ")";
      if (nothing_else) {
        refuse(*m_rules.linear, "nothing can pass: \"linear\" refuses merges, and \"allow\" admits no other update" + where, hint);
      } else {
        warn(*m_rules.linear, "\"allow\" admits merges, and \"linear\" refuses every one" + where, "take \"merge\" out of \"allow\"");
      }
    }
    if (takes_care_of_content) {
      warn(m_rules.merge_content->place, "\"merge_content\" never decides: \"linear\" refuses every merge", "remove one of them");
    }
    if (is_signed_merge) {
      warn(m_rules.signed_commits->place, "signed = \"merge\" never decides: \"linear\" refuses every merge", "signed = \"all\" asks it of every commit");
    }
  }

  void look_at_sources() {
    if (!m_rules.from) {
      return;
    }
    const auto& place = m_rules.from->place;
    for (const auto& source : m_rules.from->value) {
      const bool is_itself = std::any_of(m_block.match.value.begin(), m_block.match.value.end(), [&](const RefPattern& p) { return p.full() == source.full(); });
      if (is_itself) {
        warn(place, "\"from\" names " + source.brief() + " itself: no update comes from where it goes", "name the branches that are merged into it");
      } else if (looks_short_lived(source.brief())) {
        warn(place, "\"from\" names " + source.brief() + ", which looks like a branch that goes away", "\"from\" is for branches that stay; without \"from\" any may be merged");
      }
    }
  }

  void look_at_values() {
    for (const auto& freeze : m_rules.freeze) {
      if (freeze.value.until <= freeze.value.from) {
        refuse(freeze.place, "this freeze ends before it begins", "swap \"from\" and \"until\"");
      } else if (freeze.value.until <= m_now) {
        warn(freeze.place, "this freeze is over: " + window_text(freeze.value), "remove it");
      }
    }
    if (m_rules.subject_max && m_rules.subject_max->value < 1) {
      refuse(m_rules.subject_max->place, "no commit has a subject that short", "72 is usual");
    }
    if (m_rules.require) {
      std::set<std::string> seen;
      for (const auto& name : m_rules.require->value) {
        if (!seen.insert(name).second) {
          warn(m_rules.require->place, "\"require\" names suite " + name + " twice", "remove one");
        }
      }
    }
  }

  // A tag that is there already can only be moved or go: how the commits relate is not asked.
  void look_at_tag_rules() {
    if (m_rules.allow && !m_rules.allow->value.is_all()) {
      for (const Shape shape : {Shape::commit, Shape::merge, Shape::fast_forward}) {
        if (admits(shape)) {
          warn(m_rules.allow->place, "an update of a tag is never a \"" + std::string(name_of(shape)) + "\"", "a tag can \"create\", \"force\" and \"delete\"");
        }
      }
    }
    if (m_rules.from && admits_any({Shape::merge, Shape::fast_forward})) {
      warn(m_rules.from->place, "\"from\" never decides: nothing is merged into a tag", "remove it");
    }
    if (m_rules.first_parent) {
      warn(*m_rules.first_parent, "\"first_parent\" never decides: a tag has no line of commits that it moves along", "remove it");
    }
  }

  const Block& m_block;
  const Rules& m_rules;
  std::chrono::system_clock::time_point m_now;
  std::vector<Finding> m_found;
};

} // namespace

std::vector<Finding> lint_block(const Block& block, std::chrono::system_clock::time_point now) { return BlockLint(block, now).run(); }

} // namespace gate
