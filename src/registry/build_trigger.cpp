#include "registry/build_trigger.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/trigger_url.hpp"
#include "registry/http_client.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

constexpr std::array<std::string_view, 3> k_hub_hosts{"hub.docker.com", "registry.hub.docker.com",
                                                      "cloud.docker.com"};
// All that ids and names of Docker Hub are made of; a shell's quotes and operators end a URL.
constexpr std::string_view k_url_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:[]";
constexpr const char* k_subject = "Docker Hub's build trigger";

bool is_trigger(const Url& url) {
  const Origin& origin = url.origin;
  const bool hub = origin.scheme == "https" && origin.port == 443 &&
                   std::find(k_hub_hosts.begin(), k_hub_hosts.end(), origin.host) != k_hub_hosts.end();
  return (hub || is_loopback(origin.host)) && url.target.find("/trigger/") != std::string::npos &&
         url.target.find("..") == std::string::npos;
}

// libcurl may have sent it even so: only what is certain is called refused.
TriggerAnswer answer_of(const HttpFailure& failure) {
  using Outcome = TriggerAnswer::Outcome;
  if (failure.nothing_sent) {
    return {Outcome::refused, std::string(k_subject) + " was not sent: " + failure.error.message};
  }
  return {Outcome::unknown,
          std::string(k_subject) + " was sent, but no whole answer came: " + failure.error.message};
}

TriggerAnswer answer_of(long status) {
  using Outcome = TriggerAnswer::Outcome;
  const std::string code = std::to_string(status);
  if (status >= 200 && status < 300) {
    return {Outcome::accepted, {}};
  }
  if (status == 404 || status == 401 || status == 403 || status == 410) {
    return {Outcome::refused, std::string(k_subject) + " is not known there any more (" + code +
                                  "): it was removed, or automated builds are off"};
  }
  if (status == 429) {
    return {Outcome::refused, std::string(k_subject) + " takes no more calls for now (429)"};
  }
  if (status >= 300 && status < 400) {
    return {Outcome::refused,
            std::string(k_subject) + " sends gate elsewhere (" + code + "): the address is not whole"};
  }
  if (status >= 400 && status < 500) {
    return {Outcome::refused, std::string(k_subject) + " refuses (" + code + ")"};
  }
  return {Outcome::unknown,
          std::string(k_subject) + " answered with " + code + ": a build may have begun, or not"};
}

} // namespace

std::optional<TriggerAddress> trigger_address(std::string_view text) {
  std::optional<TriggerAddress> found;
  for (const std::string_view candidate : trigger_urls(text)) {
    const std::size_t end = std::min(candidate.find_first_not_of(k_url_characters), candidate.size());
    std::optional<Url> url = Url::parse(candidate.substr(0, end));
    // A query, a user or an escape would go on behind it: then it is none of the two known forms.
    const bool whole = end == candidate.size() ||
                       std::string_view("?#@%&=~+").find(candidate[end]) == std::string_view::npos;
    if (!url || !whole || !is_trigger(*url)) {
      continue;
    }
    TriggerAddress address{std::move(url->origin), Secret(std::move(url->target))};
    if (found && (found->origin != address.origin || found->target.reveal() != address.target.reveal())) {
      return std::nullopt;
    }
    found = std::move(address);
  }
  return found;
}

HubTriggers::HubTriggers(Environment env, const Interrupt& interrupt)
    : m_env(std::move(env)), m_interrupt(interrupt) {}

bool HubTriggers::is_usable(const Secret& text) const {
  return trigger_address(text.reveal()).has_value();
}

TriggerAnswer HubTriggers::fire(const Secret& text, const RefName& branch) {
  std::optional<TriggerAddress> address = trigger_address(text.reveal());
  if (!address) {
    return {TriggerAnswer::Outcome::refused,
            std::string(k_subject) + " was not sent: there is no address of one"};
  }
  const Json body{{"source_type", "Branch"}, {"source_name", branch.brief()}};
  std::string bytes = body.dump(-1, ' ', false, Json::error_handler_t::ignore);
  if (parse_json(bytes) != body) {
    return {TriggerAnswer::Outcome::refused,
            std::string(k_subject) + " was not sent: the branch's name is not UTF-8"};
  }
  HttpCall call{"POST", std::move(address->origin), std::move(address->target), {}, Secret(std::move(bytes))};
  call.headers.push_back({"Content-Type", Secret("application/json")});
  // A client of its own: on a kept connection libcurl might send twice by itself.
  HttpClient client(m_env, m_interrupt, call.origin.authority());
  const tl::expected<HttpAnswer, HttpFailure> answer = client.send(call);
  return answer ? answer_of(answer->status) : answer_of(answer.error());
}

} // namespace gate::registry
