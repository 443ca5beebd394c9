#include "app/suite_key.hpp"

#include <algorithm>

#include "policy/suite_inputs.hpp"

namespace gate {

namespace {

// The image that the suite names by a tag. Nothing: it is not known what that is.
Result<std::optional<std::string>> image_of(const Suite& suite, NamedImages* images) {
  const std::string* reference = moving_image(suite);
  if (reference == nullptr) {
    return std::string();
  }
  if (images == nullptr) {
    return std::nullopt;
  }
  auto id = images->id_of(*reference);
  if (!id && id.error().kind != ErrorKind::interrupted) {
    return std::nullopt; // the run says why
  }
  return id;
}

} // namespace

Result<Oid> seen_by(const Suite& suite, const Oid& tree, Repository& repository) {
  const auto paths = suite.seen_paths();
  if (paths.empty()) {
    return tree;
  }
  const auto seen = repository.object_at(tree, paths, "");
  return seen ? Result<Oid>(seen->value_or(tree)) : tl::unexpected(seen.error());
}

Result<SuiteKey> key_of(const Suite& suite, const Oid& seen, std::string_view platform, const Variables& variables, NamedImages* images) {
  const auto env = filled_env(suite, variables);
  const auto image = image_of(suite, images);
  if (!image) {
    return tl::unexpected(image.error());
  }
  return SuiteKey{verdict_key(seen, suite, platform, {env ? *env : suite.env, image->value_or("")}), env && *image};
}

bool counts(const Verdict& verdict, const Need& need, std::chrono::system_clock::time_point now) {
  return is_fresh(verdict, need.suite, now) && verdict.image_id != need.lost_image &&
         std::all_of(need.published_services.begin(), need.published_services.end(), [&](const std::string& service) { return verdict.images.count(service) != 0; });
}

std::optional<Verdict> verdict_that_counts(const Need& need, const Digest& key, VerdictStore& verdicts, std::chrono::system_clock::time_point now) {
  if (!need.suite.reusable) {
    return std::nullopt;
  }
  auto verdict = verdicts.find(key, need.seen);
  return verdict && counts(*verdict, need, now) ? std::move(verdict) : std::nullopt;
}

} // namespace gate
