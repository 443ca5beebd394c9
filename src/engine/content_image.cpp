#include "engine/content_image.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/digest.hpp"
#include "engine/base_images.hpp"
#include "engine/endpoint.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// Ten each for four services. All of a repository's suites share them, and whatever a run uses becomes the newest.
constexpr std::size_t k_newest = 40;
constexpr std::size_t k_key_digits = 32;

/// A text that no other list of texts gives.
class Listing {
public:
  void add(const std::string& text) { m_text += std::to_string(text.size()) + ":" + text + "\n"; }
  void add(const std::vector<std::string>& texts) {
    add(std::to_string(texts.size()));
    for (const std::string& text : texts) {
      add(text);
    }
  }
  const std::string& text() const { return m_text; }

private:
  std::string m_text;
};

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

// From the tree's top, with all links followed: a link's own object says nothing of what it leads to. Nothing outside of the tree.
std::optional<fs::path> place_of(const SuiteSession& session, const fs::path& path) {
  std::error_code error;
  const fs::path top = fs::canonical(session.tree(), error);
  const fs::path real = error ? fs::path() : fs::canonical(path, error);
  if (error) {
    return std::nullopt;
  }
  const fs::path relative = real.lexically_relative(top);
  if (relative.empty() || *relative.begin() == "..") {
    return std::nullopt;
  }
  return relative == "." ? fs::path() : relative;
}

std::optional<std::string> id_at(const SuiteSession& session, const std::optional<fs::path>& place) {
  const std::optional<Oid> id = place ? session.id_of(place->string()) : std::nullopt;
  return id ? std::optional<std::string>(id->hex()) : std::nullopt;
}

// LFS content is in the checkout where .gitattributes says so, also one of a folder above: the object ids of what lies below do not know
// of it. Nothing if one of them has no id.
std::optional<std::vector<std::string>> attributes_above(const SuiteSession& session, const std::vector<fs::path>& places) {
  std::map<std::string, std::string> found;
  for (const fs::path& place : places) {
    for (fs::path folder = place; !folder.empty();) {
      folder = folder.parent_path();
      const fs::path file = folder / ".gitattributes";
      if (!is_there(session.tree() / file)) {
        continue;
      }
      const std::optional<std::string> id = id_at(session, file);
      if (!id) {
        return std::nullopt;
      }
      found[file.string()] = *id;
    }
  }
  std::vector<std::string> texts;
  for (const auto& [path, id] : found) {
    texts.insert(texts.end(), {path, id});
  }
  for (const fs::path& place : found.empty() ? std::vector<fs::path>() : places) {
    texts.push_back(place.string());
  }
  return texts;
}

// Only where each of its paths has an id.
std::optional<BuildContent> content_in_tree(const SuiteSession& session, const BuildStep& step) {
  std::error_code error;
  // docker follows a link, which the folder's object id does not.
  if (fs::is_symlink(fs::symlink_status(step.context / ".dockerignore", error))) {
    return std::nullopt;
  }
  const fs::path ignore_file = step.dockerfile.string() + ".dockerignore";
  const bool has_ignore_file = is_there(ignore_file);
  const std::optional<fs::path> folder = place_of(session, step.context);
  const std::optional<fs::path> file = place_of(session, step.dockerfile);
  const std::optional<fs::path> ignored = has_ignore_file ? place_of(session, ignore_file) : fs::path();
  const std::optional<std::string> context = id_at(session, folder);
  const std::optional<std::string> dockerfile = context ? id_at(session, file) : std::nullopt;
  const std::optional<std::string> ignore = has_ignore_file ? id_at(session, ignored) : std::string();
  if (!context || !dockerfile || !ignore) {
    return std::nullopt;
  }
  const std::optional<std::vector<std::string>> attributes = attributes_above(session, {*folder, *file, *ignored});
  return attributes ? std::optional(BuildContent{*context, *dockerfile, *ignore, {}, {}, *attributes}) : std::nullopt;
}

// False: the Engine does not have one of them, or will not look for a name like that. Of an Engine that is gone the build tells.
Result<bool> find_bases(const SuiteSession& session, const std::vector<std::string>& names, BuildContent& content) {
  for (const std::string& name : names) {
    const Result<std::optional<ListedImage>> image = session.api().image(name, session.patience());
    if (!image && image.error().kind == ErrorKind::interrupted) {
      return Failure(image.error());
    }
    if (!image || !*image || (*image)->id.empty()) {
      return false;
    }
    content.bases.push_back((*image)->id);
  }
  return true;
}

} // namespace

std::string content_repository(std::string_view repository_id) { return "gate-content/" + std::string(repository_id); }

std::string content_key(const BuildStep& step, const BuildContent& content) {
  BuildStep settings = step;
  settings.memory = 0;
  settings.nano_cpus = 0;
  settings.context = ".";
  settings.dockerfile = step.dockerfile.lexically_relative(step.context);
  Listing all;
  all.add(build_argv(settings, {}, {}));
  all.add({content.context, content.dockerfile, content.ignore, content.builder});
  all.add(content.bases);
  all.add(content.attributes);
  return Digest::of(all.text()).hex().substr(0, k_key_digits);
}

namespace {

// As docker's CLI looks for its plugins (github.com/docker/cli, cli-plugins/manager).
bool has_buildx(const Environment& env) {
  constexpr std::array k_folders{"/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins",
                                 "/usr/libexec/docker/cli-plugins"};
  const std::string own = value_of(env, "DOCKER_CONFIG").value_or(value_of(env, "HOME").value_or("") + "/.docker");
  return is_there(own + "/cli-plugins/docker-buildx") ||
         std::any_of(k_folders.begin(), k_folders.end(), [](const char* folder) { return is_there(std::string(folder) + "/docker-buildx"); });
}

// The names that docker writes in front of one without a registry, and that podman does.
std::string_view without_default_registry(std::string_view reference) {
  constexpr std::array<std::string_view, 3> k_registries{"docker.io/", "index.docker.io/", "localhost/"};
  for (const std::string_view registry : k_registries) {
    if (reference.substr(0, registry.size()) == registry) {
      return reference.substr(registry.size());
    }
  }
  return reference;
}

} // namespace

// docker reads the variable as strconv.ParseBool does (pkg.go.dev/strconv#ParseBool), and takes BuildKit by way of buildx only.
bool is_classic_builder(const Environment& env) {
  constexpr std::array<std::string_view, 6> k_off{"0", "f", "F", "false", "FALSE", "False"};
  const std::string wanted = value_of(env, "DOCKER_BUILDKIT").value_or("");
  return wanted.empty() ? !has_buildx(env) : std::find(k_off.begin(), k_off.end(), wanted) != k_off.end();
}

BuildStep with_limits(const SuiteSession& session, BuildStep step) {
  if (is_classic_builder(session.engine_env())) {
    // Of the machine's, not of the suite's: installing a compiler may take more than the tests.
    step.memory = session.machine().memory / 4 * 3;
  }
  return step;
}

bool is_own_image_name(std::string_view reference) {
  constexpr std::array<std::string_view, 4> k_folders{"gate-content/", "gate-run/", "gate-cache/", "gate-image/"};
  const std::string_view name = without_default_registry(reference);
  return std::any_of(k_folders.begin(), k_folders.end(), [&](std::string_view folder) { return name.substr(0, folder.size()) == folder; });
}

std::string builder_in(const Environment& env) {
  std::string text = has_buildx(env) ? "buildx" : "classic";
  for (const char* const name : {"DOCKER_BUILDKIT", "BUILDX_BUILDER", "DOCKER_DEFAULT_PLATFORM"}) {
    text += " " + value_of(env, name).value_or("");
  }
  return text;
}

Result<std::optional<std::string>> content_name(const SuiteSession& session, const BuildStep& step) {
  const Result<std::optional<std::string>> text = read_file(step.dockerfile);
  const auto bases = text && *text ? resolved_base_images(**text, step.arguments) : std::nullopt;
  const std::vector<std::string> named = text && *text ? base_images(**text) : std::vector<std::string>();
  for (const std::vector<std::string>& names : {named, bases.value_or(std::vector<std::string>())}) {
    if (const auto own = std::find_if(names.begin(), names.end(), is_own_image_name); own != names.end()) {
      return could_not_run("the Dockerfile of " + step.name + " begins with " + *own + ", a name that gate keeps for the images that it builds",
                           "give the image a name of your own (docker tag), and name that");
    }
  }
  std::optional<BuildContent> content = step.no_cache || !bases ? std::nullopt : content_in_tree(session, step);
  if (!content) {
    return std::optional<std::string>();
  }
  content->builder = builder_in(session.engine_env());
  const Result<bool> found = find_bases(session, *bases, *content);
  if (!found) {
    return Failure(found.error());
  }
  return *found ? std::optional<std::string>(content_repository(session.repository_id()) + ":" + content_key(step, *content)) : std::nullopt;
}

std::optional<std::string> build_key(const SuiteSession& session, const BuildStep& step) {
  if (step.no_cache) {
    return std::nullopt;
  }
  const std::optional<BuildContent> content = content_in_tree(session, step);
  Listing all;
  all.add(content ? std::vector<std::string>{session.repository_id(), content_key(step, *content)}
                  : std::vector<std::string>{session.repository_id(), session.suite().name, step.name});
  return all.text();
}

Result<void> keep_by_content(const SuiteSession& session, const std::string& name, const std::string& image_id) {
  const std::string repository = content_repository(session.repository_id());
  Result<void> kept = keep_by_name(session.api(), name, image_id, session.patience());
  return kept ? keep_newest(session.api(), repository, k_newest, session.patience()) : kept;
}

} // namespace gate
