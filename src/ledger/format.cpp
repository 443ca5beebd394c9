#include "ledger/format.hpp"

namespace gate {

namespace {

// Of several that find it empty, one makes the tables. Gives the version that is there then.
Result<std::int64_t> make_tables(const Database& database, const DatabaseFormat& format) {
  Result<Transaction> transaction = Transaction::begin(database, true);
  if (!transaction) {
    return Failure(transaction.error());
  }
  const Result<std::int64_t> version = database.number_of("PRAGMA user_version");
  if (!version || *version != 0) {
    return version;
  }
  const Result<std::int64_t> tables = database.number_of("SELECT count(*) FROM sqlite_master");
  if (!tables) {
    return tables;
  }
  if (*tables != 0) {
    return database.damaged("it is a database of another program");
  }
  const std::string marks = ";PRAGMA application_id = " + std::to_string(format.application) +
                            ";PRAGMA user_version = " + std::to_string(format.version);
  Result<void> made = database.run(format.tables + marks);
  made = made ? transaction->commit() : made;
  return made ? Result<std::int64_t>(format.version) : Failure(made.error());
}

} // namespace

Result<void> settle_format(const Database& database, const DatabaseFormat& format) {
  Result<std::int64_t> version = database.number_of("PRAGMA user_version");
  if (version && *version == 0) {
    version = make_tables(database, format);
  }
  if (!version) {
    return Failure(version.error());
  }
  const Result<std::int64_t> application = database.number_of("PRAGMA application_id");
  if (!application) {
    return Failure(application.error());
  }
  if (*application != format.application || *version < 0) {
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
