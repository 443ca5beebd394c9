#include "policy/read_image_destination.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/near_miss.hpp"
#include "policy/read_publications.hpp"

namespace gate {

namespace {

constexpr const char* k_some_commit = "0123456789abcdef0123456789abcdef01234567";
constexpr std::array<std::string_view, 6> k_placeholders{"branch", "commit", "short_commit", "tree", "date", "version"};

// As long as what will stand there.
std::string sample_value(std::string_view name) {
  if (name == "commit" || name == "tree") {
    return k_some_commit;
  }
  if (name == "short_commit") {
    return std::string(k_some_commit).substr(0, 12);
  }
  return name == "date" ? "1970-01-01" : "x";
}

// "OS/ARCHITECTURE" or "OS/ARCHITECTURE/VARIANT" (containerd, platforms).
bool is_platform(std::string_view text) {
  std::size_t parts = 0;
  while (true) {
    const auto slash = text.find('/');
    const auto part = text.substr(0, slash);
    if (part.empty() || part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") != std::string_view::npos || part.front() == '-') {
      return false;
    }
    ++parts;
    if (slash == std::string_view::npos) {
      return parts == 2 || parts == 3;
    }
    text.remove_prefix(slash + 1);
  }
}

class ImageReader {
public:
  ImageReader(const toml::table& table, const PublicationScene& scene, Decoder& decode) : m_table(table), m_scene(scene), m_decode(decode) {}

  ImageDestination read() {
    read_suite();
    read_images();
    read_tags();
    if (const auto moment = m_decode.word(m_table, "branch_tag", {"push", "merge"}); moment && moment->value == 1) {
      m_image.branch_tag = ImageDestination::BranchTag::at_merge;
    }
    read_platforms();
    if (const auto create = m_decode.boolean(m_table, "create")) {
      m_image.create = create->value;
    }
    if (const auto from = m_decode.text(m_table, "from")) {
      m_image.from = from->value;
      m_image.from_place = from->place;
    }
    return std::move(m_image);
  }

private:
  void read_suite() {
    const auto suite = m_decode.text(m_table, "suite");
    if (!suite) {
      if (!m_table.contains("suite")) {
        m_decode.report(m_scene.place, m_scene.where + " needs \"suite\": the image that it tested is what is published");
      }
      return;
    }
    m_image.suite = suite->value;
    check_source(*suite);
    if (!m_scene.suites || std::find(m_scene.suites->begin(), m_scene.suites->end(), suite->value) != m_scene.suites->end()) {
      return;
    }
    const auto near = near_miss(suite->value, *m_scene.suites);
    m_decode.report(suite->place, "there is no suite \"" + suite->value + "\"",
                    near ? "did you mean \"" + *near + "\"?" : "define it: [suite." + suite->value + "]");
  }

  // Where this file has the suite, and it is clear what it runs in.
  void check_source(const Located<std::string>& suite) {
    const auto defined = m_scene.top["suite"][suite.value];
    const int sources = (defined["build"] ? 1 : 0) + (defined["compose"] ? 1 : 0) + (defined["image"] ? 1 : 0);
    if (sources != 1) {
      return;
    }
    if (defined["image"]) {
      report(makes_no_image(suite.value, suite.place));
      return;
    }
    if (const auto* images = m_table.get("images"); images != nullptr && !defined["compose"]) {
      report(has_no_services(suite.value, m_decode.place_of(*images)));
    }
    if (const auto* platforms = m_table.get("platforms"); platforms != nullptr && !defined["build"]) {
      report(builds_no_platforms(suite.value, m_decode.place_of(*platforms)));
    }
  }

  void read_images() {
    const toml::node* images = m_table.get("images");
    if (images == nullptr) {
      add_image("", m_table, "to");
      return;
    }
    const Place place = m_decode.place_of(*images);
    const auto* const services = images->as_table();
    if (m_table.contains("to")) {
      m_decode.report(place, "\"images\" says for each service where its image goes, and \"to\" says it for the test's own", "take one of them away");
      return;
    }
    if (services == nullptr || services->empty()) {
      m_decode.report(place, "\"images\" is a table: a service of the suite's compose file, and where its image goes",
                      "e.g. images = { nginx = \"HOST/PATH\" }");
      return;
    }
    for (const auto& [key, node] : *services) {
      const std::string service(key.str());
      if (is_plain_name(service)) {
        add_image(service, *services, service);
      } else {
        m_decode.report(m_decode.place_of(node), "\"" + service + "\" can't be a service whose image is published",
                        "a service has up to 64 letters, digits, '.', '_' and '-', and begins with a letter, digit or '_'");
      }
    }
  }

  void add_image(const std::string& service, const toml::table& table, const std::string& key) {
    PublishedImage image{service, {}};
    for (const auto& to : read_places(table, key)) {
      if (is_usable(to, key) && is_new(to, service)) {
        image.to.push_back(to.value);
      }
    }
    m_image.images.push_back(std::move(image));
  }

  std::vector<Located<std::string>> read_places(const toml::table& table, const std::string& key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      return {};
    }
    if (!node->is_array()) {
      const auto one = m_decode.text(table, key);
      return one ? std::vector<Located<std::string>>{*one} : std::vector<Located<std::string>>{};
    }
    if (node->as_array()->empty()) {
      m_decode.report(m_decode.place_of(*node), "\"" + key + "\" names nothing", "e.g. " + key + " = [\"HOST/PATH\", \"HOST/PATH\"]");
    }
    auto all = m_decode.items(table, key);
    return all ? std::move(all->value) : std::vector<Located<std::string>>{};
  }

  bool is_usable(const Located<std::string>& to, const std::string& key) {
    for (const auto& name : placeholders_of(to.value)) {
      if (name.rfind(k_env_prefix, 0) != 0 || !is_variable_name(std::string_view(name).substr(k_env_prefix.size()))) {
        m_decode.report(to.place, "\"{" + name + "}\" stands for nothing in \"" + key + "\"", "a variable of the environment reads {env:NAME}");
        return false;
      }
    }
    const std::string sample = filled_in(to.value, [](std::string_view) { return std::string("x"); });
    if (!ImageName::parse(sample)) {
      m_decode.report(to.place, "\"" + to.value + "\" can't be an image's name",
                      "write HOST/PATH in lower case, without https:// and without a tag");
      return false;
    }
    return true;
  }

  bool is_new(const Located<std::string>& to, const std::string& service) {
    const auto whole = spelled_out(to.value);
    const auto taken = std::find_if(m_taken.begin(), m_taken.end(), [&](const auto& known) { return known.first == whole; });
    if (taken == m_taken.end()) {
      m_taken.emplace_back(whole, service);
      return true;
    }
    if (taken->second == service) {
      m_decode.report(to.place, "\"" + to.value + "\" is named twice", "once is enough");
    } else {
      m_decode.report(to.place, "the images of two services, \"" + taken->second + "\" and \"" + service + "\", would go to \"" + to.value + "\"",
                      "give each its own place");
    }
    return false;
  }

  void read_tags() {
    const auto tags = m_decode.texts(m_table, "tags");
    if (!tags) {
      m_image.commit_tags = {"{commit}"};
      m_image.branch_tags = {"{branch}"};
      return;
    }
    for (const auto& tag : tags->value) {
      read_tag({tag, tags->place});
    }
    const auto names = [](const std::string& tag, std::string_view placeholder) {
      const auto all = placeholders_of(tag);
      return std::find(all.begin(), all.end(), placeholder) != all.end();
    };
    const auto names_commit = [&](const std::string& tag) { return names(tag, "commit"); };
    // Clones have different tags in git: a tag with {version} each would look for under another name.
    const auto finds_commit = [&](const std::string& tag) { return names_commit(tag) && !names(tag, "version"); };
    // The whole name first: by that tag gate finds the commit again.
    std::stable_partition(m_image.commit_tags.begin(), m_image.commit_tags.end(), names_commit);
    std::stable_partition(m_image.commit_tags.begin(), m_image.commit_tags.end(), finds_commit);
    const bool has_one = !m_image.commit_tags.empty() && names_commit(m_image.commit_tags.front());
    if (has_one && !finds_commit(m_image.commit_tags.front())) {
      m_decode.report(tags->place, "\"tags\" needs one with {commit} and without {version}: a clone with other tags in git would look for another name",
                      "e.g. tags = [\"{branch}\", \"{commit}\", \"" + m_image.commit_tags.front() + "\"]");
    } else if (!has_one && !tags->value.empty()) {
      m_decode.report(tags->place, "\"tags\" needs one with {commit}: by it gate knows which commit a branch tag shows",
                      "e.g. tags = [\"{branch}\", \"{commit}\"]");
    } else if (tags->value.empty()) {
      m_decode.report(tags->place, "\"tags\" names no tag", "e.g. tags = [\"{branch}\", \"{commit}\"]");
    }
  }

  void read_tag(const Located<std::string>& tag) {
    if (!knows_placeholders(tag, m_decode)) {
      return;
    }
    if (!is_tag(filled_in(tag.value, sample_value))) {
      m_decode.report(tag.place, "\"" + tag.value + "\" can't be a tag", "a tag has up to 128 letters, digits, '.', '_' and '-'");
    } else {
      (is_commit_tag(tag.value) ? m_image.commit_tags : m_image.branch_tags).push_back(tag.value);
    }
  }

  void read_platforms() {
    const auto platforms = m_decode.items(m_table, "platforms");
    if (!platforms) {
      return;
    }
    if (m_table.get("platforms")->as_array()->empty()) {
      m_decode.report(platforms->place, "\"platforms\" names nothing", "name one, or take the key away");
    }
    if (m_table.contains("images")) {
      m_decode.report(platforms->place, "\"platforms\" goes with \"to\": images of services are published as they were tested", "take one of them away");
    }
    auto& known = m_image.platforms;
    for (const auto& platform : platforms->value) {
      if (!is_platform(platform.value)) {
        m_decode.report(platform.place, "\"" + platform.value + "\" can't be a platform", "it reads OS/ARCHITECTURE, e.g. \"linux/arm64\" or \"linux/arm/v7\"");
      } else if (std::find(known.begin(), known.end(), platform.value) != known.end()) {
        m_decode.report(platform.place, "\"" + platform.value + "\" is named twice", "once is enough");
      } else {
        known.push_back(platform.value);
      }
    }
  }

  void report(const Diagnostic& problem) { m_decode.report(problem.place, problem.message, problem.hint); }

  const toml::table& m_table;
  const PublicationScene& m_scene;
  Decoder& m_decode;
  ImageDestination m_image;
  std::vector<std::pair<std::string, std::string>> m_taken; ///< places, and whose image goes there
};

} // namespace

const std::vector<std::string>& image_keys() {
  static const std::vector<std::string> k_all{"suite", "to", "images", "tags", "branch_tag", "platforms", "create", "from"};
  return k_all;
}

ImageDestination read_image_destination(const toml::table& table, const PublicationScene& scene, Decoder& decode) {
  return ImageReader(table, scene, decode).read();
}

bool knows_placeholders(const Located<std::string>& tag_template, Decoder& decode) {
  const auto names = placeholders_of(tag_template.value);
  const auto unknown = std::find_if_not(names.begin(), names.end(), [](const std::string& name) { return is_tag_placeholder(name); });
  if (unknown == names.end()) {
    return true;
  }
  const auto near = near_miss(*unknown, {k_placeholders.begin(), k_placeholders.end()});
  decode.report(tag_template.place, "\"{" + *unknown + "}\" stands for nothing in a tag",
                near ? "did you mean {" + *near + "}?" : "there are {branch}, {commit}, {short_commit}, {tree}, {date} and {version}");
  return false;
}

} // namespace gate
