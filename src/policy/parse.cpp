#include "policy/parse.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "base/digest.hpp"
#include "base/near_miss.hpp"
#include "base/oid.hpp"
#include "policy/decode.hpp"
#include "policy/read_publications.hpp"
#include "policy/read_rules.hpp"
#include "policy/read_suites.hpp"
#include "policy/read_verdicts.hpp"
#include "policy/vet.hpp"

namespace gate {

namespace {

constexpr std::int64_t k_schema = 1;

using Version = std::array<unsigned, 3>;

// "1", "1.2" or "1.2.3".
std::optional<Version> parse_version(std::string_view text) {
  Version version{};
  for (std::size_t part = 0; part < version.size(); ++part) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version.at(part));
    if (error != std::errc{}) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) {
      return version;
    }
    if (text.front() != '.') {
      return std::nullopt;
    }
    text.remove_prefix(1);
  }
  return std::nullopt;
}

constexpr std::string_view k_ready_made = "gate:";
constexpr std::string_view k_pin_sample =
    "e.g. { git = \"https://…\", rev = \"<full object name>\", path = \"team.toml\", sha256 = \"<64 hex digits>\" }";

// git's URLs without a login in them: what a policy says is public. Over https a user's name alone can be a token.
bool is_git_url(std::string_view url) {
  const auto is_odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  if (url.empty() || std::any_of(url.begin(), url.end(), is_odd)) {
    return false;
  }
  if (url.front() == '/') {
    return true;
  }
  const auto colon = url.find(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  if (url.substr(colon, 3) != "://") { // USER@HOST:PATH
    const auto at = url.find('@');
    const auto is_plain = [](std::string_view part) { return is_plain_name(part); };
    return at < colon && is_plain(url.substr(0, at)) && is_plain(url.substr(at + 1, colon - at - 1)) && colon + 1 < url.size();
  }
  const auto scheme = url.substr(0, colon);
  const auto rest = url.substr(colon + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (scheme == "file") {
    return authority.empty() && rest.size() > 1;
  }
  const auto at = authority.rfind('@');
  const auto user = at == std::string_view::npos ? std::string_view() : authority.substr(0, at);
  const auto host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  const bool has_login = at != std::string_view::npos && (scheme == "https" || !is_plain_name(user));
  return (scheme == "https" || scheme == "ssh") && !has_login && !host.empty() && host.front() != '-' && rest.size() > authority.size() + 1;
}

class PolicyReader {
public:
  PolicyReader(const std::string& file, std::string_view version, PolicyRole role)
      : m_decode(file), m_file(file), m_version(version), m_role(role) {}

  tl::expected<Policy, PolicyProblems> read(const toml::table& top) {
    // An older gate says "upgrade", and nothing about keys that it can't know.
    if (!suits_this_gate(top)) {
      return tl::unexpected(PolicyProblems{m_decode.take_problems(), m_needs_newer_gate});
    }
    m_decode.only_keys(top, "the policy",
                       {"schema", "requires", "serial", "extends", "allow_override", "policy_branch", "policy", "branch", "tag", "suite", "run", "verdicts", "publish"},
                       rule_keys());
    m_policy.layers = {Layer{m_file, 0, read_allow_override(top)}};
    read_policy_branch(top);
    read_serial(top);
    read_extends(top);
    m_policy.suites = read_suites(top, m_decode);
    m_policy.run = read_run_settings(top, m_decode);
    const BlockScene scene = block_scene();
    read_policy_table(top, scene);
    m_policy.verdicts = read_verdicts(top, scene, m_decode);
    m_policy.blocks = read_blocks(top, "branch", RefPattern::Kind::branch, scene, m_decode);
    auto tags = read_blocks(top, "tag", RefPattern::Kind::tag, scene, m_decode);
    std::move(tags.begin(), tags.end(), std::back_inserter(m_policy.blocks));
    m_policy.publications = read_publications(top, scene.suites, m_decode);
    if (m_decode.found_problems()) {
      return tl::unexpected(PolicyProblems{m_decode.take_problems(), m_needs_newer_gate});
    }
    return std::move(m_policy);
  }

private:
  bool suits_this_gate(const toml::table& top) {
    if (const auto wanted = m_decode.text(top, "requires")) {
      const bool has_operator = wanted->value.rfind(">=", 0) == 0;
      const auto least = parse_version(std::string_view(wanted->value).substr(has_operator ? 2 : 0));
      if (!has_operator || !least) {
        m_decode.report(wanted->place, "\"requires\" must read \">=VERSION\", e.g. \">=0.1\"");
      } else if (*parse_version(m_version) < *least) {
        m_needs_newer_gate = true;
        m_decode.report(wanted->place,
                        "this policy needs gate " + wanted->value.substr(2) + " or newer; this is gate " + std::string(m_version),
                        "upgrade gate");
      }
    }
    const auto schema = m_decode.integer(top, "schema");
    if (!schema) {
      if (!m_decode.found_problems()) {
        m_decode.report({m_file, 0, 0}, "\"schema\" is missing", "begin the file with: schema = 1");
      }
    } else if (schema->value > k_schema) {
      m_needs_newer_gate = true;
      m_decode.report(schema->place, "schema " + std::to_string(schema->value) + " is newer than this gate", "upgrade gate");
    } else if (schema->value != k_schema) {
      m_decode.report(schema->place, "there is no schema " + std::to_string(schema->value), "write: schema = 1");
    }
    return !m_decode.found_problems();
  }

  void read_policy_branch(const toml::table& top) {
    if (const auto name = m_decode.text(top, "policy_branch")) {
      if (const auto branch = m_decode.branch(*name, "policy_branch")) {
        m_policy.policy_branch = Located<RefName>{*branch, name->place};
      }
    }
  }

  void read_serial(const toml::table& top) {
    m_policy.serial = m_decode.integer(top, "serial");
    if (m_policy.serial && m_policy.serial->value < 0) {
      m_decode.report(m_policy.serial->place, "\"serial\" must not be below zero", "begin with: serial = 1");
    }
  }

  std::vector<std::string> read_allow_override(const toml::table& top) {
    std::vector<std::string> keys;
    const auto list = m_decode.items(top, "allow_override");
    if (!list) {
      return keys;
    }
    const auto& known = rule_keys();
    for (const auto& key : list->value) {
      if (std::find(known.begin(), known.end(), key.value) != known.end()) {
        keys.push_back(key.value);
        continue;
      }
      const auto near = near_miss(key.value, known);
      m_decode.report(key.place, "there is no rule \"" + key.value + "\" to override",
                      near ? "did you mean \"" + *near + "\"?" : "write keys of rules, e.g. \"require\" or \"commits.message\"");
    }
    return keys;
  }

  void read_extends(const toml::table& top) {
    const toml::node* node = top.get("extends");
    if (node == nullptr) {
      return;
    }
    const auto* list = node->as_array();
    if (list == nullptr) {
      m_decode.report(m_decode.place_of(*node), "\"extends\" is a list of policies", "e.g. extends = [\"gate:trunk\", \"team.toml\"]");
      return;
    }
    if (m_role == PolicyRole::system && !list->empty()) {
      m_decode.report(m_decode.place_of(*node), "the system's policy can't extend another", "say it in one file");
      return;
    }
    for (const auto& element : *list) {
      const auto place = m_decode.place_of(element);
      if (const auto* text = element.as_string()) {
        extend_named(text->get(), place);
      } else if (const auto* table = element.as_table()) {
        extend_pinned(*table, place);
      } else {
        m_decode.report(place, "\"extends\" holds names of policies and pinned files", std::string(k_pin_sample));
      }
    }
  }

  void extend_named(const std::string& text, const Place& place) {
    if (text.rfind(k_ready_made, 0) == 0) {
      const auto name = text.substr(k_ready_made.size());
      if (is_plain_name(name)) {
        m_policy.extends.push_back({Extension::ReadyMade{name}, place});
      } else {
        m_decode.report(place, "no ready-made policy can be called \"" + name + "\"", "e.g. \"gate:trunk\"");
      }
      return;
    }
    const auto path = text.find('\0') == std::string::npos ? path_in_tree(text) : std::nullopt;
    const bool is_url = text.find("://") != std::string::npos;
    if (path && !path->empty() && !is_url) {
      m_policy.extends.push_back({Extension::File{*path}, place});
    } else {
      m_decode.report(place, "\"extends\" must name a path inside the repository, without \"..\"",
                      "a file of another repository is pinned, " + std::string(k_pin_sample));
    }
  }

  void extend_pinned(const toml::table& table, const Place& place) {
    m_decode.only_keys(table, "\"extends\"", {"git", "rev", "path", "sha256"});
    for (const std::string_view key : {"git", "rev", "path", "sha256"}) {
      if (!table.contains(key)) {
        m_decode.report(place, "a pinned policy needs \"" + std::string(key) + "\"", std::string(k_pin_sample));
      }
    }
    const auto git = m_decode.text(table, "git");
    if (git && !is_git_url(git->value)) { // not repeated: it may hold a password
      m_decode.report(git->place, "\"git\" must be a repository's URL without a login in it",
                      "write https://HOST/PATH, ssh://git@HOST/PATH, git@HOST:PATH, file:///PATH or /PATH");
    }
    const auto rev = m_decode.text(table, "rev");
    const auto commit = rev ? Oid::parse(rev->value) : std::nullopt;
    if (rev && (!commit || commit->is_zero())) {
      m_decode.report(rev->place, "\"rev\" must be the full object name of a commit, 40 or 64 lower-case hex digits",
                      "git rev-parse REV says it; branches and tags move");
    }
    const auto path = m_decode.tree_path(table, "path");
    if (path && path->value.empty()) {
      m_decode.report(path->place, "\"path\" must name a file", "e.g. \"team.toml\"");
    }
    const auto sha256 = m_decode.text(table, "sha256");
    if (sha256 && !Digest::parse(sha256->value)) {
      m_decode.report(sha256->place, "\"sha256\" must be 64 lower-case hex digits", "sha256sum FILE says them");
    }
    if (git && rev && path && sha256) {
      m_policy.extends.push_back({Extension::Pinned{git->value, rev->value, path->value, sha256->value}, place});
    }
  }

  BlockScene block_scene() const {
    BlockScene scene;
    scene.is_machine = m_role == PolicyRole::system;
    if (m_role == PolicyRole::whole && m_policy.extends.empty()) {
      scene.suites.emplace();
      for (const auto& [name, suite] : m_policy.suites) {
        scene.suites->push_back(name);
      }
    }
    return scene;
  }

  void read_policy_table(const toml::table& top, const BlockScene& scene) {
    const toml::node* node = top.get("policy");
    if (node == nullptr) {
      return;
    }
    const auto* table = node->as_table();
    if (table == nullptr) {
      m_decode.report(m_decode.place_of(*node), "\"policy\" is a table", "write: [policy]");
      return;
    }
    m_decode.only_keys(*table, "[policy]", {"owners", "allowed_signers"});
    if (auto owners = m_decode.names(*table, "owners")) {
      m_policy.owners.push_back({std::move(owners->value), owners->place});
    }
    if (auto path = read_allowed_signers(*table, scene, m_decode)) {
      m_policy.allowed_signers.push_back(*std::move(path));
    }
  }

  Decoder m_decode;
  std::string m_file;
  std::string_view m_version;
  PolicyRole m_role;
  Policy m_policy;
  bool m_needs_newer_gate = false;
};

} // namespace

tl::expected<Policy, PolicyProblems> parse_policy(std::string_view text, const std::string& name, std::string_view version, PolicyRole role) {
  if (auto problem = vet_policy_text(text, name)) {
    return tl::unexpected(PolicyProblems{{*std::move(problem)}});
  }
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    const auto& error = parsed.error();
    const auto& at = error.source().begin;
    return tl::unexpected(PolicyProblems{{Diagnostic{{name, at.line, at.column}, std::string(error.description()), ""}}});
  }
  return PolicyReader(name, version, role).read(parsed.table());
}

} // namespace gate
