// What is written beside a verdict from elsewhere: who stands behind it, and by which terms that was found. Internal to src/attest.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "policy/verdict_trust.hpp"

namespace gate {

struct VouchedBy {
  Digest terms; ///< VerdictTrust::digest
  Voucher voucher;
};

/// One line of JSON, without its line feed.
std::string to_line(const VouchedBy& by);

/// What to_line wrote, byte for byte; else nothing.
std::optional<VouchedBy> vouched_by_in(std::string_view line);

} // namespace gate
