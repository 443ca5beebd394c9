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
  std::string missing;
  const auto env = filled_env(suite, [&](const std::string& name) {
    auto value = variables ? variables(name) : std::nullopt;
    missing = value || !missing.empty() ? missing : name;
    return value;
  });
  const auto image = image_of(suite, images);
  if (!image) {
    return tl::unexpected(image.error());
  }
  SuiteKey key{Digest(), env && *image, {}, {env ? *env : suite.env, image->value_or("")}};
  key.key = verdict_key(seen, suite, platform, key.inputs);
  if (!env) {
    key.unknown = "it takes " + missing + " of the machine's environment, which is not set";
  } else if (!*image) {
    key.unknown = "its image " + *moving_image(suite) + " is named by a tag, and what that stands for is not known here";
  }
  return key;
}

std::vector<Digest> vouched_keys(const SuiteKey& key, const Suite& suite, const Oid& seen, const std::vector<std::string>& platforms, std::string_view own_platform) {
  if (!key.is_whole) {
    return {};
  }
  if (platforms.empty()) {
    return {key.key};
  }
  std::vector<Digest> keys;
  for (const auto& platform : platforms) {
    if (platform == own_platform) {
      keys.push_back(key.key);
    } else if (moving_image(suite) == nullptr) {
      keys.push_back(verdict_key(seen, suite, platform, key.inputs));
    }
  }
  return keys;
}

bool counts(const Verdict& verdict, const Need& need, std::chrono::system_clock::time_point now) {
  return is_fresh(verdict, need.suite, now) && verdict.image_id != need.lost_image &&
         std::all_of(need.published_services.begin(), need.published_services.end(), [&](const std::string& service) { return verdict.images.count(service) != 0; });
}

bool counts_from_elsewhere(const Verdict& verdict, const Need& need, std::chrono::system_clock::time_point now) {
  return counts(verdict, need, verdict.finished <= now + k_clock_slack ? std::max(now, verdict.finished) : now);
}

std::optional<Verdict> verdict_that_counts(const Need& need, const Digest& key, VerdictStore& verdicts, std::chrono::system_clock::time_point now) {
  if (!need.suite.reusable) {
    return std::nullopt;
  }
  auto verdict = verdicts.find(key, need.seen);
  return verdict && counts(*verdict, need, now) ? std::move(verdict) : std::nullopt;
}

bool is_in_time(const Verdict& verdict, const VerdictTrust& trust, std::chrono::system_clock::time_point now) {
  return verdict.finished <= now + k_clock_slack && verdict.finished >= now - trust.terms().max_age;
}

std::optional<VouchedVerdict> vouched_that_counts(const Need& need, Asker asker, VerdictStore& verdicts, std::chrono::system_clock::time_point now) {
  if (!need.may_be_vouched_for()) {
    return std::nullopt;
  }
  for (const auto& key : need.vouched_keys) {
    std::optional<VouchedVerdict> found;
    const bool holds_for_all = std::all_of(need.trusts.begin(), need.trusts.end(), [&](const auto& trust) {
      found = verdicts.find_vouched(key, need.seen, trust->digest());
      return found && counts_from_elsewhere(found->verdict, need, now) && trust->admits(found->voucher.role, asker) && is_in_time(found->verdict, *trust, now);
    });
    if (holds_for_all) {
      return found;
    }
  }
  return std::nullopt;
}

} // namespace gate
