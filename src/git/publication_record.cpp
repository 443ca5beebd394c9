#include "git/publication_record.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"

namespace gate {

namespace {

using Json = nlohmann::ordered_json;
using TimePoint = std::chrono::system_clock::time_point;

constexpr int k_schema = 1;
constexpr std::size_t k_largest_message = 64UL * 1024UL;
constexpr std::size_t k_most_tags = 64;
constexpr std::size_t k_digits = 32; // of a ref
constexpr std::chrono::seconds k_clocks_differ{60};
constexpr std::chrono::hours k_longest_claim{1};

// RFC 3339, in UTC and whole seconds.
std::string text_of(TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::optional<TimePoint> time_in(const std::string& text) {
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

// "" for anything but a text.
std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// An empty object for anything but one.
Json object_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : Json::object();
}

Json json_of(const LedgerClaim& claim) {
  return {{"id", claim.id}, {"publisher", claim.publisher}, {"by", claim.by}, {"until", text_of(claim.until)}};
}

Json json_of(const PublishedRecord& record, const std::string& publisher) {
  Json json{{"destination", record.destination}, {"rule", record.rule}, {"branch", record.branch.full()}, {"commit", record.commit.hex()}};
  if (record.tree) {
    json["tree"] = record.tree->hex();
  }
  json["digest"] = record.digest;
  json["tags"] = record.tags;
  json["by"] = record.by;
  json["when"] = text_of(record.when);
  if (!publisher.empty()) {
    json["publisher"] = publisher;
  }
  if (record.telling) {
    json["telling"] = true;
  }
  return json;
}

std::optional<LedgerClaim> claim_in(const Json& json) {
  const auto until = time_in(text_at(json, "until"));
  LedgerClaim claim{text_at(json, "id"), text_at(json, "publisher"), text_at(json, "by"), until.value_or(TimePoint())};
  return until && !claim.id.empty() ? std::optional(std::move(claim)) : std::nullopt;
}

bool is_digest(std::string_view text) {
  constexpr std::string_view k_sha256 = "sha256:";
  return text.rfind(k_sha256, 0) == 0 && Digest::parse(text.substr(k_sha256.size()));
}

std::optional<PublishedRecord> record_in(const Json& json) {
  const auto branch = RefName::parse(text_at(json, "branch"));
  const auto commit = Oid::parse(text_at(json, "commit"));
  const auto when = time_in(text_at(json, "when"));
  const auto digest = text_at(json, "digest");
  if (!branch || !commit || !when || !is_digest(digest)) {
    return std::nullopt;
  }
  PublishedRecord record{text_at(json, "destination"), text_at(json, "rule"), *branch, *commit, Oid::parse(text_at(json, "tree")), digest, {},
                         text_at(json, "by"), *when};
  record.telling = json.value("telling", Json()) == true;
  if (const auto tags = json.find("tags"); tags != json.end() && tags->is_array()) {
    for (const auto& tag : *tags) {
      if (tag.is_string() && record.tags.size() < k_most_tags && is_tag(tag.get<std::string>())) {
        record.tags.push_back(tag.get<std::string>());
      }
    }
  }
  return record;
}

} // namespace

std::string ledger_message(const LedgerEntry& entry, const std::string& destination) {
  std::string line;
  Json json{{"schema", k_schema}};
  if (entry.record) {
    line = "gate: published " + entry.record->commit.brief() + " to " + destination;
    json["record"] = json_of(*entry.record, entry.publisher);
  } else if (entry.claim) {
    line = "gate: about to publish to " + destination;
  } else {
    line = "gate: no longer publishing to " + destination;
  }
  if (entry.claim) {
    json["claim"] = json_of(*entry.claim);
  }
  if (entry.end) {
    json["end"] = {{"id", *entry.end}};
  }
  return line + "\n\n" + json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

LedgerEntry ledger_entry_in(std::string_view message) {
  const auto blank = message.find("\n\n");
  if (message.size() > k_largest_message || blank == std::string_view::npos) {
    return {};
  }
  message.remove_prefix(blank + 2);
  // Its own depth is three; a parser that calls itself must not be led deeper.
  const auto too_deep = [](int depth, Json::parse_event_t, Json&) { return depth <= 8; };
  const Json json = Json::parse(message.substr(0, message.find('\n')), too_deep, false);
  if (!json.is_object() || json.value("schema", Json()) != k_schema) {
    return {};
  }
  const Json record = object_at(json, "record");
  LedgerEntry entry{claim_in(object_at(json, "claim")), text_at(object_at(json, "end"), "id"), record_in(record), text_at(record, "publisher")};
  if (entry.end->empty()) {
    entry.end.reset();
  }
  return entry;
}

LedgerState ledger_state_of(const std::vector<LedgerEntry>& newest_first, const std::string& destination) {
  LedgerState state;
  std::vector<std::string> ended;
  for (const auto& entry : newest_first) {
    if (entry.end) {
      ended.push_back(*entry.end);
    }
    // The newest one counts: those before it had run out, or were of the same publisher.
    if (entry.claim && state.newest_claim.empty()) {
      state.newest_claim = entry.claim->id;
      const bool is_ended = std::find(ended.begin(), ended.end(), entry.claim->id) != ended.end();
      state.claim = is_ended ? std::nullopt : entry.claim;
    }
    if (entry.record && entry.record->destination == destination) {
      state.records.push_back(*entry.record);
    }
  }
  return state;
}

bool is_in_force(const LedgerClaim& claim, TimePoint now) { return now <= claim.until + k_clocks_differ && claim.until <= now + k_longest_claim; }

bool is_ledger_ref(std::string_view name) {
  return name.size() == k_ledger_refs.size() + k_digits && name.rfind(k_ledger_refs, 0) == 0 &&
         name.find_first_not_of("0123456789abcdef", k_ledger_refs.size()) == std::string_view::npos;
}

std::string ledger_ref_of(const std::string& destination) {
  return std::string(k_ledger_refs) + Digest::of(destination).hex().substr(0, k_digits);
}

} // namespace gate
