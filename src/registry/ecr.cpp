#include "registry/ecr.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/shell_word.hpp"
#include "policy/image_name.hpp"
#include "registry/json.hpp"
#include "registry/url.hpp"

namespace gate::registry {

namespace {

constexpr const char* k_mutable = "MUTABLE";
constexpr const char* k_immutable = "IMMUTABLE";
constexpr const char* k_mutable_but = "MUTABLE_WITH_EXCLUSION";
constexpr const char* k_immutable_but = "IMMUTABLE_WITH_EXCLUSION";
constexpr std::size_t k_most_filters = 5;
constexpr std::size_t k_longest_filter = 128;

// '*' stands for any text. Takes time in the product of the two lengths at most.
bool filter_matches(std::string_view filter, std::string_view tag) {
  std::size_t at = 0;
  std::size_t in_tag = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_took = 0;
  while (in_tag < tag.size()) {
    if (at < filter.size() && filter[at] == '*') {
      star = at++;
      star_took = in_tag;
    } else if (at < filter.size() && filter[at] == tag[in_tag]) {
      ++at;
      ++in_tag;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_tag = ++star_took;
    } else {
      return false;
    }
  }
  return filter.find_first_not_of('*', at) == std::string_view::npos;
}

Json as_json(const std::vector<std::string>& filters) {
  Json list = Json::array();
  for (const std::string& filter : filters) {
    list.push_back({{"filterType", "WILDCARD"}, {"filter", filter}});
  }
  return list;
}

TagMutability mutability_from(const Json& repository) {
  TagMutability result{text_of(member(repository, "imageTagMutability")), {}};
  const Json& filters = member(repository, "imageTagMutabilityExclusionFilters");
  for (std::size_t i = 0; i < filters.size() && i < k_most_filters; ++i) {
    std::string filter = text_of(member(element(filters, i), "filter"));
    if (filter.size() <= k_longest_filter) {
      result.filters.push_back(std::move(filter));
    }
  }
  return result;
}

bool is_filter(const std::string& text) {
  std::string tag = text;
  std::replace(tag.begin(), tag.end(), '*', '_');
  return is_tag(tag);
}

// Those that no other one contains.
std::vector<std::string> merged(const std::vector<std::string>& filters) {
  std::vector<std::string> kept;
  for (const std::string& filter : filters) {
    const auto contains = [&](const std::string& other) { return filter_matches(other, filter); };
    if (!is_filter(filter) || std::any_of(kept.begin(), kept.end(), contains)) {
      continue;
    }
    kept.erase(std::remove_if(kept.begin(), kept.end(),
                              [&](const std::string& other) { return filter_matches(filter, other); }),
               kept.end());
    kept.push_back(filter);
  }
  return kept;
}

TagMutability immutable_but(const std::vector<std::string>& moving) {
  std::vector<std::string> filters = merged(moving);
  if (filters.empty()) {
    return {k_immutable, {}};
  }
  const bool is_all = filters.front().find_first_not_of('*') == std::string::npos;
  return is_all || filters.size() > k_most_filters ? TagMutability{k_mutable, {}}
                                                   : TagMutability{k_immutable_but, std::move(filters)};
}

// A tag that is another one tomorrow needs the filter for them all.
std::string filter_for(const std::string& tag, const std::vector<std::string>& moving_tags) {
  if (std::find(moving_tags.begin(), moving_tags.end(), tag) != moving_tags.end()) {
    return tag;
  }
  const auto found = std::find_if(moving_tags.begin(), moving_tags.end(),
                                  [&](const std::string& pattern) { return filter_matches(pattern, tag); });
  return found == moving_tags.end() ? tag : *found;
}

// The setting under which this tag moves, and the others stay what they are.
TagMutability mended(TagMutability mutability, const std::string& tag,
                     const std::vector<std::string>& moving_tags) {
  std::vector<std::string>& filters = mutability.filters;
  if (mutability.setting == k_mutable_but) {
    filters.erase(std::remove_if(filters.begin(), filters.end(),
                                 [&](const std::string& filter) { return filter_matches(filter, tag); }),
                  filters.end());
    return filters.empty() ? TagMutability{k_mutable, {}} : mutability;
  }
  filters.push_back(filter_for(tag, moving_tags));
  return immutable_but(filters);
}

} // namespace

EcrService ecr_service(const EcrHost& host) {
  return {"AWS ECR",
          "ecr",
          "AmazonEC2ContainerRegistry_V20150921",
          "ECR",
          host.api_host(),
          host.region,
          host.partition_suffix()};
}

bool TagMutability::is_fixed(const std::string& tag) const {
  const bool excluded = std::any_of(filters.begin(), filters.end(),
                                    [&](const std::string& filter) { return filter_matches(filter, tag); });
  return setting == k_immutable || (setting == k_immutable_but && !excluded) ||
         (setting == k_mutable_but && excluded);
}

TagMutability mutability_for(const std::vector<std::string>& moving_tags) {
  return immutable_but(moving_tags);
}

std::optional<Error> why_fixed(const EcrHost& host, const std::string& repository,
                               const TagMutability& mutability, const std::string& tag,
                               const std::vector<std::string>& moving_tags) {
  if (!mutability.is_fixed(tag)) {
    return std::nullopt;
  }
  const TagMutability wanted = mended(mutability, tag, moving_tags);
  std::string command = "aws ecr put-image-tag-mutability --registry-id " + host.account +
                        " --repository-name " + shell_word(repository) + " --region " +
                        shell_word(host.region) + " --image-tag-mutability " + wanted.setting;
  for (std::size_t i = 0; i < wanted.filters.size(); ++i) {
    command += i == 0 ? " --image-tag-mutability-exclusion-filters" : "";
    command += " " + shell_word("filterType=WILDCARD,filter=" + wanted.filters[i]);
  }
  return Error{ErrorKind::could_not_run,
               "AWS ECR never lets the tag " + tag + " of " + repository +
                   " be moved once it is there: the repository is " + mutability.setting,
               std::move(command)};
}

Ecr::Ecr(EcrApi api, EcrHost host) : m_api(std::move(api)), m_host(std::move(host)) {}

Result<RegistryLogin> Ecr::login() {
  const std::string operation = "GetAuthorizationToken";
  const Result<EcrApi::Reply> reply = m_api.call(operation, "{}");
  if (!reply) {
    return Failure(reply.error());
  }
  if (reply->status != 200) {
    return m_api.failure_of(operation, *reply);
  }
  const SecretJson json(reply->body.reveal());
  const Json& data = element(member(json.get(), "authorizationData"), 0);
  const std::optional<Url> registry = Url::parse(text_of(member(data, "proxyEndpoint")));
  const std::optional<EcrHost> own = registry ? EcrHost::parse(registry->origin.host) : std::nullopt;
  m_account = own ? own->account : std::string();
  const Secret token(text_of(member(data, "authorizationToken")));
  return m_api.decoded(token);
}

bool Ecr::has_foreign_keys() const {
  return !m_account.empty() && m_account != m_host.account;
}

std::string Ecr::whose_keys() const {
  return has_foreign_keys() ? ", and the keys of " + m_api.origin() + " are of account " + m_account
                            : std::string();
}

Result<TagMutability> Ecr::repository(const std::string& name, const RepositoryTerms& terms) {
  const std::string operation = "DescribeRepositories";
  const Json question{{"registryId", m_host.account}, {"repositoryNames", Json::array({name})}};
  const Result<EcrApi::Reply> reply = m_api.call(operation, question.dump());
  if (!reply) {
    return Failure(reply.error());
  }
  if (reply->status == 200) {
    const Json json = parse_json(reply->body.reveal());
    return mutability_from(element(member(json, "repositories"), 0));
  }
  const EcrTrouble trouble = ecr_trouble(reply->status, reply->body.reveal());
  if (trouble == EcrTrouble::not_allowed && has_foreign_keys()) {
    m_doubt =
        Error{ErrorKind::could_not_run, "the registry is of AWS account " + m_host.account + whose_keys(),
              "use keys of account " + m_host.account + ", or let the repository's policy allow account " +
                  m_account + " to read and to push"};
  }
  if (trouble == EcrTrouble::not_allowed) {
    return TagMutability();
  }
  if (trouble == EcrTrouble::no_repository && terms.may_create) {
    return create(name, terms.moving_tags);
  }
  if (trouble == EcrTrouble::no_repository) {
    return could_not_run("AWS ECR has no repository " + name + " in account " + m_host.account + ", region " +
                             m_host.region + whose_keys(),
                         "aws ecr create-repository --repository-name " + shell_word(name) + " --region " +
                             shell_word(m_host.region) +
                             (has_foreign_keys() ? " --registry-id " + m_host.account : ""));
  }
  return m_api.failure_of(operation, *reply);
}

Result<TagMutability> Ecr::create(const std::string& name, const std::vector<std::string>& moving_tags) {
  const std::string operation = "CreateRepository";
  const TagMutability mutability = mutability_for(moving_tags);
  Json question{{"registryId", m_host.account},
                {"repositoryName", name},
                {"imageTagMutability", mutability.setting},
                {"imageScanningConfiguration", {{"scanOnPush", true}}}};
  if (!mutability.filters.empty()) {
    question["imageTagMutabilityExclusionFilters"] = as_json(mutability.filters);
  }
  const Result<EcrApi::Reply> reply = m_api.call(operation, question.dump());
  if (!reply) {
    return Failure(reply.error());
  }
  if (reply->status == 200) {
    return mutability;
  }
  // Somebody else was faster, or the answer to the first try was lost: what it is now, it says itself.
  if (ecr_trouble(reply->status, reply->body.reveal()) == EcrTrouble::repository_exists) {
    return repository(name, {});
  }
  Error error = m_api.failure_of(operation, *reply).value();
  error.message += whose_keys();
  return Failure(std::move(error));
}

} // namespace gate::registry
