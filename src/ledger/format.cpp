#include "ledger/format.hpp"

#include <algorithm>

namespace gate {

namespace {

std::string mark_of(const DatabaseFormat& format) { return "PRAGMA user_version = " + std::to_string(format.version); }

// From this version on; 0: from nothing.
std::string statements_from(std::int64_t version, const DatabaseFormat& format) {
  std::string all = version == 0 ? format.tables + ";PRAGMA application_id = " + std::to_string(format.application) + ";" : "";
  for (auto next = static_cast<std::size_t>(std::max<std::int64_t>(version, 1)) - 1; next < format.upgrades.size(); ++next) {
    all += format.upgrades[next] + ";";
  }
  return all + mark_of(format);
}

Result<void> be_ours(const Database& database, const DatabaseFormat& format) {
  const Result<std::int64_t> application = database.number_of("PRAGMA application_id");
  if (!application) {
    return Failure(application.error());
  }
  return *application == format.application ? Result<void>() : database.damaged("it is a database of another program");
}

Result<void> be_empty(const Database& database) {
  const Result<std::int64_t> tables = database.number_of("SELECT count(*) FROM sqlite_master");
  if (!tables) {
    return Failure(tables.error());
  }
  return *tables == 0 ? Result<void>() : database.damaged("it is a database of another program");
}

// Of several that find it empty, or old, one makes the tables. Gives the version that is there then.
Result<std::int64_t> bring_up(const Database& database, const DatabaseFormat& format) {
  Result<Transaction> transaction = Transaction::begin(database, true);
  if (!transaction) {
    return Failure(transaction.error());
  }
  const Result<std::int64_t> version = database.number_of("PRAGMA user_version");
  if (!version || *version < 0 || *version >= format.version) {
    return version;
  }
  if (const Result<void> usable = *version == 0 ? be_empty(database) : be_ours(database, format); !usable) {
    return Failure(usable.error());
  }
  Result<void> made = database.run(statements_from(*version, format));
  made = made ? transaction->commit() : made;
  return made ? Result<std::int64_t>(format.version) : Failure(made.error());
}

} // namespace

Result<void> settle_format(const Database& database, const DatabaseFormat& format) {
  Result<std::int64_t> version = database.number_of("PRAGMA user_version");
  if (version && *version >= 0 && *version < format.version) {
    version = bring_up(database, format);
  }
  if (!version) {
    return Failure(version.error());
  }
  if (const Result<void> ours = be_ours(database, format); !ours) {
    return ours;
  }
  if (*version < 0) {
    return database.damaged("it is a database of another program");
  }
  if (*version > format.version) {
    return could_not_run(database.file().string() + " was written by a newer gate (its format is " +
                             std::to_string(*version) + ", this gate knows " + std::to_string(format.version) +
                             ")",
                         "use the newer gate here, too");
  }
  return {};
}

} // namespace gate
