#include "engine/compose_outline.hpp"

#include <yaml-cpp/yaml.h>

#include "os/files.hpp"

namespace gate {

namespace {

ComposeService outline(const std::string& name, const YAML::Node& service) {
  ComposeService found{name, "", false};
  const YAML::Node build = service.IsMap() ? service["build"] : YAML::Node();
  if (!build || build.IsNull()) {
    return found;
  }
  found.built = true;
  const YAML::Node context = build.IsMap() ? build["context"] : build;
  const std::string path = context && context.IsScalar() ? context.Scalar() : "";
  found.build_context = std::filesystem::path(path).lexically_normal().string();
  while (!found.build_context.empty() && (found.build_context.back() == '/' || found.build_context == ".")) {
    found.build_context.pop_back();
  }
  return found;
}

} // namespace

Result<std::vector<ComposeService>> read_compose_outline(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) {
    return tl::unexpected(text.error());
  }
  try {
    const YAML::Node top = YAML::Load(text->value_or(""));
    if (!top.IsMap() || !top["services"] || !top["services"].IsMap()) {
      return fail(ErrorKind::usage, file.string() + " has no services");
    }
    std::vector<ComposeService> services;
    for (const auto& entry : top["services"]) {
      services.push_back(outline(entry.first.as<std::string>(), entry.second));
    }
    return services;
  } catch (const YAML::Exception& error) {
    const std::string line = std::to_string(error.mark.line + 1);
    return fail(ErrorKind::usage, file.string() + ":" + line + ": " + error.msg);
  }
}

} // namespace gate
