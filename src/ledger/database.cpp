#include "ledger/database.hpp"

#include <cerrno>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/shell_word.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr int k_busy_limit_ms = 10'000;
constexpr int k_longest_value = 1 << 20;

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

Failure damage(const std::filesystem::path& file, const std::string& what) {
  const std::string path = file.string();
  return could_not_run("cannot read " + path + ": " + what, "move it away, gate makes a new one: mv " +
                                                                shell_word(path) + " " +
                                                                shell_word(path + ".damaged"));
}

Failure failure_of(int code, const std::filesystem::path& file, sqlite3* database) {
  std::string reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  const std::string what = "cannot use " + file.string() + ": ";
  switch (code & 0xff) {
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
    return damage(file, reason);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return could_not_run(what + "another process holds it (" + reason + ")",
                         "see which one: fuser -v " + shell_word(file.string()));
  case SQLITE_FULL:
    return could_not_run(what + reason, "free some space: df -h " + shell_word(file.parent_path().string()));
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return could_not_run(what + reason, "make it and its folder writable for this user: ls -ld " +
                                            shell_word(file.parent_path().string()) + " " +
                                            shell_word(file.string()));
  default:
    break;
  }
  if (const int number = database != nullptr ? sqlite3_system_errno(database) : 0;
      (code & 0xff) == SQLITE_IOERR && number != 0) {
    return Failure(file_error("use", file, number));
  }
  return could_not_run(what + reason);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some filesystems can't sync a folder: nothing to be done about those.
  if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL && errno != ENOTSUP)) {
    return Failure(file_error("write", folder, errno));
  }
  return {};
}

// SQLite would make the file readable for everybody. Only where there is none: to close any descriptor of a
// database lets go of all locks that this process has on it (fcntl(2)).
Result<void> make_file(const std::filesystem::path& file) {
  std::error_code error;
  const bool is_new_folder = std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    return Failure(file_error("make the folder", file.parent_path(), error.value()));
  }
  const Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) {
    return errno == EEXIST ? Result<void>() : Result<void>(Failure(file_error("write", file, errno)));
  }
  const Result<void> synced = sync_folder(file.parent_path());
  return synced && is_new_folder ? sync_folder(file.parent_path().parent_path()) : synced;
}

} // namespace

struct Database::Handle {
  std::filesystem::path file;
  std::unique_ptr<sqlite3, Closer> sqlite;
};

struct Statement::Handle {
  const std::filesystem::path* file = nullptr;
  sqlite3* sqlite = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement;
  int bound = 0;
  int bind_code = SQLITE_OK;
};

Statement::Statement(std::unique_ptr<Handle> handle) : m_handle(std::move(handle)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::bind(std::string_view text) {
  const int code = sqlite3_bind_text64(m_handle->statement.get(), ++m_handle->bound,
                                       text.data() != nullptr ? text.data() : "", text.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
  m_handle->bind_code = m_handle->bind_code == SQLITE_OK ? code : m_handle->bind_code;
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  const int code = sqlite3_bind_int64(m_handle->statement.get(), ++m_handle->bound, number);
  m_handle->bind_code = m_handle->bind_code == SQLITE_OK ? code : m_handle->bind_code;
  return *this;
}

Result<bool> Statement::step() {
  const int code =
      m_handle->bind_code == SQLITE_OK ? sqlite3_step(m_handle->statement.get()) : m_handle->bind_code;
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  return failure_of(code, *m_handle->file, m_handle->sqlite);
}

std::optional<std::string> Statement::text(int column) const {
  sqlite3_stmt* const statement = m_handle->statement.get();
  if (sqlite3_column_type(statement, column) != SQLITE_TEXT) {
    return std::nullopt;
  }
  const void* const bytes = sqlite3_column_text(statement, column);
  const int size = sqlite3_column_bytes(statement, column);
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::optional<std::int64_t> Statement::number(int column) const {
  if (sqlite3_column_type(m_handle->statement.get(), column) != SQLITE_INTEGER) {
    return std::nullopt;
  }
  return sqlite3_column_int64(m_handle->statement.get(), column);
}

Database::Database(std::unique_ptr<Handle> handle) : m_handle(std::move(handle)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const std::filesystem::path& Database::file() const {
  return m_handle->file;
}

Result<Database> Database::open(const std::filesystem::path& given, Syncs syncs) {
  // Absolute: no name that means something else to SQLite, like ":memory:".
  std::error_code error;
  const std::filesystem::path file = std::filesystem::absolute(given, error);
  if (error || given.empty()) {
    return could_not_run("cannot use \"" + given.string() + "\" as a file");
  }
  if (const Result<void> made = make_file(file); !made) {
    return Failure(made.error());
  }
  auto handle = std::make_unique<Handle>();
  handle->file = file;
  sqlite3* sqlite = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &sqlite, SQLITE_OPEN_READWRITE, nullptr);
  handle->sqlite.reset(sqlite);
  if (code != SQLITE_OK) {
    return failure_of(code, file, sqlite);
  }
  sqlite3_extended_result_codes(sqlite, 1);
  sqlite3_busy_timeout(sqlite, k_busy_limit_ms);
  sqlite3_limit(sqlite, SQLITE_LIMIT_LENGTH, k_longest_value);
  // The schema of a file that somebody else made runs nothing here.
  sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  Database database(std::move(handle));
  // A rollback journal, gone from its synced folder when a commit returns: EXTRA is what FULL is for a WAL,
  // without files beside the database that must stay with it.
  const std::string synchronous = syncs == Syncs::each_commit ? "EXTRA" : "OFF";
  if (const Result<void> set = database.run("PRAGMA synchronous=" + synchronous +
                                            "; PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON");
      !set) {
    return Failure(set.error());
  }
  return database;
}

Result<void> Database::run(const std::string& sql) const {
  const int code = sqlite3_exec(m_handle->sqlite.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Result<void>() : Result<void>(failure_of(code, file(), m_handle->sqlite.get()));
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(m_handle->sqlite.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  auto handle = std::make_unique<Statement::Handle>();
  handle->file = &m_handle->file;
  handle->sqlite = m_handle->sqlite.get();
  handle->statement.reset(statement);
  if (code == SQLITE_ERROR) {
    // The statements are ours and right: the tables are not as they should be.
    return damaged(sqlite3_errmsg(m_handle->sqlite.get()));
  }
  if (code != SQLITE_OK) {
    return failure_of(code, file(), m_handle->sqlite.get());
  }
  return Statement(std::move(handle));
}

Result<std::int64_t> Database::number_of(std::string_view sql) const {
  Result<Statement> statement = prepare(sql);
  if (!statement) {
    return Failure(statement.error());
  }
  const Result<bool> row = statement->step();
  if (!row) {
    return Failure(row.error());
  }
  const std::optional<std::int64_t> number = *row ? statement->number(0) : std::nullopt;
  return number ? Result<std::int64_t>(*number) : damaged("it does not say what it is");
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(m_handle->sqlite.get());
}

Failure Database::damaged(const std::string& what) const {
  return damage(file(), what);
}

bool Database::is_damaged(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int open_code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, Closer> sqlite(opened);
  if (open_code != SQLITE_OK) {
    return false;
  }
  sqlite3_busy_timeout(opened, k_busy_limit_ms);
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(opened, "PRAGMA quick_check(1)", -1, &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finalizer> statement(prepared);
  code = code == SQLITE_OK ? sqlite3_step(prepared) : code;
  if (code == SQLITE_ROW) {
    const void* const said = sqlite3_column_text(prepared, 0);
    return said == nullptr || std::string_view(static_cast<const char*>(said)) != "ok";
  }
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

Result<Transaction> Transaction::begin(const Database& database, bool writes) {
  if (const Result<void> begun = database.run(writes ? "BEGIN IMMEDIATE" : "BEGIN"); !begun) {
    return Failure(begun.error());
  }
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : m_database(std::exchange(other.m_database, nullptr)) {}

Transaction::~Transaction() {
  if (m_database != nullptr) {
    static_cast<void>(m_database->run("ROLLBACK"));
  }
}

Result<void> Transaction::commit() {
  Result<void> committed = m_database->run("COMMIT");
  if (committed) {
    m_database = nullptr;
  }
  return committed;
}

} // namespace gate
