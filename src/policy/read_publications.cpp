#include "policy/read_publications.hpp"

#include <algorithm>
#include <iterator>

#include "base/near_miss.hpp"

namespace gate {

namespace {

constexpr const char* k_sample_commit = "0123456789abcdef0123456789abcdef01234567";

bool contains(const std::vector<std::string>& list, std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

class PublicationReader {
public:
  PublicationReader(const toml::table& top, const std::optional<std::vector<std::string>>& suites, Decoder& decode)
      : m_top(top), m_suites(suites), m_decode(decode) {}

  void read(const toml::table& table, const std::string& name, const Place& place) {
    const std::string where = "[publish." + name + "]";
    m_decode.only_keys(table, where, {"branch", "suite", "to", "tags", "branch_tag", "trigger", "by", "finish"});
    const auto branch = read_branch(table, where, place);
    const bool is_image = table.contains("to");
    if (is_image == table.contains("trigger")) {
      m_decode.report(place, where + " needs either \"to\" or \"trigger\"", "to = \"HOST/PATH\" for an image, or trigger = { env = \"VARIABLE\" }");
      return;
    }
    if (!branch) {
      return;
    }
    PublishRule rule{name, place, *branch, BuildTrigger{}, PublishRule::By::anyone, PublishRule::Finish::automatic};
    if (is_image) {
      rule.what = read_image(table, where, place);
    } else {
      rule.what = read_trigger(table, where);
    }
    if (const auto by = choice(table, "by", {"local", "ci"})) {
      rule.by = *by == 0 ? PublishRule::By::local : PublishRule::By::ci;
    } else if (!is_image && !table.contains("by")) {
      // What a registry has, both can look up; what was asked of Docker Hub, nobody can.
      m_decode.report(place, where + " needs \"by\": a trigger that a laptop and CI both send starts two builds", "by = \"ci\" or by = \"local\"");
    }
    rule.finish = choice(table, "finish", {"auto", "manual"}).value_or(0) == 0 ? PublishRule::Finish::automatic : PublishRule::Finish::manual;
    m_rules.push_back(std::move(rule));
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

  ImageDestination read_image(const toml::table& table, const std::string& where, const Place& place) {
    ImageDestination image;
    read_suite(table, where, place, image);
    read_to(table, image);
    read_tags(table, image);
    if (choice(table, "branch_tag", {"push", "merge"}).value_or(0) == 1) {
      image.branch_tag = ImageDestination::BranchTag::at_merge;
    }
    return image;
  }

  void read_suite(const toml::table& table, const std::string& where, const Place& place, ImageDestination& image) {
    const auto suite = m_decode.text(table, "suite");
    if (!suite) {
      if (!table.contains("suite")) {
        m_decode.report(place, where + " needs \"suite\": the image that it tested is what is published");
      }
      return;
    }
    image.suite = suite->value;
    if (const auto defined = m_top["suite"][suite->value]; defined["image"] && !defined["build"] && !defined["compose"]) {
      const auto problem = makes_no_image(suite->value, suite->place);
      m_decode.report(problem.place, problem.message, problem.hint);
    }
    if (!m_suites || std::find(m_suites->begin(), m_suites->end(), suite->value) != m_suites->end()) {
      return;
    }
    const auto near = near_miss(suite->value, *m_suites);
    m_decode.report(suite->place, "there is no suite \"" + suite->value + "\"",
                    near ? "did you mean \"" + *near + "\"?" : "define it: [suite." + suite->value + "]");
  }

  void read_to(const toml::table& table, ImageDestination& image) {
    const auto to = m_decode.text(table, "to");
    if (!to) {
      return;
    }
    image.to = to->value;
    for (const auto& name : placeholders_of(to->value)) {
      if (name.rfind(k_env_prefix, 0) != 0 || name.size() == k_env_prefix.size()) {
        m_decode.report(to->place, "\"{" + name + "}\" stands for nothing in \"to\"", "a variable of the environment reads {env:NAME}");
        return;
      }
    }
    const std::string sample = filled_in(to->value, [](std::string_view) { return std::string("x"); });
    if (!ImageName::parse(sample)) {
      m_decode.report(to->place, "\"" + to->value + "\" can't be an image's name",
                      "write HOST/PATH in lower case, without https:// and without a tag");
    }
  }

  void read_tags(const toml::table& table, ImageDestination& image) {
    const auto tags = m_decode.texts(table, "tags");
    if (!tags) {
      image.commit_tags = {"{commit}"};
      image.branch_tags = {"{branch}"};
      return;
    }
    for (const auto& tag : tags->value) {
      read_tag(tag, tags->place, image);
    }
    if (image.commit_tags.empty() && !tags->value.empty()) {
      m_decode.report(tags->place, "\"tags\" needs one with {commit}: by it gate knows which commit a branch tag shows",
                      "e.g. tags = [\"{branch}\", \"{commit}\"]");
    } else if (tags->value.empty()) {
      m_decode.report(tags->place, "\"tags\" names no tag", "e.g. tags = [\"{branch}\", \"{commit}\"]");
    }
  }

  void read_tag(const std::string& tag, const Place& place, ImageDestination& image) {
    const auto names = placeholders_of(tag);
    const auto unknown =
        std::find_if(names.begin(), names.end(), [](const auto& n) { return n != k_commit_placeholder && n != k_branch_placeholder; });
    const std::string sample = filled_in(tag, [](std::string_view name) { return name == k_commit_placeholder ? k_sample_commit : "x"; });
    if (unknown != names.end()) {
      m_decode.report(place, "\"{" + *unknown + "}\" stands for nothing in a tag", "there are {branch} and {commit}");
    } else if (!is_tag(sample)) {
      m_decode.report(place, "\"" + tag + "\" can't be a tag", "a tag has up to 128 letters, digits, '.', '_' and '-'");
    } else {
      (contains(names, k_commit_placeholder) ? image.commit_tags : image.branch_tags).push_back(tag);
    }
  }

  // A URL here is a secret that is in the repository's history by now; it is not repeated.
  BuildTrigger read_trigger(const toml::table& table, const std::string& where) {
    const toml::node& node = *table.get("trigger");
    for (const std::string_view key : {"suite", "tags", "branch_tag"}) {
      if (const toml::node* other = table.get(key)) {
        m_decode.report(m_decode.place_of(*other), "\"" + std::string(key) + "\" goes with \"to\", and " + where + " has \"trigger\"");
      }
    }
    if (!node.is_table()) {
      m_decode.report(m_decode.place_of(node), "\"trigger\" names the variable that holds the URL; the URL itself is a secret",
                      "write: trigger = { env = \"DEPLOY\" }   and replace a trigger whose URL was committed");
      return {};
    }
    m_decode.only_keys(*node.as_table(), "\"trigger\"", {"env"});
    const auto variable = m_decode.text(*node.as_table(), "env");
    const bool is_name = variable && is_variable_name(variable->value);
    if (!is_name) {
      m_decode.report(m_decode.place_of(node), "\"trigger\" needs \"env\": the name of the variable that holds the URL",
                      "write: trigger = { env = \"DEPLOY\" }");
    }
    return {is_name ? variable->value : ""};
  }

  // Which of the words the key has; nothing when the key is not there or has another.
  std::optional<int> choice(const toml::table& table, std::string_view key, const std::vector<std::string>& words) {
    const auto text = m_decode.text(table, key);
    if (!text) {
      return std::nullopt;
    }
    const auto found = std::find(words.begin(), words.end(), text->value);
    if (found == words.end()) {
      m_decode.report(text->place, "\"" + std::string(key) + "\" can't be \"" + text->value + "\"",
                      "it is \"" + words[0] + "\" or \"" + words[1] + "\"");
      return std::nullopt;
    }
    return static_cast<int>(found - words.begin());
  }

  const toml::table& m_top;
  const std::optional<std::vector<std::string>>& m_suites;
  Decoder& m_decode;
  std::vector<PublishRule> m_rules;
};

} // namespace

Diagnostic makes_no_image(const std::string& suite, const Place& place) {
  return {place, "suite \"" + suite + "\" runs in an image that it names: it makes none that could be published",
          "publish the image of a suite with \"build\" or \"compose\""};
}

bool is_plain_name(std::string_view name) {
  constexpr std::string_view k_admitted = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(k_admitted) == std::string_view::npos && name.front() != '.' &&
         name.front() != '-';
}

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
  for (const auto& dispute : disputed_tags(rules)) {
    decode.report(dispute.place, dispute.message, dispute.hint);
  }
  return rules;
}

} // namespace gate
