#include "ledger/run_history.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>

#include "ledger/database.hpp"
#include "ledger/format.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

using Json = nlohmann::json;
using Outcome = RunRecord::Outcome;
using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr std::int64_t k_kept_runs = 1000;
constexpr std::int64_t k_runs_of_a_median = 11;
constexpr std::int64_t k_history_application = 0x67617468; // "gath" in ASCII
constexpr std::int64_t k_most = std::numeric_limits<unsigned>::max();
constexpr std::int64_t k_longest_ms =
    9'000'000'000'000; // year 2255: more does not fit system_clock's nanoseconds

constexpr const char* k_tables = R"sql(
CREATE TABLE run (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  suite       TEXT NOT NULL,
  tree        TEXT NOT NULL CHECK (length(tree) IN (40, 64)),
  commit_oid  TEXT NOT NULL CHECK (length(commit_oid) IN (40, 64)),
  outcome     TEXT NOT NULL,
  began_ms    INTEGER NOT NULL, -- since 1970, UTC
  duration_ms INTEGER NOT NULL,
  attempts    INTEGER NOT NULL,
  shards      INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  logs        TEXT NOT NULL -- paths, a list in JSON; those beside or below this file are relative to its folder
) STRICT;
CREATE INDEX run_of_suite ON run (suite, id)
)sql";

constexpr std::string_view k_select_runs = "SELECT id, suite, tree, commit_oid, outcome, began_ms, duration_ms, "
                                      "attempts, shards, reason, logs FROM run ";

struct OutcomeName {
  Outcome outcome;
  std::string_view name;
};
constexpr std::array<OutcomeName, 6> k_outcomes = {{{Outcome::passed, "passed"},
                                                    {Outcome::failed, "failed"},
                                                    {Outcome::timed_out, "timed out"},
                                                    {Outcome::refused, "refused"},
                                                    {Outcome::could_not_run, "could not run"},
                                                    {Outcome::interrupted, "interrupted"}}};

std::string_view name_of(Outcome outcome) {
  return std::find_if(k_outcomes.begin(), k_outcomes.end(), [&](const OutcomeName& n) { return n.outcome == outcome; })->name;
}

std::optional<Outcome> outcome_named(const std::string& name) {
  const auto found = std::find_if(k_outcomes.begin(), k_outcomes.end(), [&](const OutcomeName& n) { return n.name == name; });
  return found == k_outcomes.end() ? std::nullopt : std::optional(found->outcome);
}

// A repository that is moved takes its logs along.
std::string text_of(const std::vector<std::filesystem::path>& logs, const std::filesystem::path& folder) {
  Json list = Json::array();
  for (const auto& log : logs) {
    const std::filesystem::path relative = log.lexically_relative(folder);
    const bool is_below = !relative.empty() && *relative.begin() != "..";
    list.push_back((is_below ? relative : log).string());
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::vector<std::filesystem::path>> logs_in(const std::string& text, const std::filesystem::path& folder) {
  const Json list = Json::parse(text, nullptr, false);
  if (!list.is_array()) {
    return std::nullopt;
  }
  std::vector<std::filesystem::path> logs;
  for (const Json& item : list) {
    if (!item.is_string()) {
      return std::nullopt;
    }
    logs.push_back(folder / item.get<std::string>());
  }
  return logs;
}

std::int64_t began_ms_of(system_clock::time_point time) {
  return std::clamp<std::int64_t>(std::chrono::floor<milliseconds>(time).time_since_epoch().count(), 0, k_longest_ms);
}

Result<RunRecord> record_in(const Statement& row, const Database& database) {
  const auto within = [&row](int column, std::int64_t most) {
    const auto number = row.number(column);
    return number && *number >= 0 && *number <= most ? number : std::nullopt;
  };
  const auto id = row.number(0);
  const auto suite = row.text(1);
  const auto tree = Oid::parse(row.text(2).value_or(""));
  const auto commit = Oid::parse(row.text(3).value_or(""));
  const auto outcome = outcome_named(row.text(4).value_or(""));
  const auto began = within(5, k_longest_ms);
  const auto duration = within(6, k_longest_ms);
  const auto attempts = within(7, k_most);
  const auto shards = within(8, k_most);
  const auto reason = row.text(9);
  auto logs = logs_in(row.text(10).value_or(""), database.file().parent_path());
  if (!id || !suite || !tree || !commit || !outcome || !began || !duration || !attempts || !shards || !reason || !logs) {
    return database.damaged("run " + std::to_string(id.value_or(0)) + " makes no sense");
  }
  return RunRecord{std::to_string(*id),
                   *suite,
                   *tree,
                   *commit,
                   *outcome,
                   system_clock::time_point(milliseconds(*began)),
                   milliseconds(*duration),
                   static_cast<unsigned>(*attempts),
                   static_cast<unsigned>(*shards),
                   *reason,
                   *std::move(logs)};
}

Result<Database> open_settled(const std::filesystem::path& file) {
  Result<Database> database = Database::open(file, Database::Syncs::never);
  if (!database) {
    return database;
  }
  const Result<void> settled = settle_format(*database, {k_history_application, 1, k_tables});
  return settled ? std::move(database) : Failure(settled.error());
}

// Others may find the same: the lock is on the file itself, and whoever has it looks again.
void put_aside_if_damaged(const std::filesystem::path& file) {
  const Fd held(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!held || ::flock(held.get(), LOCK_EX) != 0) {
    return;
  }
  struct stat ours {};
  struct stat there {};
  const bool is_there_yet = ::fstat(held.get(), &ours) == 0 && ::stat(file.c_str(), &there) == 0 &&
                            ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
  if (!is_there_yet || !Database::is_damaged(file)) {
    return;
  }
  std::error_code failed;
  std::filesystem::rename(file, file.string() + ".damaged", failed);
  // Of the file that is gone: it must not be played back into a new one.
  std::filesystem::remove(file.string() + "-journal", failed);
}

class RunHistoryFile final : public RunHistory {
public:
  explicit RunHistoryFile(Database database) : m_database(std::move(database)) {}

  Result<std::string> add(const RunRecord& record) override;
  std::optional<milliseconds> usual_duration(const std::string& suite) override;
  Result<std::vector<RunRecord>> newest(std::size_t count) override;
  Result<std::optional<RunRecord>> find(const std::string& id) override;

private:
  Result<std::string> add_once(const RunRecord& record) const;
  Result<std::vector<RunRecord>> records(Statement& statement) const;

  Database m_database;
};

Result<std::string> RunHistoryFile::add(const RunRecord& record) {
  Result<std::string> id = add_once(record);
  if (id) {
    return id;
  }
  // A damage may lie deeper than what opening it reads; and another gate may have put the file aside.
  put_aside_if_damaged(m_database.file());
  Result<Database> fresh = open_settled(m_database.file());
  if (!fresh) {
    return Failure(fresh.error());
  }
  m_database = *std::move(fresh);
  return add_once(record);
}

Result<std::string> RunHistoryFile::add_once(const RunRecord& record) const {
  Result<Transaction> transaction = Transaction::begin(m_database, true);
  if (!transaction) {
    return Failure(transaction.error());
  }
  {
    Result<Statement> statement = m_database.prepare(
        "INSERT INTO run (suite, tree, commit_oid, outcome, began_ms, duration_ms, attempts, shards, reason, logs)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!statement) {
      return Failure(statement.error());
    }
    statement->bind(record.suite).bind(record.tree.hex()).bind(record.commit.hex()).bind(name_of(record.outcome));
    statement->bind(began_ms_of(record.began)).bind(std::clamp<std::int64_t>(record.duration.count(), 0, k_longest_ms));
    statement->bind(std::int64_t{record.attempts}).bind(std::int64_t{record.shards}).bind(record.reason);
    statement->bind(text_of(record.logs, m_database.file().parent_path()));
    if (const Result<bool> done = statement->step(); !done) {
      return Failure(done.error());
    }
  }
  const Result<std::int64_t> id = m_database.number_of("SELECT last_insert_rowid()");
  if (!id) {
    return Failure(id.error());
  }
  Result<void> written = m_database.run("DELETE FROM run WHERE id <= " + std::to_string(*id - k_kept_runs));
  written = written ? transaction->commit() : written;
  return written ? Result<std::string>(std::to_string(*id)) : Failure(written.error());
}

std::optional<milliseconds> RunHistoryFile::usual_duration(const std::string& suite) {
  Result<Statement> statement =
      m_database.prepare("SELECT duration_ms FROM run WHERE suite = ? AND outcome = 'passed' ORDER BY id DESC LIMIT ?");
  if (!statement) {
    return std::nullopt;
  }
  statement->bind(suite).bind(k_runs_of_a_median);
  std::vector<std::int64_t> durations;
  while (true) {
    const Result<bool> row = statement->step();
    if (!row || !*row) {
      break;
    }
    durations.push_back(std::clamp<std::int64_t>(statement->number(0).value_or(0), 0, k_longest_ms));
  }
  if (durations.empty()) {
    return std::nullopt;
  }
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return milliseconds(*middle);
}

Result<std::vector<RunRecord>> RunHistoryFile::records(Statement& statement) const {
  std::vector<RunRecord> found;
  while (true) {
    const Result<bool> row = statement.step();
    if (!row) {
      return Failure(row.error());
    }
    if (!*row) {
      return found;
    }
    Result<RunRecord> record = record_in(statement, m_database);
    if (!record) {
      return Failure(record.error());
    }
    found.push_back(*std::move(record));
  }
}

Result<std::vector<RunRecord>> RunHistoryFile::newest(std::size_t count) {
  Result<Statement> statement = m_database.prepare(std::string(k_select_runs) + "ORDER BY id DESC LIMIT ?");
  if (!statement) {
    return Failure(statement.error());
  }
  statement->bind(static_cast<std::int64_t>(std::min<std::size_t>(count, k_kept_runs)));
  return records(*statement);
}

Result<std::optional<RunRecord>> RunHistoryFile::find(const std::string& id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size() || std::to_string(number) != id) {
    return std::optional<RunRecord>();
  }
  Result<Statement> statement = m_database.prepare(std::string(k_select_runs) + "WHERE id = ?");
  if (!statement) {
    return Failure(statement.error());
  }
  statement->bind(number);
  Result<std::vector<RunRecord>> found = records(*statement);
  if (!found) {
    return Failure(found.error());
  }
  return found->empty() ? std::optional<RunRecord>() : std::optional(std::move(found->front()));
}

} // namespace

Result<std::unique_ptr<RunHistory>> open_run_history(const std::filesystem::path& file) {
  Result<Database> database = open_settled(file);
  if (!database) {
    put_aside_if_damaged(file);
    database = open_settled(file);
  }
  if (!database) {
    return Failure(database.error());
  }
  return std::make_unique<RunHistoryFile>(*std::move(database));
}

} // namespace gate
