#include "policy/verdict.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <utility>

namespace gate {

namespace {

using TimePoint = std::chrono::system_clock::time_point;

constexpr std::string_view k_sha256 = "sha256:";
constexpr std::string_view k_images = R"(,"images":{)";
constexpr std::size_t k_shown_value = 100; ///< bytes of a foreign value that people are shown

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
  // Before 1677 and after 2262 the clock's nanoseconds overflow.
  constexpr int k_first_year = 1970 - 1900;
  constexpr int k_last_year = 2200 - 1900;
  if (end == nullptr || *end != '\0' || parts.tm_year < k_first_year || parts.tm_year > k_last_year) {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

// JSON (RFC 8259, section 7). What stands in a verdict is tokens and hex; anything that would need an escape is not let in.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e || c == '"' || c == '\\') {
      return false;
    }
  }
  return true;
}

std::string plain(std::string_view text) { return is_plain(text) ? std::string(text) : "?"; }

// What stands between the first `before` and the next quote.
std::optional<std::string> value_after(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const auto rest = text.substr(at + before.size());
  const auto end = rest.find('"');
  return end == std::string_view::npos ? std::optional<std::string>() : std::string(rest.substr(0, end));
}

// A service of a compose file, as its specification admits them (compose-spec.json).
bool is_service(std::string_view name) {
  constexpr std::string_view k_admitted = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.find_first_not_of(k_admitted) == std::string_view::npos;
}

bool has_sha256(std::string_view id) { return id.rfind(k_sha256, 0) == 0 && Digest::parse(id.substr(k_sha256.size())).has_value(); }

std::string images_text(const std::map<std::string, std::string>& images) {
  std::string text;
  for (const auto& [service, id] : images) {
    if (is_service(service) && has_sha256(id)) {
      text += std::string(text.empty() ? k_images : ",") + "\"" + service + "\":\"" + id + "\"";
    }
  }
  return text.empty() ? "" : text + "}";
}

// The members of `"images":{…}`, which `text` begins with; nothing when there is anything else in them.
std::optional<std::map<std::string, std::string>> images_in(std::string_view text) {
  std::map<std::string, std::string> images;
  text.remove_prefix(k_images.size());
  while (true) {
    const auto member = text.substr(0, text.find_first_of(",}"));
    const auto middle = member.find("\":\"");
    if (member.size() == text.size() || middle == std::string_view::npos || member.front() != '"' || member.back() != '"' || middle + 3 >= member.size()) {
      return std::nullopt;
    }
    const std::string service(member.substr(1, middle - 1));
    const std::string id(member.substr(middle + 3, member.size() - middle - 4));
    if (middle == 0 || !is_service(service) || !has_sha256(id) || !images.emplace(service, id).second) {
      return std::nullopt;
    }
    if (text[member.size()] == '}') {
      return images;
    }
    text.remove_prefix(member.size() + 1);
  }
}

} // namespace

Digest verdict_key(const Oid& tree, const Suite& suite, std::string_view platform, const KeyInputs& inputs) {
  std::string text = "gate-verdict-key/1\n";
  text += "objfmt " + std::string(tree.format()) + "\n";
  text += "tree " + tree.hex() + "\n";
  text += "check " + suite.name + "\n";
  text += "spec " + suite.definition().str() + "\n";
  text += "platform " + std::string(platform) + "\n";
  for (const auto& [name, value] : inputs.env) {
    text += "env " + name + "=" + Digest::of(value).str() + "\n";
  }
  text += inputs.image.empty() ? "" : "image " + inputs.image + "\n";
  return Digest::of(text);
}

bool is_fresh(const Verdict& verdict, const Suite& suite, TimePoint now) {
  if (!suite.reusable || !suite.max_age) {
    return suite.reusable;
  }
  // Of a clock that was put back nothing can be told.
  return verdict.finished <= now && std::chrono::duration_cast<std::chrono::seconds>(now - verdict.finished) <= *suite.max_age;
}

// Written and compared as text: a JSON library would be most of what an instant push costs.
std::string to_statement(const Verdict& verdict) {
  std::string text = R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"gitTree":")" + verdict.tree.hex();
  text += R"("}}],"predicateType":"https://in-toto.io/attestation/test-result/v0.1","predicate":{"result":"PASSED",)";
  text += R"("configuration":[{"name":"gate:key","digest":{"sha256":")" + verdict.key.hex();
  text += R"("},"annotations":{"schema":1,"check":")" + plain(verdict.suite);
  text += R"(","objfmt":")" + std::string(verdict.tree.format());
  text += R"(","platform":")" + plain(verdict.platform);
  text += R"(","commit":")" + verdict.commit.hex();
  text += R"(","startedOn":")" + to_text(verdict.started);
  text += R"(","finishedOn":")" + to_text(verdict.finished);
  text += R"(","gate":")" + plain(verdict.gate_version);
  text += R"(","origin":"run")";
  if (!verdict.image_id.empty()) {
    text += R"(,"image":")" + plain(verdict.image_id) + "\"";
  }
  text += images_text(verdict.images);
  text += R"(}},{"name":"gate:check-spec","digest":{"sha256":")" + verdict.definition.hex();
  text += R"("}}],"passedTests":[")" + plain(verdict.suite);
  return text + "\"],\"warnedTests\":[],\"failedTests\":[]}}\n";
}

std::optional<Verdict> from_statement(std::string_view text, const Digest& key, const Oid& tree) {
  const auto suite = value_after(text, R"("check":")");
  const auto platform = value_after(text, R"("platform":")");
  const auto commit = Oid::parse(value_after(text, R"("commit":")").value_or(""));
  const auto started = to_time(value_after(text, R"("startedOn":")").value_or(""));
  const auto finished = to_time(value_after(text, R"("finishedOn":")").value_or(""));
  const auto version = value_after(text, R"("gate":")");
  const auto definition = Digest::parse(value_after(text, R"("gate:check-spec","digest":{"sha256":")").value_or(""));
  if (!suite || !platform || !commit || !started || !finished || !version || !definition) {
    return std::nullopt;
  }
  // A service may be called "image".
  const auto at = text.find(k_images);
  const auto images = at == std::string_view::npos ? std::map<std::string, std::string>() : images_in(text.substr(at));
  if (!images) {
    return std::nullopt;
  }
  Verdict verdict{key,       tree,     *commit,   *suite,   *definition,
                  *platform, *started, *finished, *version, value_after(text.substr(0, at), R"("image":")").value_or(""), *images};
  // What gate would not write like this, byte for byte, gate did not write: a second subject, a doubled key, a FAILED,
  // another key or tree.
  return to_statement(verdict) == text ? std::optional(std::move(verdict)) : std::nullopt;
}

bool is_of_another_suite(std::string_view text, const std::string& suite) {
  const auto said = value_after(text, R"("check":")");
  return said && *said != suite;
}

std::string why_not_wanted(std::string_view text, const WantedVerdict& wanted) {
  const auto says = [&](std::string_view before) { return value_after(text, before).value_or("").substr(0, k_shown_value); };
  if (says(R"("_type":")") != "https://in-toto.io/Statement/v1" || says(R"("predicateType":")") != "https://in-toto.io/attestation/test-result/v0.1") {
    return "it is no result of a test as gate writes one";
  }
  if (const auto tree = says(R"("gitTree":")"); tree != wanted.tree.hex()) {
    return "it is of " + (Oid::parse(tree) ? "the tree " + Oid::parse(tree)->brief() : "no tree");
  }
  if (const auto result = says(R"("result":")"); result != "PASSED") {
    return "its result is \"" + result + "\"";
  }
  if (says(R"("origin":")") != "run") {
    return "it does not come from a run";
  }
  if (says(R"("gate:check-spec","digest":{"sha256":")") != wanted.definition.hex()) {
    return "the suite was defined otherwise when it ran";
  }
  const auto key = Digest::parse(says(R"("gate:key","digest":{"sha256":")"));
  if (!key || std::find(wanted.keys.begin(), wanted.keys.end(), *key) == wanted.keys.end()) {
    return "it ran on another platform, with other variables or on another image (its platform: " + says(R"("platform":")") + ")";
  }
  return "it is not written as gate writes one";
}

} // namespace gate
