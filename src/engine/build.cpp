#include "engine/compose_document.hpp"
#include "engine/build.hpp"

#include <algorithm>
#include <array>

#include "engine/hazards.hpp"

namespace gate {

namespace {

std::string scalar(const Json& value) {
  if (value.is_string()) {
    return without_escapes(value.get<std::string>());
  }
  return value.is_null() ? std::string() : value.dump();
}

// { NAME: value } or [ "NAME=value" ]. A name without a value would take it from our environment: it is left
// out.
std::vector<std::string> pairs(const Json& value, char between) {
  std::vector<std::string> result;
  for (const auto& [name, item] : map_of(value).items()) {
    if (!item.is_null()) {
      result.push_back(name + between + scalar(item));
    }
  }
  for (const Json& item : list_of(value)) {
    if (const std::string text = scalar(item); text.find_first_of("=:") != std::string::npos) {
      result.push_back(text);
    }
  }
  return result;
}

void add(std::vector<std::string>& argv, const char* flag, const std::string& value) {
  if (!value.empty()) {
    argv.emplace_back(flag);
    argv.push_back(value);
  }
}

template <typename Visit> void each_line(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// The id in " ---> 0123456789ab", else nothing.
std::string_view id_in(std::string_view line) {
  constexpr std::string_view k_arrow = " ---> ";
  const std::string_view id = line.substr(std::min(k_arrow.size(), line.size()));
  const bool is_id = id.size() == 12 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return line.substr(0, k_arrow.size()) == k_arrow && is_id ? id : std::string_view();
}

void add_limits(std::vector<std::string>& argv, const BuildStep& step) {
  constexpr std::int64_t k_period = 100'000; // microseconds, the kernel's own
  constexpr std::int64_t k_least_quota = 1'000;
  constexpr std::int64_t k_billion = 1'000'000'000;
  if (step.memory > 0) {
    add(argv, "--memory", std::to_string(step.memory));
    add(argv, "--memory-swap", std::to_string(step.memory));
  }
  if (step.nano_cpus > 0) {
    const std::int64_t quota = step.nano_cpus / (k_billion / k_period);
    add(argv, "--cpu-period", std::to_string(k_period));
    add(argv, "--cpu-quota", std::to_string(std::max(quota, k_least_quota)));
  }
}

void add_each(std::vector<std::string>& argv, const char* flag, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    add(argv, flag, value);
  }
}

} // namespace

std::optional<BuildStep> build_step(const std::string& service, const Json& definition,
                                    const std::filesystem::path& tree) {
  const Json& build = member(definition, "build");
  if (build.is_null()) {
    return std::nullopt;
  }
  BuildStep step;
  step.name = service;
  step.context = (tree / scalar(build.is_string() ? build : member(build, "context"))).lexically_normal();
  const std::string dockerfile = scalar(member(build, "dockerfile"));
  step.dockerfile = step.context / (dockerfile.empty() ? "Dockerfile" : dockerfile);
  step.arguments = pairs(member(build, "args"), '=');
  // Without a value, docker would take it from the environment.
  std::erase_if(step.arguments, [](const std::string& argument) { return argument.find('=') == std::string::npos; });
  step.labels = pairs(member(build, "labels"), '=');
  step.extra_hosts = pairs(member(build, "extra_hosts"), ':');
  for (const Json& image : list_of(member(build, "cache_from"))) {
    step.cache_from.push_back(scalar(image));
  }
  step.target = scalar(member(build, "target"));
  step.network = scalar(member(build, "network"));
  step.shm_size = scalar(member(build, "shm_size"));
  step.no_cache = is_true(member(build, "no_cache"));
  return step;
}

std::vector<std::string> build_argv(const BuildStep& step, const std::string& tag,
                                    const std::filesystem::path& id_file) {
  std::vector<std::string> argv{"docker", "build", "--force-rm"};
  add(argv, "--iidfile", id_file.string());
  add(argv, "--tag", tag);
  add(argv, "--file", step.dockerfile.string());
  add_each(argv, "--build-arg", step.arguments);
  add_each(argv, "--label", step.labels);
  add_each(argv, "--cache-from", step.cache_from);
  add_each(argv, "--add-host", step.extra_hosts);
  add(argv, "--target", step.target);
  add(argv, "--network", step.network);
  add(argv, "--shm-size", step.shm_size);
  add_limits(argv, step);
  if (step.no_cache) {
    argv.emplace_back("--no-cache");
  }
  argv.push_back(step.context.string());
  return argv;
}

std::vector<std::string> stage_images(std::string_view output) {
  std::vector<std::string> stages;
  bool is_base = false; // what FROM names was there before
  each_line(output, [&](std::string_view line) {
    const std::size_t colon = line.find(" : ");
    if (line.substr(0, 5) == "Step " && colon != std::string_view::npos) {
      is_base = line.substr(colon + 3, 4) == "FROM";
      if (is_base) {
        stages.emplace_back();
      }
    }
    const std::string_view id = id_in(line);
    if (!id.empty() && !is_base && !stages.empty()) {
      stages.back() = std::string(id);
    }
  });
  return stages;
}

std::string last_image(std::string_view output) {
  std::string last;
  each_line(output, [&](std::string_view line) {
    if (const std::string_view id = id_in(line); !id.empty()) {
      last = std::string(id);
    }
  });
  return last;
}

bool lost_its_cache(std::string_view output) {
  constexpr std::array<std::string_view, 4> k_signs{"No such image: sha256:", "unknown parent image",
                                                    "layer does not exist", "failed to get layer"};
  return std::any_of(k_signs.begin(), k_signs.end(),
                     [&](std::string_view sign) { return output.find(sign) != std::string_view::npos; });
}

} // namespace gate
