#include "cli/ci_event.hpp"

#include <nlohmann/json.hpp>

#include "os/files.hpp"

namespace gate {

namespace {

using Json = nlohmann::json;

constexpr const char* k_flags = "say it yourself: gate check --branch NAME --from REV --to REV";

Failure unusable(const std::string& message) { return fail(ErrorKind::usage, message, k_flags); }

Result<Json> read_payload(const Environment& env) {
  constexpr std::size_t k_largest_event = 32U << 20U;
  const auto path = value_of(env, "GITHUB_EVENT_PATH");
  if (!path) {
    return unusable("GITHUB_EVENT_PATH is not set: what this run is for can't be told");
  }
  const auto text = read_file(*path, k_largest_event);
  if (!text) {
    return tl::unexpected(text.error());
  }
  Json payload = Json::parse(text->value_or(""), nullptr, false);
  if (!payload.is_object()) {
    return unusable("the event file that GITHUB_EVENT_PATH names is no JSON object");
  }
  return payload;
}

std::optional<Oid> oid_at(const Json& payload, const char* pointer) {
  const Json::json_pointer at(pointer);
  if (!payload.contains(at) || !payload.at(at).is_string()) {
    return std::nullopt;
  }
  return Oid::parse(payload.at(at).get<std::string>());
}

Result<std::optional<CiEvent>> read_push(const RefName& ref, const Oid& head, const Environment& env) {
  const auto payload = read_payload(env);
  if (!payload) {
    return tl::unexpected(payload.error());
  }
  const auto before = oid_at(*payload, "/before");
  if (!before) {
    return unusable("the push event does not say which commit the ref had before");
  }
  return CiEvent{"GitHub", "push", ref, head, *before, ""};
}

Result<std::optional<CiEvent>> read_merge_group(const Oid& head, const Environment& env) {
  const auto payload = read_payload(env);
  if (!payload) {
    return tl::unexpected(payload.error());
  }
  const Json::json_pointer at("/merge_group/base_ref");
  const bool named = payload->contains(at) && payload->at(at).is_string();
  const auto base_ref = named ? RefName::parse(payload->at(at).get<std::string>()) : std::nullopt;
  const auto base = oid_at(*payload, "/merge_group/base_sha");
  if (!base_ref || !base) {
    return unusable("the merge_group event does not say which branch it is for");
  }
  return CiEvent{"GitHub", "merge_group", *base_ref, head, *base, ""};
}

} // namespace

Result<std::optional<CiEvent>> read_github_event(const Environment& env) {
  if (value_of(env, "GITHUB_ACTIONS").value_or("") != "true") {
    return std::nullopt;
  }
  const std::string name = value_of(env, "GITHUB_EVENT_NAME").value_or("");
  const auto head = Oid::parse(value_of(env, "GITHUB_SHA").value_or(""));
  if (!head) {
    return unusable("GITHUB_SHA is not a commit");
  }
  if (name == "pull_request") {
    const auto base = RefName::branch(value_of(env, "GITHUB_BASE_REF").value_or(""));
    if (!base) {
      return unusable("GITHUB_BASE_REF names no branch");
    }
    return CiEvent{"GitHub", name, *base, *head, std::nullopt, ""};
  }
  if (name == "merge_group") {
    return read_merge_group(*head, env);
  }
  const auto ref = RefName::parse(value_of(env, "GITHUB_REF").value_or(""));
  if (name == "push" && ref) {
    return read_push(*ref, *head, env);
  }
  return unusable("what a \"" + name + "\" event would update can't be told");
}

} // namespace gate
