#include "policy/parse_scenarios.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/near_miss.hpp"
#include "policy/byte_size.hpp"
#include "policy/decode.hpp"
#include "policy/vet.hpp"

namespace gate {

namespace {

using Strings = std::vector<std::string>;

// In the order of their words.
constexpr std::array<RemadeMerge::Outcome, 3> k_outcomes = {RemadeMerge::Outcome::same, RemadeMerge::Outcome::resolved, RemadeMerge::Outcome::edited};

constexpr std::array<Signature::State, 5> k_states = {Signature::State::good, Signature::State::untrusted, Signature::State::expired,
                                                      Signature::State::revoked, Signature::State::bad};

// No freeze that anybody would write is on then, so that a test tells the same every day.
constexpr std::chrono::system_clock::time_point k_quiet_day{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

std::string one_of(const Strings& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + ("\"" + word + "\"");
  }
  return "one of " + text;
}

class ScenarioReader {
public:
  explicit ScenarioReader(const std::string& file) : m_decode(file), m_file(file) {}

  tl::expected<std::vector<Scenario>, std::vector<Diagnostic>> read(const toml::table& top) {
    m_decode.only_keys(top, "a test file", {"defaults", "test"});
    read_defaults(top);
    read_tests(top);
    if (m_decode.found_problems()) {
      return tl::unexpected(m_decode.take_problems());
    }
    return std::move(m_scenarios);
  }

private:
  void read_defaults(const toml::table& top) {
    const auto* defaults = table_at(top, "defaults", "write: [defaults]");
    if (defaults == nullptr) {
      return;
    }
    const auto& table = *defaults;
    m_decode.only_keys(table, "[defaults]", {"message", "author", "committer", "signed_by", "signature", "remote"});
    m_default_message = m_decode.text(table, "message");
    read_people(table, m_default_commit);
    m_default_remote = read_remote(table);
  }

  void read_tests(const toml::table& top) {
    const std::string hint = "write: [[test]] with \"name\", \"ref\", \"update\" and what is expected";
    const auto tests = m_decode.tables(top, "test", hint);
    for (const auto* test : tests) {
      read_test(*test);
    }
    if (tests.empty() && !m_decode.found_problems()) {
      m_decode.report({m_file, 0, 0}, "there is no test in this file", hint);
    }
  }

  void read_test(const toml::table& table) {
    m_decode.only_keys(table, "[[test]]",
                       {"name", "ref", "update", "of", "commits", "turned_around", "tag", "policy", "bypass", "at", "remote", "allowed", "refused",
                        "told", "bypassed", "suites"});
    const auto place = m_decode.place_of(table);
    const auto name = needed(table, "name", place, "what the test shows, e.g. name = \"nobody pushes straight to master\"");
    const auto ref = read_ref(table, place);
    const auto update = read_update(table, place);
    const auto of = read_of(table);
    if (!name || !ref || !update) {
      return;
    }
    const auto at = m_decode.instant(table, "at");
    const auto turned = m_decode.boolean(table, "turned_around");
    Scenario scenario{name->value,     place, *ref, *update, of, {}, turned && turned->value, read_tag(table), read_policy_change(table),
                      read_remote(table), at ? at->value : k_quiet_day, read_bypass(table), {}};
    read_commits(table, scenario);
    read_expectation(table, scenario);
    m_scenarios.push_back(std::move(scenario));
  }

  std::optional<Located<std::string>> needed(const toml::table& table, std::string_view key, const Place& place, const std::string& hint) {
    if (!table.contains(key)) {
      m_decode.report(place, "[[test]] needs \"" + std::string(key) + "\"", hint);
    }
    return m_decode.text(table, key);
  }

  std::optional<RefName> read_ref(const toml::table& table, const Place& place) {
    const auto text = needed(table, "ref", place, "e.g. ref = \"master\" or ref = \"refs/tags/v1.0\"");
    if (!text) {
      return std::nullopt;
    }
    auto ref = RefName::branch(text->value);
    if (!ref) {
      m_decode.report(text->place, "\"" + text->value + "\" can't be a ref", "a branch's name, or a full one that begins with \"refs/\"");
    }
    return ref;
  }

  std::optional<Shape> read_update(const toml::table& table, const Place& place) {
    const auto names = shape_names();
    if (!table.contains("update")) {
      m_decode.report(place, "[[test]] needs \"update\"", one_of(names));
    }
    const auto word = m_decode.word(table, "update", names);
    return word ? shape_named(names.at(word->value)) : std::nullopt;
  }

  std::optional<RefName> read_of(const toml::table& table) {
    const auto text = m_decode.text(table, "of");
    return text ? m_decode.branch(*text, "of") : std::nullopt;
  }

  std::string read_remote(const toml::table& table) {
    const auto remote = m_decode.text(table, "remote");
    return remote ? remote->value : m_default_remote;
  }

  const toml::table* table_at(const toml::table& table, std::string_view key, const std::string& example) {
    const toml::node* node = table.get(key);
    if (node != nullptr && !node->is_table()) {
      m_decode.report(m_decode.place_of(*node), "\"" + std::string(key) + "\" must be a table", example);
      return nullptr;
    }
    return node == nullptr ? nullptr : node->as_table();
  }

  std::optional<BypassRequest> read_bypass(const toml::table& table) {
    const auto* bypass = table_at(table, "bypass", "e.g. bypass = { by = \"lead@example.org\", reason = \"the shop is down\" }");
    if (bypass == nullptr) {
      return std::nullopt;
    }
    m_decode.only_keys(*bypass, "\"bypass\"", {"by", "reason"});
    const auto by = m_decode.text(*bypass, "by");
    const auto reason = m_decode.text(*bypass, "reason");
    if (!bypass->contains("reason")) {
      m_decode.report(m_decode.place_of(*bypass), "\"bypass\" needs \"reason\": without one nothing is bypassed", "reason = \"…\"");
    }
    return BypassRequest{by ? by->value : "", reason ? reason->value : ""};
  }

  std::optional<Signature> read_tag(const toml::table& table) {
    const auto* tag = table_at(table, "tag", "an annotated one: tag = {}, or tag = { signed_by = \"lead@example.org\" }");
    if (tag == nullptr) {
      return std::nullopt;
    }
    m_decode.only_keys(*tag, "\"tag\"", {"signed_by", "signature"});
    Signature signature;
    read_signature(*tag, signature);
    return signature;
  }

  std::optional<PolicyChange> read_policy_change(const toml::table& table) {
    const auto* policy = table_at(table, "policy", "e.g. policy = { old_serial = 3, new_serial = 4 }");
    if (policy == nullptr) {
      return std::nullopt;
    }
    m_decode.only_keys(*policy, "\"policy\"", {"old_serial", "new_serial", "removed"});
    PolicyChange change;
    if (const auto serial = m_decode.integer(*policy, "old_serial")) {
      change.old_serial = serial->value;
    }
    if (const auto serial = m_decode.integer(*policy, "new_serial")) {
      change.new_serial = serial->value;
    }
    const auto removed = m_decode.boolean(*policy, "removed");
    change.is_removed = removed && removed->value;
    return change;
  }

  void read_signature(const toml::table& table, Signature& signature) {
    if (const auto signer = m_decode.text(table, "signed_by")) {
      signature = {Signature::State::good, signer->value, {}};
    }
    if (const auto state = m_decode.word(table, "signature", {"good", "untrusted", "expired", "revoked", "bad"})) {
      signature.state = k_states.at(state->value);
    }
  }

  void read_people(const toml::table& table, DescribedCommit& commit) {
    if (const auto author = m_decode.text(table, "author")) {
      commit.author = author->value;
      commit.committer = author->value;
    }
    if (const auto committer = m_decode.text(table, "committer")) {
      commit.committer = committer->value;
    }
    read_signature(table, commit.signature);
  }

  // A merge update has a merge, and a commit update a commit, also where the test has nothing to say of them.
  void read_commits(const toml::table& table, Scenario& scenario) {
    for (const auto* commit : m_decode.tables(table, "commits", "e.g. commits = [{ message = \"Mend the login\" }]")) {
      read_commit(*commit, scenario);
    }
    auto& commits = scenario.commits;
    if (scenario.update == Shape::remove && !commits.empty()) {
      m_decode.report(scenario.place, "a deletion brings no commits", "leave \"commits\" out");
    }
    const bool has_merge = std::any_of(commits.begin(), commits.end(), [](const auto& commit) { return commit.merge.has_value(); });
    if (scenario.update == Shape::merge && !has_merge) {
      commits.push_back(default_commit(scenario, RemadeMerge::Outcome::same));
    } else if (scenario.update == Shape::commit && commits.empty()) {
      commits.push_back(default_commit(scenario, std::nullopt));
    }
  }

  DescribedCommit default_commit(const Scenario& scenario, std::optional<RemadeMerge::Outcome> merge) const {
    DescribedCommit commit = m_default_commit;
    commit.merge = merge;
    const std::string merged = scenario.of ? scenario.of->brief() : "something";
    const std::string plain = merge ? "Merge branch '" + merged + "'" : "Change something";
    commit.message = m_default_message ? m_default_message->value : plain;
    return commit;
  }

  void read_commit(const toml::table& table, Scenario& scenario) {
    m_decode.only_keys(table, "a commit", {"message", "author", "committer", "signed_by", "signature", "files", "merge"});
    std::optional<RemadeMerge::Outcome> merge;
    if (const auto outcome = m_decode.word(table, "merge", {"clean", "resolved", "edited"})) {
      merge = k_outcomes.at(outcome->value);
    }
    DescribedCommit commit = default_commit(scenario, merge);
    read_people(table, commit);
    if (const auto message = m_decode.text(table, "message")) {
      commit.message = message->value;
    }
    read_files(table, commit);
    scenario.commits.push_back(std::move(commit));
  }

  void read_files(const toml::table& table, DescribedCommit& commit) {
    const toml::node* node = table.get("files");
    if (node == nullptr) {
      return;
    }
    const auto* list = node->as_array();
    if (list == nullptr) {
      m_decode.report(m_decode.place_of(*node), "\"files\" must be a list", "e.g. files = [\"README\", { path = \"big.bin\", size = \"6MiB\" }]");
      return;
    }
    for (const auto& element : *list) {
      if (const auto* path = element.as_string(); path != nullptr && !path->get().empty()) {
        commit.files.push_back({path->get(), 0, false, false});
      } else if (element.is_table()) {
        read_file(*element.as_table(), commit);
      } else {
        m_decode.report(m_decode.place_of(element), "a file is a path, or a table with one",
                        "e.g. \"README\" or { path = \"big.bin\", size = \"6MiB\" }");
      }
    }
  }

  void read_file(const toml::table& table, DescribedCommit& commit) {
    m_decode.only_keys(table, "a file", {"path", "size", "removed", "secret"});
    const auto path = m_decode.text(table, "path");
    if (!table.contains("path")) {
      m_decode.report(m_decode.place_of(table), "a file needs \"path\"", "e.g. { path = \"big.bin\", size = \"6MiB\" }");
    }
    const auto removed = m_decode.boolean(table, "removed");
    const auto secret = m_decode.boolean(table, "secret");
    DescribedFile file{path ? path->value : "", 0, removed && removed->value, secret && secret->value};
    if (const auto text = m_decode.text(table, "size")) {
      const auto size = parse_byte_size(text->value);
      if (!size) {
        m_decode.report(text->place, "\"" + text->value + "\" is no size", "write e.g. \"500KiB\", \"5MiB\" or \"1GiB\"");
      }
      file.size = size.value_or(0);
    }
    commit.files.push_back(std::move(file));
  }

  void read_expectation(const toml::table& table, Scenario& scenario) {
    const auto allowed = m_decode.boolean(table, "allowed");
    const auto refused = rule_list(table, "refused");
    auto& expected = scenario.expected;
    if (table.contains("allowed") == table.contains("refused")) {
      m_decode.report(scenario.place, "[[test]] needs either \"allowed\" or \"refused\"",
                      "allowed = true, or the ids of the rules that refuse it: refused = [\"direct-push\"]");
    } else if (allowed && !allowed->value) {
      m_decode.report(allowed->place, "\"allowed\" is true or not there", "name the rules that refuse it: refused = [\"direct-push\"]");
    } else if (refused && refused->empty()) {
      m_decode.report(scenario.place, "\"refused\" names no rule", "write: allowed = true");
    }
    expected.refused = refused.value_or(Strings());
    expected.told = rule_list(table, "told");
    expected.bypassed = rule_list(table, "bypassed");
    if (const auto suites = m_decode.texts(table, "suites")) {
      expected.suites = suites->value;
      if (refused) {
        m_decode.report(suites->place, "an update that is refused runs no suite", "leave \"suites\" out");
      }
    }
  }

  std::optional<Strings> rule_list(const toml::table& table, std::string_view key) {
    const auto list = m_decode.texts(table, key);
    if (!list) {
      return std::nullopt;
    }
    const auto& known = rule_ids();
    for (const auto& id : list->value) {
      if (std::find(known.begin(), known.end(), id) == known.end()) {
        const auto near = near_miss(id, known);
        m_decode.report(list->place, "there is no rule \"" + id + "\"", near ? "did you mean \"" + *near + "\"?" : one_of(known));
      }
    }
    return list->value;
  }

  Decoder m_decode;
  std::string m_file;
  DescribedCommit m_default_commit{{}, "dev@example.org", "dev@example.org", {}, {}, {}};
  std::optional<Located<std::string>> m_default_message;
  std::string m_default_remote = "origin";
  std::vector<Scenario> m_scenarios;
};

} // namespace

tl::expected<std::vector<Scenario>, std::vector<Diagnostic>> parse_scenarios(std::string_view text, const std::string& name) {
  if (auto problem = vet_policy_text(text, name)) {
    return tl::unexpected(std::vector<Diagnostic>{*std::move(problem)});
  }
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    const auto& error = parsed.error();
    const auto& at = error.source().begin;
    return tl::unexpected(std::vector<Diagnostic>{{{name, at.line, at.column}, std::string(error.description()), ""}});
  }
  return ScenarioReader(name).read(parsed.table());
}

} // namespace gate
