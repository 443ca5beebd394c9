#include <algorithm>
#include <set>
#include <string_view>

#include "policy/policy.hpp"

namespace gate {

namespace {

// "NAME LENGTH:VALUE\n": no value can look like the beginning of the next field.
void add_field(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ' ';
  text += std::to_string(value.size());
  text += ':';
  text += value;
  text += '\n';
}

void add_fields(std::string& text, std::string_view key, const std::vector<std::string>& values) {
  for (const auto& value : values) {
    add_field(text, key, value);
  }
}

std::string_view name_of(ServiceScope scope) {
  switch (scope) {
  case ServiceScope::alone:
    return "alone";
  case ServiceScope::whole_file:
    return "whole-file";
  case ServiceScope::with_dependencies:
    break;
  }
  return "with-dependencies";
}

class SourceFields {
public:
  explicit SourceFields(std::string& text) : m_text(text) {}

  void operator()(const ComposeSource& compose) const {
    add_fields(m_text, "compose", compose.files);
    add_field(m_text, "service", compose.service);
    add_field(m_text, "scope", name_of(compose.scope));
  }
  void operator()(const BuildSource& build) const {
    add_field(m_text, "build", build.context);
    if (!build.dockerfile.empty()) {
      add_field(m_text, "dockerfile", build.dockerfile);
    }
    if (!build.target.empty()) {
      add_field(m_text, "target", build.target);
    }
    for (const auto& [name, value] : build.args) {
      add_field(m_text, "arg", name);
      add_field(m_text, "is", value);
    }
  }
  void operator()(const ImageSource& image) const {
    add_field(m_text, "image", image.image);
    add_field(m_text, "workdir", image.workdir);
  }

private:
  std::string& m_text;
};

void add_limits(std::string& text, const SuiteLimits& limits) {
  constexpr double k_nano = 1e9;
  if (limits.cpus) {
    add_field(text, "nano-cpus", std::to_string(static_cast<long long>(*limits.cpus * k_nano)));
  }
  if (limits.memory) {
    add_field(text, "memory", std::to_string(*limits.memory));
  }
  if (limits.pids != SuiteLimits::k_pids) {
    add_field(text, "pids", std::to_string(limits.pids));
  }
}

} // namespace

Digest Suite::definition() const {
  std::string text = "gate-suite/1\n";
  add_field(text, "name", name);
  std::visit(SourceFields(text), source);
  add_fields(text, "run", run);
  add_field(text, "timeout", std::to_string(timeout.count()));
  for (const auto& [variable, value] : env) {
    add_field(text, "env", variable);
    add_field(text, "is", value);
  }
  for (const auto& need : needs) {
    add_field(text, "need", need.service);
    add_field(text, "port", need.port ? std::to_string(*need.port) : "healthy");
  }
  add_fields(text, "path", paths);
  if (shards != 1) {
    add_field(text, "shards", std::to_string(shards));
  }
  if (retries != 0) {
    add_field(text, "retries", std::to_string(retries));
  }
  if (network != SuiteNetwork::own) {
    add_field(text, "network", "none");
  }
  add_limits(text, limits);
  add_fields(text, "cache", caches);
  add_fields(text, "allow", allow);
  return Digest::of(text);
}

std::vector<std::string> Suite::seen_paths() const {
  if (paths.empty()) {
    return {};
  }
  std::set<std::string> seen(paths.begin(), paths.end());
  if (const auto* compose = std::get_if<ComposeSource>(&source)) {
    seen.insert(compose->files.begin(), compose->files.end());
  } else if (const auto* build = std::get_if<BuildSource>(&source)) {
    seen.insert(build->context);
    if (!build->dockerfile.empty()) {
      seen.insert(build->dockerfile);
    }
  }
  // The top folder is everything.
  return seen.count("") != 0 ? std::vector<std::string>() : std::vector<std::string>(seen.begin(), seen.end());
}

} // namespace gate
