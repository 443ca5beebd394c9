#include "cli/ci_event.hpp"

namespace gate {

namespace {

Failure unusable_travis(const std::string& message) {
  return fail(ErrorKind::usage, message, "say it yourself: gate check --branch NAME --from REV --to REV");
}

// "OLD...NEW", abbreviated as Travis CI likes; nothing when the branch is new.
std::string old_side_of(const std::string& range) {
  const std::string old_side = range.substr(0, range.find('.'));
  return old_side.find_first_not_of("0123456789abcdef") == std::string::npos ? old_side : "";
}

} // namespace

Result<std::optional<CiEvent>> read_travis_event(const Environment& env) {
  if (value_of(env, "TRAVIS").value_or("") != "true") {
    return std::nullopt;
  }
  const auto get = [&](const char* name) { return value_of(env, name).value_or(""); };
  const auto head = Oid::parse(get("TRAVIS_COMMIT"));
  if (!head) {
    return unusable_travis("TRAVIS_COMMIT is not a commit");
  }
  const std::string type = get("TRAVIS_EVENT_TYPE");
  const bool is_pull_request = type == "pull_request" || get("TRAVIS_PULL_REQUEST") != "false";
  const std::string tag = get("TRAVIS_TAG");
  const auto ref = tag.empty() ? RefName::parse("refs/heads/" + get("TRAVIS_BRANCH")) : RefName::parse("refs/tags/" + tag);
  if (!ref) {
    return unusable_travis("TRAVIS_BRANCH names no branch");
  }
  if (is_pull_request) {
    return CiEvent{"Travis CI", "pull_request", *ref, *head, std::nullopt, ""};
  }
  if (type != "push") {
    return unusable_travis("what a Travis CI build of type \"" + type + "\" would update can't be told");
  }
  const std::string old_side = old_side_of(get("TRAVIS_COMMIT_RANGE"));
  return CiEvent{"Travis CI", type, *ref, *head, old_side.empty() ? std::optional<Oid>(Oid()) : std::nullopt, old_side};
}

} // namespace gate
