#include "registry/aws_cli.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/shell_word.hpp"
#include "registry/aws_answer.hpp"
#include "registry/aws_profile.hpp"
#include "registry/foreign_words.hpp"
#include "registry/helper_environment.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

constexpr std::chrono::seconds k_limit{30};

/// What is run, and how it is spoken of.
struct Asked {
  std::vector<std::string> argv;
  std::string name; ///< "the credential_process of profile dev"
  std::string remedy;
};

std::string what_it_says(const AwsWorld& world, const Secret& words) {
  Redactor unsaid;
  for (const char* const name : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
                                 "AWS_CONTAINER_AUTHORIZATION_TOKEN"}) {
    const Secret value(variable_of(world.env, name));
    unsaid.add(value.reveal());
  }
  return said(unsaid.redacted(world.client.unsaid().redacted(words.reveal())));
}

Result<AwsCredentials> ask(const AwsWorld& world, Asked asked) {
  const Environment env = own_program_environment(world.env);
  const std::string& program = asked.argv.front();
  if (program.find('/') == std::string::npos && !find_program(program, env)) {
    return could_not_run(asked.name + " starts " + in_quotes(program) + ", which is not in PATH",
                         asked.remedy);
  }
  const bool is_aws = program == "aws";
  const CommandLimits limits{std::chrono::steady_clock::now() + k_limit, &world.interrupt, {}};
  Result<Captured> result = run_captured({std::move(asked.argv), env, {}, {}}, limits);
  if (!result) {
    return Failure(result.error());
  }
  const Secret out(std::move(result->out));
  const Secret err(std::move(result->err));
  if (result->end.how == CommandEnd::How::timed_out) {
    return could_not_run(asked.name + " does not end within " + std::to_string(k_limit.count()) + " seconds",
                         asked.remedy);
  }
  if (is_aws && !result->end.ok() && err.reveal().find("nvalid choice") != std::string::npos) {
    return could_not_run("the aws program in PATH is too old: it has no configure export-credentials, for " +
                             asked.name,
                         "install the AWS CLI of today (version 2)");
  }
  if (!result->end.ok()) {
    return could_not_run(asked.name + " gives no credentials" + what_it_says(world, err), asked.remedy);
  }
  const SecretJson json(out.reveal());
  const Json& version = member(json.get(), "Version");
  std::optional<AwsCredentials> credentials = credentials_in_json(out.reveal(), "SessionToken");
  if (!version.is_number_integer() || version != 1 || !credentials) {
    return could_not_run(asked.name + " prints what is no credentials of Version 1", asked.remedy);
  }
  if (credentials->expires && *credentials->expires <= std::chrono::system_clock::now()) {
    return could_not_run(asked.name + " gives credentials that have expired", asked.remedy);
  }
  credentials->origin = asked.name;
  credentials->remedy = asked.remedy;
  return std::move(*credentials);
}

} // namespace

Result<AwsCredentials> ask_process(const AwsWorld& world, const std::string& profile,
                                   const std::string& command) {
  std::optional<std::vector<std::string>> words = shlex_words(command);
  const std::string name = "the credential_process of profile " + profile;
  const std::string remedy =
      "see what it says: aws configure get credential_process --profile " + shell_word(profile);
  if (!words || words->empty() || words->front().empty()) {
    return could_not_run(name + " is no command: a quotation in it is not closed, or it has no first word",
                         remedy);
  }
  return ask(world, {std::move(*words), name, remedy});
}

Result<AwsCredentials> ask_aws(const AwsWorld& world, const std::string& profile, const std::string& why) {
  const std::string login = why == "login" ? "aws login --profile " : "aws sso login --profile ";
  if (!find_program("aws", world.env)) {
    return could_not_run("profile " + profile + " has its credentials from " + why +
                             ", for which gate asks the aws program, and it is not in PATH",
                         "install the AWS CLI, or where it is: " + aws_export_command(profile));
  }
  // "=": a profile's name may begin with "-".
  return ask(world,
             {{"aws", "configure", "export-credentials", "--profile=" + profile, "--format", "process"},
              "profile " + profile + " (" + why + ", by aws configure export-credentials)",
              login + shell_word(profile)});
}

} // namespace gate::registry
