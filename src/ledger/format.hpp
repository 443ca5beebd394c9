// Whose a database is, and in which format: what SQLite's header has room for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ledger/database.hpp"

namespace gate {

struct DatabaseFormat {
  std::int64_t application = 0; ///< SQLite's application_id: whose file it is
  std::int64_t version = 1;     ///< SQLite's user_version: the newest that this gate knows
  std::string tables;           ///< the statements that make those of the first version
  std::vector<std::string> upgrades = {}; ///< the first brings the first version to the second, and so on: `version` - 1 of them
};

/// Whoever opens the file first makes its tables; any other finds them, and brings those of an older gate over, in one transaction. Errors are could_not_run: another program's, a newer gate's.
Result<void> settle_format(const Database& database, const DatabaseFormat& format);

} // namespace gate
