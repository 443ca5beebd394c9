#include "app/bypass_log.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace gate {

namespace {


// What one is granted and carried out by. A deletion deletes whatever is there.
auto request_of(const BypassRecord& r) {
  return std::tuple(r.where, r.who, r.reason, r.remote, r.ref.full(), r.new_oid, r.new_oid.is_zero() ? Oid() : r.old_oid);
}

} // namespace

std::vector<BypassRecord> bypass_records(const Judgement& judgement, const BypassEntry& entry) {
  std::vector<BypassRecord> records;
  if (!judgement.bypass) {
    return records;
  }
  for (const auto& update : judgement.updates) {
    BypassRecord record{entry.where, std::chrono::floor<std::chrono::seconds>(entry.now), judgement.bypass->who, judgement.bypass->reason,
                        entry.remote, update.ref, update.old_oid, update.new_oid, {}, entry.state};
    for (const auto& violation : judgement.bypassed) {
      if (violation.ref == update.ref) {
        record.rules.push_back({violation.rule, violation.what});
      }
    }
    if (!record.rules.empty()) {
      records.push_back(std::move(record));
    }
  }
  return records;
}

bool says_the_same(const BypassRecord& a, const BypassRecord& b) {
  const auto all = [](const BypassRecord& r) {
    return std::tie(r.where, r.who, r.reason, r.remote, r.ref, r.old_oid, r.new_oid, r.rules, r.state);
  };
  return all(a) == all(b);
}

std::vector<BypassRecord> carried_out(const std::vector<BypassRecord>& records, const std::vector<RefUpdate>& updates, const BypassRequest& by,
                                      std::chrono::system_clock::time_point now) {
  std::vector<BypassRecord> done;
  for (const auto& update : updates) {
    const auto newest = std::find_if(records.rbegin(), records.rend(), [&](const BypassRecord& r) {
      return r.where == BypassRecord::Where::server && r.ref == update.ref && r.new_oid == update.new_oid && r.who == by.who &&
             r.reason == by.reason && (update.removes() || r.old_oid == update.old_oid);
    });
    if (newest != records.rend() && newest->state == BypassRecord::State::granted) {
      done.push_back(*newest);
      done.back().state = BypassRecord::State::done;
      done.back().at = std::chrono::floor<std::chrono::seconds>(now);
    }
  }
  return done;
}

std::vector<BypassRecord> settled(std::vector<BypassRecord> records) {
  std::set<decltype(request_of(records.front()))> later;
  std::vector<BypassRecord> left;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const bool is_last_word = later.insert(request_of(*record)).second;
    if (is_last_word || record->state == BypassRecord::State::done) {
      left.push_back(std::move(*record));
    }
  }
  std::reverse(left.begin(), left.end());
  return left;
}

} // namespace gate
