#include "policy/read_publications.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "policy/read_image_destination.hpp"

namespace gate {

namespace {

// Of these at least one differs from commit to commit; a branch's name alone never does.
constexpr std::array<std::string_view, 5> k_changing{"commit", "short_commit", "date", "version", "tree"};

bool changes(const std::string& tag_template) {
  const auto names = placeholders_of(tag_template);
  return std::find_first_of(names.begin(), names.end(), k_changing.begin(), k_changing.end()) != names.end();
}

class PublicationReader {
public:
  PublicationReader(const toml::table& top, const std::optional<std::vector<std::string>>& suites, Decoder& decode)
      : m_top(top), m_suites(suites), m_decode(decode) {}

  void read(const toml::table& table, const std::string& name, const Place& place) {
    const std::string where = "[publish." + name + "]";
    std::vector<std::string> known = image_keys();
    known.insert(known.end(), {"branch", "git_tag", "after", "trigger", "by", "finish"});
    m_decode.only_keys(table, where, known);
    const auto branch = read_branch(table, where, place);
    const bool is_image = table.contains("to") || table.contains("images");
    if (is_image == table.contains("trigger")) {
      m_decode.report(place, where + " needs either \"to\" or \"trigger\"",
                      "to = \"HOST/PATH\" for an image, images = { SERVICE = \"HOST/PATH\" } for those of a compose file, or trigger = { env = \"VARIABLE\" }");
      return;
    }
    // What does not take the branch's name is read all the same: every problem is told at once.
    PublishRule rule{name, place, branch.value_or(*RefName::branch("x")), BuildTrigger{}};
    if (is_image) {
      rule.what = read_image_destination(table, {m_top, m_suites, where, place}, m_decode);
      rule.git_tag = read_git_tag(table, rule.branch);
      rule.webhook = read_after(table);
    } else {
      rule.what = read_trigger(table, where);
    }
    if (const auto by = m_decode.word(table, "by", {"local", "ci"})) {
      rule.by = by->value == 0 ? PublishRule::By::local : PublishRule::By::ci;
    } else if (!is_image && !table.contains("by")) {
      // What a registry has, both can look up; what was asked of Docker Hub, nobody can.
      m_decode.report(place, where + " needs \"by\": a trigger that a laptop and CI both send starts two builds", "by = \"ci\" or by = \"local\"");
    }
    if (const auto finish = m_decode.word(table, "finish", {"auto", "manual"}); finish && finish->value == 1) {
      rule.finish = PublishRule::Finish::manual;
    }
    if (branch) {
      m_rules.push_back(std::move(rule));
    }
  }

  std::vector<PublishRule> take() { return std::move(m_rules); }

private:
  std::optional<RefName> read_branch(const toml::table& table, const std::string& where, const Place& place) {
    const auto name = m_decode.text(table, "branch");
    if (!name) {
      if (!table.contains("branch")) {
        m_decode.report(place, where + " needs \"branch\": whose merges it publishes", "e.g. branch = \"staging\"");
      }
      return std::nullopt;
    }
    const auto branch = RefName::branch(name->value);
    if (!branch || !branch->is_branch()) {
      m_decode.report(name->place, "\"branch\" names one branch, and \"" + name->value + "\" can't be one", "e.g. branch = \"staging\"");
      return std::nullopt;
    }
    return branch;
  }

  std::string read_git_tag(const toml::table& table, const RefName& branch) {
    const auto tag = m_decode.text(table, "git_tag");
    if (!tag || !knows_placeholders(*tag, m_decode)) {
      return "";
    }
    if (tag->value.rfind("refs/", 0) == 0 || !git_tag_for(tag->value, sample_facts(branch))) {
      m_decode.report(tag->place, "\"" + tag->value + "\" can't be the name of a tag in git", "e.g. git_tag = \"" + branch.brief() + "-{date}-{short_commit}\", without refs/tags/");
    } else if (!changes(tag->value)) {
      m_decode.report(tag->place, "\"git_tag\" would be the same for every commit, and a tag in git names one for ever",
                      "e.g. git_tag = \"" + tag->value + "-{short_commit}\"");
    } else {
      return tag->value;
    }
    return "";
  }

  std::string read_after(const toml::table& table) {
    const toml::node* node = table.get("after");
    if (node == nullptr) {
      return "";
    }
    constexpr const char* k_write = "write: after = { webhook = { env = \"DEPLOY_HOOK\" } }   and replace a URL that was committed";
    const auto* const after = node->as_table();
    if (after == nullptr) {
      m_decode.report(m_decode.place_of(*node), "\"after\" says what is called once the publication is done; a URL is a secret and does not stand here", k_write);
      return "";
    }
    m_decode.only_keys(*after, "\"after\"", {"webhook"});
    const toml::node* webhook = after->get("webhook");
    if (webhook == nullptr) {
      m_decode.report(m_decode.place_of(*node), "\"after\" names no \"webhook\"", "write: after = { webhook = { env = \"DEPLOY_HOOK\" } }");
      return "";
    }
    if (!webhook->is_table()) {
      m_decode.report(m_decode.place_of(*webhook), "\"webhook\" names the variable that holds the URL; the URL itself is a secret", k_write);
      return "";
    }
    return read_variable(*webhook->as_table(), "webhook", "after = { webhook = { env = \"DEPLOY_HOOK\" } }");
  }

  // A URL here is a secret that is in the repository's history by now; it is not repeated.
  BuildTrigger read_trigger(const toml::table& table, const std::string& where) {
    const toml::node& node = *table.get("trigger");
    std::vector<std::string> foreign = image_keys();
    foreign.insert(foreign.end(), {"git_tag", "after"});
    for (const auto& key : foreign) {
      if (const toml::node* other = table.get(key)) {
        m_decode.report(m_decode.place_of(*other), "\"" + key + "\" goes with \"to\", and " + where + " has \"trigger\"");
      }
    }
    if (!node.is_table()) {
      m_decode.report(m_decode.place_of(node), "\"trigger\" names the variable that holds the URL; the URL itself is a secret",
                      "write: trigger = { env = \"DEPLOY\" }   and replace a trigger whose URL was committed");
      return {};
    }
    return {read_variable(*node.as_table(), "trigger", "trigger = { env = \"DEPLOY\" }")};
  }

  std::string read_variable(const toml::table& table, const std::string& key, const std::string& example) {
    m_decode.only_keys(table, "\"" + key + "\"", {"env"});
    const auto variable = m_decode.text(table, "env");
    if (variable && is_variable_name(variable->value)) {
      return variable->value;
    }
    m_decode.report(m_decode.place_of(table), "\"" + key + "\" needs \"env\": the name of the variable that holds the URL", "write: " + example);
    return "";
  }

  const toml::table& m_top;
  const std::optional<std::vector<std::string>>& m_suites;
  Decoder& m_decode;
  std::vector<PublishRule> m_rules;
};

} // namespace

std::vector<PublishRule> read_publications(const toml::table& top, const std::optional<std::vector<std::string>>& suites, Decoder& decode) {
  const toml::node* node = top.get("publish");
  if (node == nullptr) {
    return {};
  }
  if (!node->is_table()) {
    decode.report(decode.place_of(*node), "publications are tables", "write: [publish.NAME]");
    return {};
  }
  PublicationReader reader(top, suites, decode);
  for (const auto& [key, value] : *node->as_table()) {
    const std::string name(key.str());
    const auto place = decode.place_of(value);
    if (!value.is_table()) {
      decode.report(place, "publication \"" + name + "\" must be a table", "write: [publish." + name + "]");
    } else if (!is_plain_name(name)) {
      decode.report(place, "a publication can't be called \"" + name + "\"",
                    "use up to 64 letters, digits, '.', '_' and '-', beginning with a letter, digit or '_'");
    } else {
      reader.read(*value.as_table(), name, place);
    }
  }
  auto rules = reader.take();
  auto problems = disputed_tags(rules);
  const auto doubled = doubled_git_tags(rules);
  problems.insert(problems.end(), doubled.begin(), doubled.end());
  // A rule that was not read is missing here, and its own problem is told.
  if (suites && rules.size() == node->as_table()->size()) {
    const auto promotions = wrong_promotions(rules);
    problems.insert(problems.end(), promotions.begin(), promotions.end());
  }
  for (const auto& problem : problems) {
    decode.report(problem.place, problem.message, problem.hint);
  }
  return rules;
}

} // namespace gate
