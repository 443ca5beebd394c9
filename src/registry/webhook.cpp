#include "registry/webhook.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "registry/http_client.hpp"
#include "registry/url.hpp"

namespace gate::registry {

namespace {

using Outcome = TriggerAnswer::Outcome;
using Clock = std::chrono::steady_clock;

constexpr const char* k_webhook = "the webhook";
constexpr int k_webhook_tries = 4;
// A try may last a quarter of a minute; after this there is no other one, so that all of them are over in a minute.
constexpr std::chrono::seconds k_last_try{40};

std::optional<Url> usable_url(const Secret& text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  std::string_view trimmed = text.reveal();
  trimmed.remove_prefix(std::min(trimmed.find_first_not_of(k_blanks), trimmed.size()));
  trimmed = trimmed.substr(0, trimmed.find_last_not_of(k_blanks) + 1);
  std::optional<Url> url = Url::parse(trimmed);
  const bool may_be = url && (url->origin.scheme == "https" || is_loopback(url->origin.host));
  return may_be ? std::move(url) : std::nullopt;
}

// libcurl may have sent it even so: only what is certain is called refused.
TriggerAnswer webhook_answer(const HttpFailure& failure) {
  if (failure.nothing_sent) {
    return {Outcome::refused, std::string(k_webhook) + " was not called: " + failure.error.message};
  }
  return {Outcome::unknown, std::string(k_webhook) + " was called, but no whole answer came: " + failure.error.message};
}

// A proxy says 503, too, when it has passed the call on and got nothing back. With a time to come back it is an answer to the call itself.
bool takes_no_more(const HttpAnswer& answer) {
  return answer.status == 429 || (answer.status == 503 && !answer.header("retry-after").empty());
}

TriggerAnswer webhook_answer(const HttpAnswer& answer, const std::string& host) {
  const long status = answer.status;
  const std::string said = std::string(k_webhook) + " at " + host;
  const std::string code = std::to_string(status);
  if (status >= 200 && status < 300) {
    return {Outcome::accepted, {}};
  }
  if (takes_no_more(answer)) {
    return {Outcome::refused, said + " takes no more calls for now (" + code + ")"};
  }
  if (status >= 300 && status < 400) {
    return {Outcome::refused, said + " sends gate elsewhere (" + code + "), where it does not go: the variable must hold the final address"};
  }
  if (status >= 400 && status < 500) {
    return {Outcome::refused, said + " refuses (" + code + ")"};
  }
  return {Outcome::unknown, said + " answered with " + code + ": it may have done its work, or not"};
}

bool may_be_sent_again(const tl::expected<HttpAnswer, HttpFailure>& answer) {
  return answer ? takes_no_more(*answer) : answer.error().nothing_sent && answer.error().error.kind != ErrorKind::interrupted;
}

} // namespace

HttpWebhooks::HttpWebhooks(Environment env, const Interrupt& interrupt) : m_env(std::move(env)), m_interrupt(interrupt) {}

bool HttpWebhooks::is_usable(const Secret& url) const { return usable_url(url).has_value(); }

TriggerAnswer HttpWebhooks::call(const Secret& url, const std::string& json, const std::string& key) {
  std::optional<Url> address = usable_url(url);
  if (!address) {
    return {Outcome::refused, std::string(k_webhook) + " was not called: its variable holds no https:// address (http:// is for this machine only)"};
  }
  HttpCall call{"POST", std::move(address->origin), Secret(std::move(address->target)), {}, Secret(json)};
  call.headers.push_back({"Content-Type", Secret("application/json")});
  // A text of structured fields: in quotation marks (RFC 8941; draft-ietf-httpapi-idempotency-key-header).
  call.headers.push_back({"Idempotency-Key", Secret("\"" + key + "\"")});
  const Clock::time_point end = Clock::now() + k_last_try;
  for (int attempt = 1;; ++attempt) {
    // A client of its own for each: on a kept connection libcurl might send twice by itself.
    HttpClient client(m_env, m_interrupt, call.origin.authority());
    const tl::expected<HttpAnswer, HttpFailure> answer = client.send(call);
    const bool is_last = attempt == k_webhook_tries || Clock::now() >= end || !may_be_sent_again(answer);
    if (is_last || !client.pause(retry_delay(answer ? answer->header("retry-after") : "", attempt))) {
      return answer ? webhook_answer(*answer, call.origin.authority()) : webhook_answer(answer.error());
    }
  }
}

} // namespace gate::registry
