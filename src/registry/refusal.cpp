#include "registry/refusal.hpp"

#include "registry/foreign_words.hpp"
#include "registry/json.hpp"

namespace gate::registry {

std::string server_words(std::string_view body) {
  const Json json = parse_json(body);
  if (json.is_object()) {
    const Json& error = element(member(json, "errors"), 0);
    for (const Json* const from : {&error, &json}) {
      for (const char* const name : {"message", "Message", "code", "details", "error"}) {
        if (const std::string text = text_of(member(*from, name)); !text.empty()) {
          return text;
        }
      }
    }
    return {};
  }
  // ECR says in plain text that a token has expired; a page of HTML is for browsers.
  return body.find('<') == std::string_view::npos && json.is_null() && body.substr(0, 1) != "{"
             ? std::string(body)
             : std::string();
}

namespace {

std::string without_secrets(const Request& request, const std::string& text) {
  return request.unsaid != nullptr ? request.unsaid->redacted(text) : text;
}

} // namespace

Error refusal(const Request& request, long status, std::string_view body) {
  const std::string words = said(without_secrets(request, server_words(body)));
  const std::string& host = request.registry;
  const auto say = [](std::string message, std::string remedy = {}) {
    return Error{ErrorKind::could_not_run, std::move(message), std::move(remedy)};
  };
  if (status == 401 && request.user.empty()) {
    return say(host + " asks for a login for " + request.doing + words, request.login_command);
  }
  if (status == 401) {
    return say(host + " does not take the login of " + request.user + " for " + request.doing + words,
               request.login_command);
  }
  if (status == 403) {
    return say(host + " does not allow " + request.doing + words, request.login_command);
  }
  if (status == 404) {
    return say(host + " knows no such repository: " + request.doing + words);
  }
  if (status == 429) {
    return say(host + " takes no more requests for now (429)" + words, "wait a few minutes, and try again");
  }
  const std::string code = std::to_string(status);
  if (status >= 500) {
    return say(host + " failed by itself (" + code + ") at " + request.doing + words, "try again later");
  }
  if (status >= 300 && status < 400) {
    return say(host + " sends gate elsewhere (" + code + ") for " + request.doing +
                   ", and gate does not go there",
               "check the name of the registry");
  }
  return say(host + " refuses " + request.doing + " (" + code + ")" + words);
}

Error nonsense(const Request& request, const std::string& why) {
  return {ErrorKind::could_not_run,
          request.registry + " gives an answer to " + request.doing + " that is no registry's: " +
              without_secrets(request, why),
          "check the name of the registry, and what stands between: a proxy, a login page"};
}

} // namespace gate::registry
