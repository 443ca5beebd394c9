#include "registry/aws_role_chain.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "base/shell_word.hpp"
#include "registry/aws_answer.hpp"
#include "registry/aws_cli.hpp"
#include "registry/aws_metadata.hpp"
#include "registry/ci_identity.hpp"
#include "registry/foreign_words.hpp"
#include "registry/named_file.hpp"
#include "registry/sts.hpp"

namespace gate::registry {

namespace {

using Found = Result<std::optional<AwsCredentials>>;

constexpr std::size_t k_longest_chain = 8;
constexpr const char* k_environment_remedy =
    "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; eval \"$(aws configure "
    "export-credentials --format env)\"";

Found none() {
  return std::optional<AwsCredentials>();
}

Found as_found(Result<AwsCredentials> result) {
  if (!result) {
    return Failure(result.error());
  }
  return std::optional<AwsCredentials>(std::move(*result));
}

Failure bad_profile(const std::string& profile, const std::string& what) {
  return could_not_run("AWS's profile " + profile + " " + what,
                       "aws configure --profile " + shell_word(profile));
}

std::string copy_of(const Secret* secret) {
  return secret != nullptr ? secret->reveal() : std::string();
}

using Finder = const Secret* (AwsProfiles::*)(const std::string&, const std::string&) const;

// aws_access_key_id and its kin, of one of the two files.
Found keys_of_file(const AwsProfiles& profiles, const std::string& profile, Finder find,
                   const std::string& path) {
  const auto value = [&](const char* name) { return copy_of((profiles.*find)(profile, name)); };
  AwsCredentials result;
  result.keys.id = value("aws_access_key_id");
  if (result.keys.id.empty()) {
    return none();
  }
  result.keys.secret = Secret(value("aws_secret_access_key"));
  result.keys.session_token = Secret(value("aws_security_token"));
  if (result.keys.session_token.empty()) {
    result.keys.session_token = Secret(value("aws_session_token"));
  }
  if (result.keys.secret.empty()) {
    return bad_profile(profile, "has an aws_access_key_id in " + path + ", but no aws_secret_access_key");
  }
  if (!are_whole(result.keys)) {
    return bad_profile(profile, "has keys in " + path + " with blanks in them");
  }
  result.origin = "profile " + profile + " (" + path + ")";
  result.remedy = "aws configure --profile " + shell_word(profile);
  return std::optional<AwsCredentials>(std::move(result));
}

Found by_token_file(const AwsWorld& world, const AwsRole& role, const std::string& path,
                    const std::string& setting) {
  if (role.arn.empty()) {
    return could_not_run(setting + " names a file with an identity token, but no role is named",
                         "export AWS_ROLE_ARN=…");
  }
  Result<std::optional<std::string>> content = read_named_file(path, &world.interrupt);
  if (!content) {
    return Failure(content.error());
  }
  if (!*content) {
    return could_not_run(setting + " names " + path + ", which is not there",
                         "let it name the file with the identity token");
  }
  std::string text = std::move(**content);
  text.resize(text.find_last_not_of(" \t\r\n") + 1);
  const Secret token(std::move(text));
  if (!is_visible_ascii(token.reveal())) {
    return could_not_run(path + ", which " + setting + " names, holds no identity token",
                         "put the token into it, and nothing else");
  }
  Result<AwsCredentials> result = assume_role_by_token(world, role, token, "the identity token of " + path);
  if (result) {
    result->origin = "the role " + role.arn + " (" + setting + ")";
    result->remedy = "let the role " + role.arn + " do what is asked of it";
  }
  return as_found(std::move(result));
}

Found by_ci_token(const AwsWorld& world, const AwsRole& role) {
  Result<std::optional<CiIdentity>> identity = ci_identity(world);
  if (!identity) {
    return Failure(identity.error());
  }
  if (!*identity) {
    return none();
  }
  Result<AwsCredentials> result = assume_role_by_token(world, role, (*identity)->token, (*identity)->from);
  if (result) {
    result->origin = "the role " + role.arn + " (" + (*identity)->from + ")";
    result->remedy = "let the role " + role.arn + " do what is asked of it";
  }
  return as_found(std::move(result));
}

Found web_identity(const AwsWorld& world, const AwsProfiles& profiles, const std::string& profile,
                   WebIdentityFrom from) {
  const auto variable = [&](const char* name) {
    return from == WebIdentityFrom::environment_and_profile ? variable_of(world.env, name) : std::string();
  };
  const auto or_profiles = [&](std::string value, const char* setting) {
    return value.empty() ? profiles.text(profile, setting) : value;
  };
  const std::string named_file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string named_role = variable("AWS_ROLE_ARN");
  AwsRole role{or_profiles(named_role, "role_arn"),
               or_profiles(variable("AWS_ROLE_SESSION_NAME"), "role_session_name"),
               {},
               0};
  const std::string file = or_profiles(named_file, "web_identity_token_file");
  if (!file.empty()) {
    return by_token_file(world, role, file,
                         named_file.empty() ? "web_identity_token_file of profile " + profile
                                            : "AWS_WEB_IDENTITY_TOKEN_FILE");
  }
  return named_role.empty() ? none() : by_ci_token(world, role);
}

Found named_source(const AwsWorld& world, const std::string& profile, const std::string& source) {
  Found found = none();
  if (source == "Environment") {
    found = environment_credentials(world.env);
  } else if (source == "EcsContainer") {
    found = container_credentials(world);
  } else if (source == "Ec2InstanceMetadata") {
    found = instance_credentials(world);
  } else {
    return bad_profile(profile, "has a credential_source " + in_quotes(source) +
                                    ", which is none of Environment, EcsContainer and Ec2InstanceMetadata");
  }
  if (found && !*found) {
    return bad_profile(profile, "takes its credentials from " + source + ", where there are none");
  }
  return found;
}

/// Follows source_profile from one profile to the next.
class RoleChain {
public:
  RoleChain(const AwsWorld& world, const AwsProfiles& profiles) : m_world(world), m_profiles(profiles) {}

  bool is_role(const std::string& profile) const {
    return has(profile, "role_arn") && !has(profile, "web_identity_token_file");
  }

  Found assume(const std::string& profile) {
    m_visited.push_back(profile);
    const Result<AwsRole> role = role_of(profile);
    if (!role) {
      return Failure(role.error());
    }
    Found source = source_of(profile);
    if (!source) {
      return source;
    }
    Result<AwsCredentials> result = assume_role(m_world, *role, **source);
    if (result) {
      result->origin = "the role " + role->arn + " of profile " + profile;
      result->remedy = "let the role " + role->arn + " do what is asked of it";
    }
    return as_found(std::move(result));
  }

private:
  bool has(const std::string& profile, const char* setting) const {
    return m_profiles.find(profile, setting) != nullptr;
  }
  bool has_keys(const std::string& profile) const {
    return has(profile, "aws_access_key_id") || has(profile, "aws_secret_access_key");
  }

  Result<AwsRole> role_of(const std::string& profile) const {
    if (has(profile, "mfa_serial")) {
      return could_not_run("AWS's profile " + profile +
                               " asks for the code of an MFA device, which gate does not ask for",
                           aws_export_command(profile));
    }
    AwsRole role{m_profiles.text(profile, "role_arn"), m_profiles.text(profile, "role_session_name"),
                 m_profiles.text(profile, "external_id"), 0};
    const std::string duration = m_profiles.text(profile, "duration_seconds");
    const char* const end = duration.data() + duration.size();
    const auto [stop, error] = std::from_chars(duration.data(), end, role.duration_s);
    if (!duration.empty() && (error != std::errc() || stop != end || role.duration_s <= 0)) {
      return bad_profile(profile,
                         "has a duration_seconds " + in_quotes(duration) + ", which is no number of seconds");
    }
    return role;
  }

  Found source_of(const std::string& profile) {
    const std::string named = m_profiles.text(profile, "credential_source");
    const std::string next = m_profiles.text(profile, "source_profile");
    if (named.empty() == next.empty()) {
      return bad_profile(profile, named.empty()
                                      ? "has a role_arn, but neither source_profile nor credential_source"
                                      : "has both source_profile and credential_source");
    }
    if (next.empty()) {
      return named_source(m_world, profile, named);
    }
    if (!m_profiles.has(next)) {
      return bad_profile(profile, "has a source_profile " + in_quotes(next) + ", which there is not");
    }
    // One may name itself: its own keys are what it means then.
    const bool is_own = next == profile && has_keys(profile);
    if (m_visited.size() >= k_longest_chain ||
        (!is_own && std::find(m_visited.begin(), m_visited.end(), next) != m_visited.end())) {
      return bad_profile(profile, "has a source_profile that leads back, or too far");
    }
    if (is_role(next) && !has_keys(next)) {
      return assume(next);
    }
    Found found = profile_credentials(m_world, m_profiles, next, WebIdentityFrom::profile);
    if (found && !*found) {
      return bad_profile(next, "is the source_profile of " + profile + ", but has no credentials");
    }
    return found;
  }

  const AwsWorld& m_world;
  const AwsProfiles& m_profiles;
  std::vector<std::string> m_visited;
};

} // namespace

Result<std::optional<AwsCredentials>> environment_credentials(const Environment& env) {
  AwsCredentials result;
  result.keys.id = variable_of(env, "AWS_ACCESS_KEY_ID");
  result.keys.secret = Secret(variable_of(env, "AWS_SECRET_ACCESS_KEY"));
  result.keys.session_token = Secret(variable_of(env, "AWS_SECURITY_TOKEN"));
  if (result.keys.session_token.empty()) {
    result.keys.session_token = Secret(variable_of(env, "AWS_SESSION_TOKEN"));
  }
  // Without an id botocore looks further, also where there is a secret.
  if (result.keys.id.empty()) {
    return none();
  }
  if (result.keys.secret.empty()) {
    return could_not_run("of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set",
                         k_environment_remedy);
  }
  if (!are_whole(result.keys)) {
    return could_not_run(
        "one of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN has blanks in it",
        k_environment_remedy);
  }
  result.origin = "AWS_ACCESS_KEY_ID";
  result.remedy = k_environment_remedy;
  result.expires = aws_time(variable_of(env, "AWS_CREDENTIAL_EXPIRATION"));
  return std::optional<AwsCredentials>(std::move(result));
}

Result<std::optional<AwsCredentials>>
assumed_role_credentials(const AwsWorld& world, const AwsProfiles& profiles, const std::string& profile) {
  RoleChain chain(world, profiles);
  return chain.is_role(profile) ? chain.assume(profile) : none();
}

Result<std::optional<AwsCredentials>> profile_credentials(const AwsWorld& world, const AwsProfiles& profiles,
                                                          const std::string& profile, WebIdentityFrom from) {
  if (Found found = web_identity(world, profiles, profile, from); !found || *found) {
    return found;
  }
  // What makes botocore take it for a profile of SSO.
  if (profiles.find(profile, "sso_role_name") != nullptr ||
      profiles.find(profile, "sso_account_id") != nullptr) {
    return as_found(ask_aws(world, profile, "SSO"));
  }
  if (Found found =
          keys_of_file(profiles, profile, &AwsProfiles::find_in_credentials, profiles.credentials_path());
      !found || *found) {
    return found;
  }
  if (profiles.find(profile, "login_session") != nullptr) {
    return as_found(ask_aws(world, profile, "login"));
  }
  if (const Secret* const command = profiles.find(profile, "credential_process")) {
    return as_found(ask_process(world, profile, command->reveal()));
  }
  return keys_of_file(profiles, profile, &AwsProfiles::find_in_config, profiles.config_path());
}

} // namespace gate::registry
