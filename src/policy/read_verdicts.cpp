#include "policy/read_verdicts.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace gate {

namespace {

// "OS/ARCHITECTURE" or "OS/ARCHITECTURE/VARIANT" (containerd, platforms).
bool is_platform_name(std::string_view text) {
  constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
  const auto slashes = std::count(text.begin(), text.end(), '/');
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('/', begin), text.size());
    const auto part = text.substr(begin, end - begin);
    if (part.empty() || part.front() == '-' || part.find_first_not_of(k_letters) != std::string_view::npos) {
      return false;
    }
    begin = end + 1;
  }
  return slashes == 1 || slashes == 2;
}

class VerdictsReader {
public:
  VerdictsReader(const toml::table& table, const BlockScene& scene, Decoder& decode) : m_table(table), m_scene(scene), m_decode(decode) {}

  VerdictSettings read() {
    m_decode.only_keys(m_table, "[verdicts]", {"allowed_signers", "ci", "dev", "max_age", "platforms", "share"});
    m_settings.place = m_decode.place_of(m_table);
    read_signers();
    m_settings.ci = principals("ci");
    m_settings.dev = principals("dev");
    if (!m_table.contains("ci") && !m_table.contains("dev")) {
      m_decode.report(m_settings.place, "[verdicts] gives nobody a role: it needs \"ci\" or \"dev\"", "e.g. ci = [\"ci@example.com\"]");
    }
    read_age();
    read_platforms();
    if (const auto share = m_decode.boolean(m_table, "share")) {
      m_settings.share = share->value;
    }
    return std::move(m_settings);
  }

private:
  void read_signers() {
    constexpr const char* k_key = "allowed_signers";
    const toml::node* node = m_table.get(k_key);
    if (node == nullptr) {
      m_decode.report(m_settings.place, "[verdicts] needs \"allowed_signers\": whose keys are good", "e.g. allowed_signers = \".gate/allowed_signers\"");
    } else if (!node->is_array()) {
      if (auto path = read_allowed_signers(m_table, m_scene, m_decode)) {
        m_settings.allowed_signers.push_back(*std::move(path));
      }
    } else if (const auto files = m_decode.items(m_table, k_key)) {
      if (node->as_array()->empty()) {
        m_decode.report(files->place, "\"allowed_signers\" names nothing", "e.g. allowed_signers = \".gate/allowed_signers\"");
      }
      for (const auto& file : files->value) {
        read_file(file);
      }
    }
  }

  void read_file(const Located<std::string>& file) {
    if (m_scene.is_machine) {
      if (file.value.front() != '/') {
        m_decode.report(file.place, "\"allowed_signers\" of this machine's policy must be an absolute path", "e.g. \"/etc/gate/allowed_signers\"");
      }
      m_settings.allowed_signers.push_back(file);
      return;
    }
    const auto path = path_in_tree(file.value);
    if (!path || path->empty()) {
      m_decode.report(file.place, "\"allowed_signers\" must name files inside the repository, without \"..\"", "e.g. \".gate/allowed_signers\"");
      return;
    }
    m_settings.allowed_signers.push_back({*path, file.place});
  }

  std::vector<std::string> principals(std::string_view key) {
    auto found = m_decode.names(m_table, key);
    return found ? std::move(found->value) : std::vector<std::string>();
  }

  void read_age() {
    if (const auto text = m_decode.text(m_table, "max_age")) {
      const auto age = parse_age(text->value);
      if (!age) {
        m_decode.report(text->place, "\"" + text->value + "\" is no age", "write e.g. \"12h\" or \"30d\", at most 366 days");
      }
      m_settings.max_age = age.value_or(m_settings.max_age);
    }
  }

  void read_platforms() {
    const auto platforms = m_decode.items(m_table, "platforms");
    if (platforms && m_table.get("platforms")->as_array()->empty()) {
      m_decode.report(platforms->place, "\"platforms\" names nothing", "name one, or take the key away");
    }
    for (const auto& platform : platforms ? platforms->value : std::vector<Located<std::string>>()) {
      if (!is_platform_name(platform.value)) {
        m_decode.report(platform.place, "\"" + platform.value + "\" is no platform", "e.g. \"linux/amd64\" or \"linux/arm64\"");
      }
      auto& known = m_settings.platforms;
      if (std::find(known.begin(), known.end(), platform.value) == known.end()) {
        known.push_back(platform.value);
      }
    }
  }

  const toml::table& m_table;
  const BlockScene& m_scene;
  Decoder& m_decode;
  VerdictSettings m_settings;
};

} // namespace

std::optional<VerdictSettings> read_verdicts(const toml::table& top, const BlockScene& scene, Decoder& decode) {
  const toml::node* node = top.get("verdicts");
  if (node == nullptr) {
    return std::nullopt;
  }
  if (!node->is_table()) {
    decode.report(decode.place_of(*node), "\"verdicts\" is a table", "write: [verdicts]");
    return std::nullopt;
  }
  return VerdictsReader(*node->as_table(), scene, decode).read();
}

} // namespace gate
