#include "registry/aws_credentials.hpp"

#include <array>
#include <functional>
#include <utility>

#include "base/ascii.hpp"
#include "registry/aws_answer.hpp"
#include "registry/aws_metadata.hpp"
#include "registry/aws_profile.hpp"
#include "registry/aws_role_chain.hpp"
#include "registry/ci_identity.hpp"
#include "registry/foreign_words.hpp"

namespace gate::registry {

namespace {

using Found = Result<std::optional<AwsCredentials>>;

Found first_found(const AwsWorld& world) {
  if (Found found = environment_credentials(world.env); !found || *found) {
    return found;
  }
  const Result<AwsProfiles> profiles = AwsProfiles::read(world.env, &world.interrupt);
  if (!profiles) {
    return Failure(profiles.error());
  }
  const std::string profile = chosen_profile(world.env);
  if (profile != "default" && !profiles->has(profile)) {
    return could_not_run("AWS has no profile " + in_quotes(profile) + " in " + profiles->credentials_path() +
                             " and " + profiles->config_path() +
                             ", but AWS_PROFILE or AWS_DEFAULT_PROFILE names it",
                         "aws configure list-profiles shows those there are");
  }
  const std::array<std::function<Found()>, 4> sources{
      [&] { return assumed_role_credentials(world, *profiles, profile); },
      [&] {
        return profile_credentials(world, *profiles, profile, WebIdentityFrom::environment_and_profile);
      },
      [&] { return container_credentials(world); }, [&] { return instance_credentials(world); }};
  for (const std::function<Found()>& source : sources) {
    if (Found found = source(); !found || *found) {
      return found;
    }
  }
  if (!variable_of(world.env, "AWS_ROLE_ARN").empty()) {
    return could_not_run("AWS_ROLE_ARN names a role, but there is no identity token to assume it with",
                         ci_identity_remedy(world.env));
  }
  return std::optional<AwsCredentials>();
}

} // namespace

Result<std::optional<AwsCredentials>> aws_credentials(const AwsWorld& world) {
  Found found = first_found(world);
  if (found && *found) {
    world.client.unsaid().add((*found)->keys.secret.reveal());
    world.client.unsaid().add((*found)->keys.session_token.reveal());
  }
  return found;
}

Result<Url> aws_endpoint(const Environment& env, const std::string& service,
                         const std::string& otherwise_host) {
  if (lower(variable_of(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) != "true") {
    for (const std::string& name : {"AWS_ENDPOINT_URL_" + service, std::string("AWS_ENDPOINT_URL")}) {
      const std::string value = variable_of(env, name);
      if (value.empty()) {
        continue;
      }
      std::optional<Url> url = Url::parse(value);
      if (!url || url->target.find('?') != std::string::npos) {
        return could_not_run(name + " is no http or https address", "unset " + name);
      }
      return std::move(*url);
    }
  }
  return Url{{"https", otherwise_host, 443}, "/"};
}

} // namespace gate::registry
