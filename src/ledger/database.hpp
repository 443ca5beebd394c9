// One SQLite file: opened with care, since whoever can write into the folder may have damaged it or made it
// another one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gate {

/// A prepared statement. Gone before its database is.
class Statement {
public:
  Statement(Statement&&) noexcept;
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// The next parameter. What is wrong with one is the error of the first step.
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);

  /// True: there is a row. False: the end.
  Result<bool> step();

  /// Of the row; nothing when the value is of another type.
  std::optional<std::string> text(int column) const;
  std::optional<std::int64_t> number(int column) const;

private:
  friend class Database;
  struct Handle;
  explicit Statement(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> m_handle;
};

/// Errors name the file and give SQLite's reason.
class Database {
public:
  enum class Syncs {
    each_commit, ///< on return of it the change is on disk
    never,       ///< a commit survives the end of any process, but not that of the machine, which may damage the file
  };

  /// Makes the file (0600), and the folders above it, when there is none. A lock that another process holds is waited for, 10 s at
  /// most.
  static Result<Database> open(const std::filesystem::path& file, Syncs syncs = Syncs::each_commit);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::filesystem::path& file() const;

  /// Statements without parameters and without rows.
  Result<void> run(const std::string& sql) const;
  Result<Statement> prepare(std::string_view sql) const;
  /// The one number that the statement gives.
  Result<std::int64_t> number_of(std::string_view sql) const;
  /// Rows that the last statement has changed.
  std::int64_t changes() const;

  /// The file is no database, or one whose content makes no sense.
  Failure damaged(const std::string& what) const;

  /// Reads all of the file: is it no database, or one whose pages contradict each other? A file that can't be read now is not.
  static bool is_damaged(const std::filesystem::path& file);

private:
  struct Handle;
  explicit Database(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> m_handle;
};

/// From its making to `commit`; undone when it goes out of scope without.
class Transaction {
public:
  /// `writes`: takes the lock for writing at once, so that nobody changes what is read before it is written.
  static Result<Transaction> begin(const Database& database, bool writes);
  Transaction(Transaction&& other) noexcept;
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result<void> commit();

private:
  explicit Transaction(const Database& database) : m_database(&database) {}
  const Database* m_database;
};

} // namespace gate
