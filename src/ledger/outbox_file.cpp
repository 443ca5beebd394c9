#include "ledger/outbox_file.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "ledger/database.hpp"
#include "ledger/format.hpp"
#include "policy/image_name.hpp"
#include "policy/publication.hpp"

namespace gate {

namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr std::int64_t k_format = 2;
constexpr std::int64_t k_latest_ms =
    9'000'000'000'000; // year 2255: more does not fit system_clock's nanoseconds

// SQLite's header has room for whose file it is; "gate" in ASCII.
constexpr std::int64_t k_application = 0x67617465;

constexpr const char* k_schema = R"sql(
CREATE TABLE publication (
  id                  INTEGER PRIMARY KEY AUTOINCREMENT,
  rule                TEXT NOT NULL,
  destination         TEXT NOT NULL,
  branch              TEXT NOT NULL,
  commit_oid          TEXT NOT NULL CHECK (length(commit_oid) IN (40, 64)),
  remote              TEXT NOT NULL,
  suite               TEXT NOT NULL,
  commit_tags         TEXT NOT NULL, -- a list in JSON
  branch_tags         TEXT NOT NULL, -- likewise
  branch_tags_at_once INTEGER NOT NULL CHECK (branch_tags_at_once IN (0, 1)),
  finishes_itself     INTEGER NOT NULL CHECK (finishes_itself IN (0, 1)),
  state               TEXT NOT NULL CHECK (state IN ('armed', 'pushed', 'tagged', 'done', 'failed', 'unknown')),
  image_id            TEXT NOT NULL,
  kept_name           TEXT NOT NULL,
  digest              TEXT NOT NULL,
  reason              TEXT NOT NULL,
  source              TEXT NOT NULL,
  created_ms          INTEGER NOT NULL, -- since 1970, UTC
  changed_ms          INTEGER NOT NULL,
  UNIQUE (rule, destination, branch, commit_oid)
) STRICT
)sql";

// The second format knows more of what a publication is, and of what follows it.
constexpr const char* k_second = R"sql(
ALTER TABLE publication ADD COLUMN service       TEXT NOT NULL DEFAULT '';
ALTER TABLE publication ADD COLUMN tree          TEXT NOT NULL DEFAULT '' CHECK (length(tree) IN (0, 40, 64));
ALTER TABLE publication ADD COLUMN platforms     TEXT NOT NULL DEFAULT '[]'; -- a list in JSON
ALTER TABLE publication ADD COLUMN may_create    INTEGER NOT NULL DEFAULT 0 CHECK (may_create IN (0, 1));
ALTER TABLE publication ADD COLUMN promoted_from TEXT NOT NULL DEFAULT '';
ALTER TABLE publication ADD COLUMN git_tag       TEXT NOT NULL DEFAULT '';
ALTER TABLE publication ADD COLUMN webhook       TEXT NOT NULL DEFAULT '';
ALTER TABLE publication ADD COLUMN moving_tags   TEXT NOT NULL DEFAULT '[]'
)sql";

constexpr std::string_view k_select = "SELECT id, rule, destination, branch, commit_oid, remote, suite, "
                                      "commit_tags, branch_tags, branch_tags_at_once,"
                                      " finishes_itself, state, image_id, kept_name, digest, reason, source, "
                                      "created_ms, changed_ms, service, tree, platforms, may_create, promoted_from, git_tag, webhook, moving_tags"
                                      " FROM publication ";

std::string json_of(const std::vector<std::string>& tags) {
  return Json(tags).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::vector<std::string>> list_in(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) {
    return std::nullopt;
  }
  std::vector<std::string> list;
  for (const Json& item : json) {
    if (!item.is_string()) {
      return std::nullopt;
    }
    list.push_back(item.get<std::string>());
  }
  return list;
}

bool is_destination(const std::string& text) {
  return text.rfind(k_trigger_prefix, 0) == 0 ? is_variable_name(std::string_view(text).substr(k_trigger_prefix.size()))
                                              : ImageName::parse(text).has_value();
}

std::optional<std::vector<std::string>> tags_in(const std::string& text) {
  std::optional<std::vector<std::string>> tags = list_in(text);
  return tags && std::all_of(tags->begin(), tags->end(), is_tag) ? tags : std::nullopt;
}

bool is_digest_or_empty(const std::string& text) {
  constexpr std::string_view k_algorithm = "sha256:";
  return text.empty() || (text.rfind(k_algorithm, 0) == 0 && Digest::parse(std::string_view(text).substr(k_algorithm.size())));
}

// Whoever lets go of an image takes away the name that stands here.
bool is_kept_name_or_empty(const std::string& text) {
  return text.empty() || text.rfind(k_kept_prefix, 0) == 0;
}

// As docker compose admits them; a name of a stage or a path is none.
bool is_service_or_empty(const std::string& text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string::npos;
}

// "linux/arm/v7" (OCI image-spec, image-index.md): it becomes a word of a command, and never looks like an option.
bool is_platform(const std::string& text) {
  return !text.empty() && text.front() != '-' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == std::string::npos;
}

// Tags with "*" in them.
std::optional<std::vector<std::string>> tag_patterns_in(const std::string& text) {
  std::optional<std::vector<std::string>> patterns = list_in(text);
  const auto is_pattern = [](std::string pattern) {
    std::replace(pattern.begin(), pattern.end(), '*', 'x');
    return is_tag(pattern);
  };
  return patterns && std::all_of(patterns->begin(), patterns->end(), is_pattern) ? patterns : std::nullopt;
}

std::optional<std::vector<std::string>> platforms_in(const std::string& text) {
  std::optional<std::vector<std::string>> platforms = list_in(text);
  return platforms && std::all_of(platforms->begin(), platforms->end(), is_platform) ? platforms : std::nullopt;
}

bool is_image_name_or_empty(const std::string& text) { return text.empty() || ImageName::parse(text); }

bool is_git_tag_or_empty(const std::string& text) { return text.empty() || (text.front() != '-' && RefName::parse("refs/tags/" + text)); }

bool is_variable_or_empty(const std::string& text) { return text.empty() || is_variable_name(text); }

std::int64_t ms_of(system_clock::time_point time) {
  return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

/// Reads a row column by column, in the order of k_select, and remembers the first one that can't be.
class RowReader {
public:
  explicit RowReader(const Statement& row) : m_row(row) {}

  std::int64_t number(const char* what, std::int64_t least, std::int64_t most) {
    const std::optional<std::int64_t> value = m_row.number(m_column++);
    return checked(value && *value >= least && *value <= most ? value : std::nullopt, what).value_or(least);
  }
  std::string text(const char* what) { return checked(m_row.text(m_column++), what).value_or(std::string()); }
  /// A text of which this holds.
  template <typename Check> std::string text(const char* what, Check is_good) {
    return parsed(what, [&](const std::string& text) { return is_good(text) ? std::optional(text) : std::nullopt; })
        .value_or(std::string());
  }
  /// What `parse` makes of a text.
  template <typename Parse> auto parsed(const char* what, Parse parse) {
    const std::optional<std::string> value = m_row.text(m_column++);
    return checked(value ? parse(*value) : decltype(parse(*value))(), what);
  }
  system_clock::time_point time(const char* what) {
    return system_clock::time_point(milliseconds(number(what, 0, k_latest_ms)));
  }

  /// What each column by itself can't tell.
  void require(bool holds, const char* what) {
    if (!holds && m_broken.empty()) {
      m_broken = what;
    }
  }

  /// Empty when all could be read.
  const std::string& broken() const { return m_broken; }

private:
  template <typename T> std::optional<T> checked(std::optional<T> value, const char* what) {
    if (!value && m_broken.empty()) {
      m_broken = what;
    }
    return value;
  }

  const Statement& m_row;
  int m_column = 0;
  std::string m_broken;
};

// What the second format has added.
void read_second(RowReader& reader, OutboxEntry& entry) {
  entry.service = reader.text("service", is_service_or_empty);
  const std::string tree = reader.text("tree", [](const std::string& text) { return text.empty() || Oid::parse(text); });
  entry.tree = Oid::parse(tree);
  entry.platforms = reader.parsed("platforms", platforms_in).value_or(std::vector<std::string>());
  entry.may_create = reader.number("may_create", 0, 1) == 1;
  entry.promoted_from = reader.text("promoted_from", is_image_name_or_empty);
  entry.git_tag = reader.text("git_tag", is_git_tag_or_empty);
  entry.webhook = reader.text("webhook", is_variable_or_empty);
  entry.moving_tags = reader.parsed("moving_tags", tag_patterns_in).value_or(std::vector<std::string>());
}

void bind_second(Statement& statement, const OutboxEntry& entry) {
  statement.bind(entry.service).bind(entry.tree ? entry.tree->hex() : "").bind(json_of(entry.platforms)).bind(std::int64_t{entry.may_create});
  statement.bind(entry.promoted_from).bind(entry.git_tag).bind(entry.webhook).bind(json_of(entry.moving_tags));
}

Result<OutboxEntry> entry_in(const Statement& row, const Database& database) {
  RowReader reader(row);
  const std::int64_t id =
      reader.number("id", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  std::string rule = reader.text("rule");
  std::string destination = reader.text("destination", is_destination);
  const auto branch = reader.parsed("branch", [](const std::string& text) { return RefName::parse(text); });
  const auto commit = reader.parsed("commit_oid", [](const std::string& text) { return Oid::parse(text); });
  if (!branch || !commit) {
    return database.damaged("row " + std::to_string(id) + " has no valid " + reader.broken());
  }
  OutboxEntry entry(*branch, *commit);
  entry.id = id;
  entry.rule = std::move(rule);
  entry.destination = std::move(destination);
  entry.remote = reader.text("remote");
  entry.suite = reader.text("suite");
  reader.require(entry.is_trigger() == (entry.destination.rfind(k_trigger_prefix, 0) == 0), "suite");
  entry.commit_tags = reader.parsed("commit_tags", tags_in).value_or(std::vector<std::string>());
  reader.require(entry.is_trigger() || !entry.commit_tags.empty(), "commit_tags");
  entry.branch_tags = reader.parsed("branch_tags", tags_in).value_or(std::vector<std::string>());
  entry.branch_tags_at_once = reader.number("branch_tags_at_once", 0, 1) == 1;
  entry.finishes_itself = reader.number("finishes_itself", 0, 1) == 1;
  entry.state = reader.parsed("state", publication_state_named).value_or(PublicationState::armed);
  entry.image_id = reader.text("image_id", is_digest_or_empty);
  entry.kept_name = reader.text("kept_name", is_kept_name_or_empty);
  entry.digest = reader.text("digest", is_digest_or_empty);
  entry.reason = reader.text("reason");
  entry.source = reader.text("source");
  entry.created = reader.time("created_ms");
  entry.changed = reader.time("changed_ms");
  read_second(reader, entry);
  if (!reader.broken().empty()) {
    return database.damaged("row " + std::to_string(id) + " has no valid " + reader.broken());
  }
  return entry;
}

class OutboxFile final : public Outbox {
public:
  explicit OutboxFile(Database database) : m_database(std::move(database)) {}

  Result<std::vector<OutboxEntry>> arm(std::vector<OutboxEntry> entries) override;
  Result<void> update(const OutboxEntry& entry) override;
  Result<std::vector<OutboxEntry>> entries() override;

private:
  Result<OutboxEntry> arm_one(const OutboxEntry& entry) const;
  Result<std::optional<OutboxEntry>> find(const OutboxEntry& identity) const;
  Result<void> insert(const OutboxEntry& entry) const;

  Database m_database;
};

Result<std::optional<OutboxEntry>> OutboxFile::find(const OutboxEntry& identity) const {
  Result<Statement> statement = m_database.prepare(
      std::string(k_select) + "WHERE rule = ? AND destination = ? AND branch = ? AND commit_oid = ?");
  if (!statement) {
    return Failure(statement.error());
  }
  statement->bind(identity.rule)
      .bind(identity.destination)
      .bind(identity.branch.full())
      .bind(identity.commit.hex());
  const Result<bool> row = statement->step();
  if (!row || !*row) {
    return row ? Result<std::optional<OutboxEntry>>(std::nullopt) : Failure(row.error());
  }
  Result<OutboxEntry> entry = entry_in(*statement, m_database);
  return entry ? Result<std::optional<OutboxEntry>>(std::move(*entry)) : Failure(entry.error());
}

Result<void> OutboxFile::insert(const OutboxEntry& entry) const {
  Result<Statement> statement =
      m_database.prepare("INSERT INTO publication (rule, destination, branch, commit_oid, remote, suite, "
                         "commit_tags, branch_tags,"
                         " branch_tags_at_once, finishes_itself, state, image_id, kept_name, digest, reason, "
                         "source, created_ms, changed_ms, service, tree, platforms, may_create, promoted_from, "
                         "git_tag, webhook, moving_tags)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!statement) {
    return Failure(statement.error());
  }
  statement->bind(entry.rule).bind(entry.destination).bind(entry.branch.full()).bind(entry.commit.hex());
  statement->bind(entry.remote)
      .bind(entry.suite)
      .bind(json_of(entry.commit_tags))
      .bind(json_of(entry.branch_tags));
  statement->bind(std::int64_t{entry.branch_tags_at_once}).bind(std::int64_t{entry.finishes_itself});
  statement->bind(name_of(PublicationState::armed))
      .bind(entry.image_id)
      .bind(entry.kept_name)
      .bind(entry.digest);
  statement->bind(entry.reason).bind(entry.source).bind(ms_of(entry.created)).bind(ms_of(entry.changed));
  bind_second(*statement, entry);
  const Result<bool> done = statement->step();
  return done ? Result<void>() : Failure(done.error());
}

// Within a transaction.
Result<OutboxEntry> OutboxFile::arm_one(const OutboxEntry& entry) const {
  Result<std::optional<OutboxEntry>> found = find(entry);
  if (!found || *found) {
    return found ? Result<OutboxEntry>(std::move(**found)) : Failure(found.error());
  }
  if (const Result<void> inserted = insert(entry); !inserted) {
    return Failure(inserted.error());
  }
  found = find(entry);
  if (!found || !*found) {
    return found ? Result<OutboxEntry>(m_database.damaged("what is written is not read again"))
                 : Failure(found.error());
  }
  return std::move(**found);
}

Result<std::vector<OutboxEntry>> OutboxFile::arm(std::vector<OutboxEntry> entries) {
  Result<Transaction> transaction = Transaction::begin(m_database, true);
  if (!transaction) {
    return Failure(transaction.error());
  }
  for (OutboxEntry& entry : entries) {
    Result<OutboxEntry> armed = arm_one(entry);
    if (!armed) {
      return Failure(armed.error());
    }
    entry = std::move(*armed);
  }
  if (const Result<void> committed = transaction->commit(); !committed) {
    return Failure(committed.error());
  }
  return entries;
}

Result<void> OutboxFile::update(const OutboxEntry& entry) {
  Result<Statement> statement = m_database.prepare(
      "UPDATE publication SET remote = ?, suite = ?, commit_tags = ?, branch_tags = ?, branch_tags_at_once = "
      "?,"
      " finishes_itself = ?, state = ?, image_id = ?, kept_name = ?, digest = ?, reason = ?, source = ?, "
      "created_ms = ?,"
      " changed_ms = ?, service = ?, tree = ?, platforms = ?, may_create = ?, promoted_from = ?, git_tag = ?,"
      " webhook = ?, moving_tags = ? WHERE id = ? AND rule = ? AND destination = ? AND branch = ? AND commit_oid = ?");
  if (!statement) {
    return Failure(statement.error());
  }
  statement->bind(entry.remote)
      .bind(entry.suite)
      .bind(json_of(entry.commit_tags))
      .bind(json_of(entry.branch_tags));
  statement->bind(std::int64_t{entry.branch_tags_at_once}).bind(std::int64_t{entry.finishes_itself});
  statement->bind(name_of(entry.state)).bind(entry.image_id).bind(entry.kept_name).bind(entry.digest);
  statement->bind(entry.reason).bind(entry.source).bind(ms_of(entry.created)).bind(ms_of(entry.changed));
  bind_second(*statement, entry);
  statement->bind(entry.id)
      .bind(entry.rule)
      .bind(entry.destination)
      .bind(entry.branch.full())
      .bind(entry.commit.hex());
  if (const Result<bool> done = statement->step(); !done) {
    return Failure(done.error());
  }
  if (m_database.changes() != 1) {
    return could_not_run(m_database.file().string() + " no longer has the publication of " +
                         entry.commit.brief() + " to " + entry.destination);
  }
  return {};
}

Result<std::vector<OutboxEntry>> OutboxFile::entries() {
  Result<Statement> statement = m_database.prepare(std::string(k_select) + "ORDER BY id");
  if (!statement) {
    return Failure(statement.error());
  }
  std::vector<OutboxEntry> entries;
  while (true) {
    const Result<bool> row = statement->step();
    if (!row || !*row) {
      return row ? Result<std::vector<OutboxEntry>>(std::move(entries)) : Failure(row.error());
    }
    Result<OutboxEntry> entry = entry_in(*statement, m_database);
    if (!entry) {
      return Failure(entry.error());
    }
    entries.push_back(std::move(*entry));
  }
}

} // namespace

Result<std::unique_ptr<Outbox>> open_outbox(const std::filesystem::path& file) {
  Result<Database> database = Database::open(file);
  if (!database) {
    return Failure(database.error());
  }
  if (const Result<void> settled = settle_format(*database, {k_application, k_format, k_schema, {k_second}}); !settled) {
    return Failure(settled.error());
  }
  return std::make_unique<OutboxFile>(std::move(*database));
}

} // namespace gate
