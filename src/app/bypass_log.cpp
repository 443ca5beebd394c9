#include "app/bypass_log.hpp"

#include <tuple>

namespace gate {

std::vector<BypassRecord> bypass_records(const Judgement& judgement, BypassRecord::Where where, const std::string& remote,
                                         std::chrono::system_clock::time_point now) {
  std::vector<BypassRecord> records;
  if (!judgement.bypass) {
    return records;
  }
  for (const auto& update : judgement.updates) {
    BypassRecord record{where,      std::chrono::floor<std::chrono::seconds>(now), judgement.bypass->who, judgement.bypass->reason, remote,
                        update.ref, update.old_oid, update.new_oid, {}};
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
  const auto all = [](const BypassRecord& r) { return std::tie(r.where, r.who, r.reason, r.remote, r.ref, r.old_oid, r.new_oid, r.rules); };
  return all(a) == all(b);
}

} // namespace gate
