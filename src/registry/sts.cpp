#include "registry/sts.hpp"

#include <array>
#include <functional>
#include <utility>

#include "base/ascii.hpp"
#include "base/shell_word.hpp"
#include "registry/aws_answer.hpp"
#include "registry/foreign_words.hpp"

namespace gate::registry {

namespace {

constexpr int k_sts_tries = 3;
constexpr const char* k_form = "application/x-www-form-urlencoded; charset=utf-8";
constexpr std::size_t k_longest_arn = 2048;

// The text of the only element of this name; nothing where there is none, or more than one.
std::optional<std::string_view> element_in(std::string_view body, const std::string& name) {
  const std::string open = "<" + name + ">";
  const std::string close = "</" + name + ">";
  const std::size_t begin = body.find(open);
  if (begin == std::string_view::npos || body.find(open, begin + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t end = body.find(close, begin);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  return body.substr(begin + open.size(), end - begin - open.size());
}

std::string with_entities_read(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> k_entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  std::string result;
  while (!text.empty()) {
    std::size_t length = 1;
    char c = text.front();
    for (const auto& [spelling, meaning] : k_entities) {
      if (text.substr(0, spelling.size()) == spelling) {
        length = spelling.size();
        c = meaning;
      }
    }
    result += c;
    text.remove_prefix(length);
  }
  return result;
}

std::string key_in(std::string_view body, const std::string& name) {
  const std::string_view text = element_in(body, name).value_or("");
  return is_visible_ascii(text) && text.find_first_of("<>&") == std::string_view::npos ? std::string(text)
                                                                                       : "";
}

std::string session_name_of(const AwsRole& role) {
  if (!role.session_name.empty()) {
    return role.session_name;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "gate-" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::string form_of(const std::string& action, const AwsRole& role) {
  std::string form = "Action=" + action + "&Version=2011-06-15&RoleArn=" + percent_encoded(role.arn) +
                     "&RoleSessionName=" + percent_encoded(session_name_of(role));
  if (!role.external_id.empty()) {
    form += "&ExternalId=" + percent_encoded(role.external_id);
  }
  if (role.duration_s != 0) {
    form += "&DurationSeconds=" + std::to_string(role.duration_s);
  }
  return form;
}

Result<Url> endpoint_for(const AwsWorld& world, const AwsRole& role) {
  if (role.arn.rfind("arn:", 0) != 0 || !is_visible_ascii(role.arn) || role.arn.size() > k_longest_arn) {
    return could_not_run(
        in_quotes(role.arn) + " is no ARN of a role",
        "set AWS_ROLE_ARN or the profile's role_arn to the like of arn:aws:iam::123456789012:role/NAME");
  }
  return aws_endpoint(world.env, "STS", sts_host(world.region, world.suffix));
}

HttpCall form_call(const Url& endpoint, std::string form) {
  HttpCall call{
      "POST", endpoint.origin, Secret(std::string(endpoint.target)), {}, Secret(std::move(form)), true, true};
  call.headers.push_back({"Content-Type", Secret(k_form)});
  return call;
}

bool is_about_time(const StsRefusal& refusal) {
  return refusal.code == "RequestExpired" || refusal.code == "RequestTimeTooSkewed" ||
         (refusal.code == "SignatureDoesNotMatch" && (refusal.message.rfind("Signature expired", 0) == 0 ||
                                                      refusal.message.rfind("Signature not yet", 0) == 0));
}

// All of these come as a 400: what HTTP itself calls busy, the client has tried again already.
bool is_passing(const StsRefusal& refusal) {
  return refusal.code == "Throttling" || refusal.code == "ThrottlingException" ||
         refusal.code == "RequestLimitExceeded" || refusal.code == "IDPCommunicationError";
}

using Skew = std::chrono::system_clock::duration;
using MakeCall = std::function<HttpCall(Skew)>;

// Sends until there is an answer that will not change by itself.
Result<HttpAnswer> answer_to(const AwsWorld& world, const MakeCall& make) {
  Skew skew{0}; // how far AWS's clock is ahead
  bool clock_was_set = false;
  for (int attempt = 1;; ++attempt) {
    tl::expected<HttpAnswer, HttpFailure> answer = world.client.send(make(skew));
    if (!answer) {
      return Failure(answer.error().error);
    }
    const StsRefusal refusal = answer->ok() ? StsRefusal() : refusal_in_xml(answer->body);
    if (is_about_time(refusal) && !clock_was_set && answer->date()) {
      skew = *answer->date() - std::chrono::system_clock::now();
      clock_was_set = true;
      continue;
    }
    if (!is_passing(refusal) || answer->status >= 429 || attempt == k_sts_tries) {
      return std::move(*answer);
    }
    if (Result<void> paused = world.client.pause(retry_delay(answer->header("retry-after"), attempt));
        !paused) {
      return Failure(paused.error());
    }
  }
}

std::string trust_command(const AwsRole& role) {
  return "see whom it lets in: aws iam get-role --role-name " +
         shell_word(role.arn.substr(role.arn.rfind('/') + 1)) + " --query Role.AssumeRolePolicyDocument";
}

// `who` is whose keys or token it was, `remedy` what gets others.
Failure refused(const AwsWorld& world, const Url& endpoint, const AwsRole& role, const HttpAnswer& answer,
                const std::string& who, const std::string& remedy) {
  const StsRefusal refusal = refusal_in_xml(answer.body);
  const std::string where = "AWS STS at " + endpoint.origin.authority();
  const std::string words = said(world.client.unsaid().redacted(refusal.message));
  if (refusal.code == "AccessDenied" || refusal.code == "AccessDeniedException") {
    return could_not_run(where + " does not let " + who + " be the role " + role.arn + words,
                         trust_command(role));
  }
  if (is_about_time(refusal)) {
    return could_not_run(where + " says that this machine's clock is wrong" + words,
                         "timedatectl set-ntp true");
  }
  if (is_passing(refusal) || answer.status == 429 || answer.status >= 500) {
    return could_not_run(where + " is too busy (" + std::to_string(answer.status) + ")" + words,
                         "try again in a minute");
  }
  if (refusal.code.empty()) {
    return could_not_run(where + " gives an answer that is none of STS (" + std::to_string(answer.status) +
                             ")",
                         "check AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL and the proxy");
  }
  return could_not_run(where + " does not take " + who + " for the role " + role.arn + " (" +
                           in_quotes(refusal.code) + ")" + words,
                       remedy);
}

Result<AwsCredentials> keys_from(const AwsWorld& world, const Url& endpoint, HttpAnswer answer) {
  const Secret body(std::move(answer.body));
  std::optional<AwsCredentials> result = credentials_in_xml(body.reveal());
  if (!result) {
    return could_not_run("AWS STS at " + endpoint.origin.authority() + " gives an answer without keys in it",
                         "check AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL and the proxy");
  }
  world.client.unsaid().add(result->keys.secret.reveal());
  world.client.unsaid().add(result->keys.session_token.reveal());
  return std::move(*result);
}

} // namespace

std::string sts_host(const std::string& region, const std::string& suffix) {
  // The dual-stack names of registries are not those of the services.
  if (suffix == "on.aws") {
    return "sts." + region + ".api.aws";
  }
  if (suffix == "on.amazonwebservices.com.cn") {
    return "sts." + region + ".api.amazonwebservices.com.cn";
  }
  return "sts." + region + "." + suffix;
}

std::optional<AwsCredentials> credentials_in_xml(std::string_view body) {
  const std::optional<std::string_view> credentials = element_in(body, "Credentials");
  // Neither comments nor CDATA: what looks like a tag is one.
  if (!credentials || body.find("<!") != std::string_view::npos) {
    return std::nullopt;
  }
  AwsCredentials result;
  result.keys = {key_in(*credentials, "AccessKeyId"), Secret(key_in(*credentials, "SecretAccessKey")),
                 Secret(key_in(*credentials, "SessionToken"))};
  result.expires = aws_time(element_in(*credentials, "Expiration").value_or(""));
  if (!are_whole(result.keys) || result.keys.session_token.empty() || !result.expires) {
    return std::nullopt;
  }
  return result;
}

StsRefusal refusal_in_xml(std::string_view body) {
  const std::string_view error = element_in(body, "Error").value_or("");
  return {std::string(element_in(error, "Code").value_or("")),
          with_entities_read(element_in(error, "Message").value_or(""))};
}

Result<AwsCredentials> assume_role(const AwsWorld& world, const AwsRole& role, const AwsCredentials& by) {
  const Result<Url> endpoint = endpoint_for(world, role);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  world.client.unsaid().add(by.keys.secret.reveal());
  world.client.unsaid().add(by.keys.session_token.reveal());
  const std::string form = form_of("AssumeRole", role);
  const auto make = [&](Skew skew) {
    Signature signature = sign({"POST",
                                endpoint->origin.authority(),
                                endpoint->target,
                                {{"Content-Type", k_form}},
                                form,
                                world.region,
                                "sts",
                                std::chrono::system_clock::now() + skew},
                               by.keys);
    HttpCall call = form_call(*endpoint, form);
    call.headers.push_back({"X-Amz-Date", Secret(std::move(signature.amz_date))});
    if (!by.keys.session_token.empty()) {
      call.headers.push_back({"X-Amz-Security-Token", Secret(std::string(by.keys.session_token.reveal()))});
    }
    const std::string& authorization = signature.authorization.reveal();
    world.client.unsaid().add(std::string_view(authorization).substr(authorization.rfind('=') + 1));
    call.headers.push_back({"Authorization", std::move(signature.authorization)});
    return call;
  };
  Result<HttpAnswer> answer = answer_to(world, make);
  if (!answer) {
    return Failure(answer.error());
  }
  if (answer->status != 200) {
    return refused(world, *endpoint, role, *answer, "the keys of " + by.origin, by.remedy);
  }
  return keys_from(world, *endpoint, std::move(*answer));
}

Result<AwsCredentials> assume_role_by_token(const AwsWorld& world, const AwsRole& role, const Secret& token,
                                            const std::string& from) {
  const Result<Url> endpoint = endpoint_for(world, role);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  world.client.unsaid().add(token.reveal());
  const auto make = [&](Skew) {
    const Secret encoded(percent_encoded(token.reveal()));
    std::string form = form_of("AssumeRoleWithWebIdentity", role) + "&WebIdentityToken=";
    form.reserve(form.size() + encoded.reveal().size()); // growing would leave copies behind
    form += encoded.reveal();
    return form_call(*endpoint, std::move(form));
  };
  Result<HttpAnswer> answer = answer_to(world, make);
  if (!answer) {
    return Failure(answer.error());
  }
  if (answer->status != 200) {
    return refused(world, *endpoint, role, *answer, from, trust_command(role));
  }
  return keys_from(world, *endpoint, std::move(*answer));
}

} // namespace gate::registry
