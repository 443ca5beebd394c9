#include "policy/verdict.hpp"

#include <array>
#include <ctime>

#include <nlohmann/json.hpp>

namespace gate {

namespace {

using Json = nlohmann::ordered_json;
using TimePoint = std::chrono::system_clock::time_point;

constexpr int k_schema = 1;

// RFC 3339, in UTC and whole seconds.
std::string to_text(TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::optional<TimePoint> to_time(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

// The text at a JSON pointer, or nothing.
std::optional<std::string> text_at(const Json& json, const char* pointer) {
  const Json::json_pointer at(pointer);
  if (!json.contains(at) || !json.at(at).is_string()) {
    return std::nullopt;
  }
  return json.at(at).get<std::string>();
}

} // namespace

Digest verdict_key(const Oid& tree, const Suite& suite, std::string_view platform) {
  std::string text = "gate-verdict-key/1\n";
  text += "objfmt " + std::string(tree.format()) + "\n";
  text += "tree " + tree.hex() + "\n";
  text += "check " + suite.name + "\n";
  text += "spec " + suite.definition().str() + "\n";
  text += "platform " + std::string(platform) + "\n";
  return Digest::of(text);
}

std::string to_statement(const Verdict& verdict) {
  Json key = {{"name", "gate:key"},
              {"digest", {{"sha256", verdict.key.hex()}}},
              {"annotations",
               {{"schema", k_schema},
                {"check", verdict.suite},
                {"objfmt", verdict.tree.format()},
                {"platform", verdict.platform},
                {"commit", verdict.commit.hex()},
                {"startedOn", to_text(verdict.started)},
                {"finishedOn", to_text(verdict.finished)},
                {"gate", verdict.gate_version},
                {"origin", "run"}}}};
  if (!verdict.image_id.empty()) {
    key["annotations"]["image"] = verdict.image_id;
  }
  Json spec = {{"name", "gate:check-spec"}, {"digest", {{"sha256", verdict.definition.hex()}}}};
  Json subject = {{"digest", {{"gitTree", verdict.tree.hex()}}}};
  Json statement = {{"_type", "https://in-toto.io/Statement/v1"},
                    {"subject", Json::array({std::move(subject)})},
                    {"predicateType", "https://in-toto.io/attestation/test-result/v0.1"},
                    {"predicate",
                     {{"result", "PASSED"},
                      {"configuration", Json::array({std::move(key), std::move(spec)})},
                      {"passedTests", Json::array({verdict.suite})},
                      {"warnedTests", Json::array()},
                      {"failedTests", Json::array()}}}};
  return statement.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Verdict> from_statement(std::string_view text, const Digest& key, const Oid& tree) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    return std::nullopt;
  }
  const auto suite = text_at(json, "/predicate/configuration/0/annotations/check");
  const auto platform = text_at(json, "/predicate/configuration/0/annotations/platform");
  const auto commit = Oid::parse(text_at(json, "/predicate/configuration/0/annotations/commit").value_or(""));
  const auto started = to_time(text_at(json, "/predicate/configuration/0/annotations/startedOn").value_or(""));
  const auto finished = to_time(text_at(json, "/predicate/configuration/0/annotations/finishedOn").value_or(""));
  const auto version = text_at(json, "/predicate/configuration/0/annotations/gate");
  const auto definition = Digest::parse(text_at(json, "/predicate/configuration/1/digest/sha256").value_or(""));
  if (!suite || !platform || !commit || !started || !finished || !version || !definition) {
    return std::nullopt;
  }
  Verdict verdict{key,      tree,     *commit,   *suite,   *definition,
                  *platform, *started, *finished, *version,
                  text_at(json, "/predicate/configuration/0/annotations/image").value_or("")};
  // What would not be written like this, byte for byte, was not written by gate: a second subject, a doubled key, a
  // FAILED, another key or tree.
  return to_statement(verdict) == text ? std::optional(std::move(verdict)) : std::nullopt;
}

} // namespace gate
