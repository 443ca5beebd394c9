#include "policy/lint_block.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "policy/describe.hpp"
#include "policy/glob.hpp"

namespace gate {

namespace {

bool lies_under(const RefPattern& pattern, std::string_view folder) { return pattern.full().compare(0, folder.size(), folder) == 0; }

// What begins so comes and goes with a piece of work.
bool looks_short_lived(const std::string& name) {
  constexpr std::array<std::string_view, 12> k_folders = {"feature/", "feat/", "fix/", "bugfix/", "hotfix/", "topic/", "user/", "users/", "chore/", "wip/", "dependabot/", "renovate/"};
  return std::any_of(k_folders.begin(), k_folders.end(), [&](std::string_view folder) { return name.compare(0, folder.size(), folder) == 0; });
}

bool begins_with_negation(const RefPattern& pattern) { return pattern.full().rfind("refs/heads/!", 0) == 0 || pattern.full().rfind("refs/tags/!", 0) == 0; }

bool is_empty_class(std::string_view bytes) {
  for (unsigned byte = 1; byte < 256; ++byte) {
    if (glob_matches(bytes, std::string(1, static_cast<char>(byte)))) {
      return false;
    }
  }
  return true;
}

// "[z-a]". The pattern has been read, so that every class is closed.
bool has_empty_class(std::string_view glob) {
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '\\') {
      ++i;
    } else if (glob[i] == '[') {
      std::size_t length = 1;
      while (i + length < glob.size() && !is_glob(glob.substr(i, length))) {
        ++length;
      }
      if (is_empty_class(glob.substr(i, length))) {
        return true;
      }
      i += length - 1;
    }
  }
  return false;
}

// git takes nothing of that name into a tree, however it is spelt.
bool has_git_folder(std::string_view path) {
  constexpr std::string_view k_name = ".git";
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    const bool is_it = std::equal(part.begin(), part.end(), k_name.begin(), k_name.end(), [](char c, char wanted) { return c == wanted || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == wanted); });
    if (is_it) {
      return true;
    }
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

class BlockLint {
public:
  BlockLint(const Block& block, std::chrono::system_clock::time_point now) : m_block(block), m_rules(block.rules), m_now(now) {}

  std::vector<Finding> run() {
    look_at_match();
    look_at_enforcement();
    look_at_sources();
    look_at_values();
    look_at_paths();
    if (speaks_of_tags_only(m_block)) {
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

  void look_at_match() {
    std::set<std::string> seen;
    bool has_branch = false;
    bool has_tag = false;
    for (const auto& pattern : m_block.match.value) {
      if (!seen.insert(pattern.full()).second) {
        warn(m_block.match.place, "\"" + pattern_text(pattern) + "\" stands twice in this match", "remove one");
      }
      if (begins_with_negation(pattern)) {
        warn(m_block.match.place, "\"" + pattern_text(pattern) + "\" is no exception: it stands for a name that begins with \"!\"", "remove it; patterns only add, so let narrower ones say which refs are meant");
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

  void look_at_paths() {
    for (const auto& pattern : m_rules.deny) {
      look_at_path(pattern.value, pattern.place);
    }
    for (const auto& owners : m_rules.owners) {
      for (const auto& pattern : owners.value.paths) {
        look_at_path(pattern, owners.place);
      }
    }
  }

  void look_at_path(const PathPattern& pattern, const Place& place) {
    const std::string& text = pattern.text();
    if (text.front() == '!') {
      warn(place, "\"" + text + "\" is no exception: it stands for a name that begins with \"!\"", "remove it, patterns only add here; if such a name is meant, write '\\" + text + "'");
    } else if (has_empty_class(text)) {
      warn(place, "no path matches \"" + text + "\": what stands in its brackets is no character", "mend the pattern: [a-z], [!a-z]");
    } else if (has_git_folder(text)) {
      warn(place, "no path matches \"" + text + "\": git takes nothing that is called .git into a tree", "mend the pattern, or remove it");
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

bool speaks_of_tags_only(const Block& block) {
  const auto& patterns = block.match.value;
  return std::all_of(patterns.begin(), patterns.end(), [](const RefPattern& pattern) { return lies_under(pattern, "refs/tags/"); });
}

std::vector<Finding> lint_block(const Block& block, std::chrono::system_clock::time_point now) { return BlockLint(block, now).run(); }

} // namespace gate
