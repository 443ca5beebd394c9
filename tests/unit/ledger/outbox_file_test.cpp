#include "ledger/outbox_file.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/files.hpp"

using namespace gate;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

OutboxEntry an_entry(char digit = 'a') {
  OutboxEntry entry(*RefName::branch("staging"), *Oid::parse(std::string(40, digit)));
  entry.rule = "api";
  entry.destination = "registry.example.com:5000/team/api";
  entry.remote = "origin";
  entry.suite = "api";
  entry.commit_tags = {"staging-aaaaaaaa", "v1.2_x"};
  entry.branch_tags = {"staging"};
  entry.branch_tags_at_once = true;
  entry.finishes_itself = false;
  entry.image_id = "sha256:" + std::string(64, '1');
  entry.kept_name = "gate-publish/x:1";
  entry.source = "https://example.com/team/api.git";
  entry.service = "nginx";
  entry.tree = *Oid::parse(std::string(40, 'b'));
  entry.platforms = {"linux/amd64", "linux/arm/v7"};
  entry.may_create = true;
  entry.promoted_from = "registry.example.com:5000/team/staging";
  entry.git_tag = "staging/2026-11-22";
  entry.webhook = "DEPLOY_HOOK";
  entry.moving_tags = {"staging", "day-*"};
  entry.created = system_clock::time_point(seconds(1'700'000'000));
  entry.changed = system_clock::time_point(seconds(1'700'000'060));
  return entry;
}

void check_same(const OutboxEntry& a, const OutboxEntry& b) {
  CHECK(a.rule == b.rule);
  CHECK(a.destination == b.destination);
  CHECK(a.branch == b.branch);
  CHECK(a.commit == b.commit);
  CHECK(a.remote == b.remote);
  CHECK(a.suite == b.suite);
  CHECK(a.commit_tags == b.commit_tags);
  CHECK(a.branch_tags == b.branch_tags);
  CHECK(a.branch_tags_at_once == b.branch_tags_at_once);
  CHECK(a.finishes_itself == b.finishes_itself);
  CHECK(a.state == b.state);
  CHECK(a.image_id == b.image_id);
  CHECK(a.kept_name == b.kept_name);
  CHECK(a.digest == b.digest);
  CHECK(a.reason == b.reason);
  CHECK(a.source == b.source);
  CHECK(a.service == b.service);
  CHECK(a.tree == b.tree);
  CHECK(a.platforms == b.platforms);
  CHECK(a.may_create == b.may_create);
  CHECK(a.promoted_from == b.promoted_from);
  CHECK(a.git_tag == b.git_tag);
  CHECK(a.webhook == b.webhook);
  CHECK(a.moving_tags == b.moving_tags);
  CHECK(a.created == b.created);
  CHECK(a.changed == b.changed);
}

struct Scratch {
  TemporaryFolder folder =
      *TemporaryFolder::make(std::filesystem::canonical(std::filesystem::temp_directory_path()), "outbox-");
  std::filesystem::path file = folder.path() / "not there" / "outbox.db";

  std::unique_ptr<Outbox> open() const {
    auto outbox = open_outbox(file);
    INFO((outbox ? std::string() : outbox.error().message));
    REQUIRE(outbox);
    return std::move(*outbox);
  }
  Error refusal() const {
    const auto outbox = open_outbox(file);
    REQUIRE_FALSE(outbox);
    CHECK(outbox.error().kind == ErrorKind::could_not_run);
    CHECK(outbox.error().message.find(file.string()) != std::string::npos);
    return outbox.error();
  }
  /// What another program does to the file.
  void run(const std::string& sql) const {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(database));
    CHECK(code == SQLITE_OK);
    sqlite3_close(database);
  }
};

// As the first gate that had an outbox made it.
constexpr const char* k_first_format = R"sql(
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
) STRICT;
PRAGMA application_id = 1734440037;
PRAGMA user_version = 1
)sql";

Result<OutboxEntry> arm(Outbox& outbox, const OutboxEntry& entry) {
  auto armed = outbox.arm({entry});
  return armed ? Result<OutboxEntry>(armed->at(0)) : Failure(armed.error());
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an armed publication comes back as it was written, also from disk") {
  const Scratch scratch;
  OutboxEntry given = an_entry();
  given.state = PublicationState::done; // what is armed is armed
  const auto armed = arm(*scratch.open(), given);
  REQUIRE(armed);
  CHECK(armed->id > 0);
  check_same(*armed, an_entry());
  const auto entries = scratch.open()->entries();
  REQUIRE(entries);
  REQUIRE(entries->size() == 1);
  check_same(entries->front(), an_entry());
  CHECK(entries->front().id == armed->id);
}

TEST_CASE("arming the same publication twice gives the first as it stands") {
  const Scratch scratch;
  const auto outbox = scratch.open();
  auto first = arm(*outbox, an_entry());
  REQUIRE(first);
  first->state = PublicationState::pushed;
  first->digest = "sha256:" + std::string(64, '2');
  REQUIRE(outbox->update(*first));
  OutboxEntry again = an_entry();
  again.remote = "elsewhere";
  const auto second = arm(*outbox, again);
  REQUIRE(second);
  CHECK(second->id == first->id);
  check_same(*second, *first);
  CHECK(outbox->entries()->size() == 1);

  for (const auto change : std::vector<void (*)(OutboxEntry&)>{
           [](OutboxEntry& entry) { entry.rule = "other"; },
           [](OutboxEntry& entry) { entry.destination = "docker.io/library/x"; },
           [](OutboxEntry& entry) { entry.branch = *RefName::branch("main"); },
           [](OutboxEntry& entry) { entry.commit = *Oid::parse(std::string(64, 'a')); }}) {
    OutboxEntry other = an_entry();
    change(other);
    const auto armed = arm(*outbox, other);
    REQUIRE(armed);
    CHECK(armed->id != first->id);
  }
  CHECK(outbox->entries()->size() == 5);
}

TEST_CASE("several are armed all at once, or none") {
  const Scratch scratch;
  const auto outbox = scratch.open();
  const auto armed = outbox->arm({an_entry('1'), an_entry('2'), an_entry('1')});
  REQUIRE(armed);
  CHECK((*armed)[0].id == (*armed)[2].id);
  CHECK(outbox->entries()->size() == 2);
  scratch.run("CREATE UNIQUE INDEX no_more ON publication (remote) WHERE commit_oid > '3'");
  CHECK_FALSE(outbox->arm({an_entry('3'), an_entry('4')}));
  CHECK(outbox->entries()->size() == 2);
}

TEST_CASE("an update changes everything but the identity, and survives") {
  const Scratch scratch;
  auto entry = *arm(*scratch.open(), an_entry());
  entry.remote = "upstream";
  entry.commit_tags = {"other"};
  entry.branch_tags = {};
  entry.branch_tags_at_once = false;
  entry.finishes_itself = true;
  entry.state = PublicationState::failed;
  entry.image_id = "";
  entry.kept_name = "";
  entry.digest = "sha256:" + std::string(64, '3');
  entry.reason = "the registry's \"no\"; DROP TABLE publication -- \xe2\x80\xa6";
  entry.service = "";
  entry.tree = std::nullopt;
  entry.platforms = {};
  entry.may_create = false;
  entry.promoted_from = "";
  entry.git_tag = "";
  entry.webhook = "";
  entry.changed = system_clock::time_point(std::chrono::milliseconds(1'700'000'099'123));
  REQUIRE(scratch.open()->update(entry));
  const auto entries = scratch.open()->entries();
  REQUIRE(entries);
  REQUIRE(entries->size() == 1);
  check_same(entries->front(), entry);
}

TEST_CASE("what is not there can't be updated") {
  const Scratch scratch;
  const auto outbox = scratch.open();
  auto entry = *arm(*outbox, an_entry());
  entry.id += 1;
  CHECK_FALSE(outbox->update(entry));
  entry.id -= 1;
  entry.destination = "docker.io/library/other";
  CHECK_FALSE(outbox->update(entry));
  CHECK(outbox->entries()->front().destination == an_entry().destination);
}

TEST_CASE("publications come oldest first, whatever was touched last") {
  const Scratch scratch;
  const auto outbox = scratch.open();
  for (const char digit : {'f', '0', '7'}) {
    REQUIRE(arm(*outbox, an_entry(digit)));
  }
  auto first = outbox->entries()->front();
  first.state = PublicationState::done;
  REQUIRE(outbox->update(first));
  std::string order;
  const auto entries = outbox->entries();
  REQUIRE(entries);
  for (const OutboxEntry& entry : *entries) {
    order += entry.commit.hex().front();
  }
  CHECK(order == "f07");
}

TEST_CASE("the outbox is its owner's") {
  const Scratch scratch;
  const auto outbox = scratch.open();
  struct stat status {};
  REQUIRE(stat(scratch.file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("two of them at once see each other's publications") {
  const Scratch scratch;
  const auto one = scratch.open();
  const auto two = scratch.open();
  REQUIRE(arm(*one, an_entry('1')));
  REQUIRE(arm(*two, an_entry('2')));
  CHECK(one->entries()->size() == 2);
  CHECK(arm(*two, an_entry('1'))->id == one->entries()->front().id);
  // Side by side: each waits for the other's lock.
  const auto arm_all = [&](const std::string& digits) {
    const auto own = open_outbox(scratch.file);
    for (const char digit : digits) {
      if (!own || !arm(**own, an_entry(digit))) {
        return;
      }
    }
  };
  std::thread other(arm_all, "3456789");
  arm_all("9876543");
  other.join();
  CHECK(one->entries()->size() == 9);
}

TEST_CASE("a file that is no database is named, with the way to go on, and left as it is") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.file.parent_path());
  const std::string text(5000, 'x');
  std::ofstream(scratch.file) << text;
  const Error error = scratch.refusal();
  CHECK(error.message == "cannot read " + scratch.file.string() + ": file is not a database");
  CHECK(error.remedy == "move it away, gate makes a new one: mv '" + scratch.file.string() + "' '" +
                            scratch.file.string() + ".damaged'");
  CHECK(**read_file(scratch.file) == text);
}

TEST_CASE("a file that was cut or overwritten is damaged") {
  const Scratch scratch;
  {
    const auto outbox = scratch.open();
    for (const char digit : std::string("0123456789abcdef")) {
      REQUIRE(arm(*outbox, an_entry(digit)));
    }
  }
  SECTION("cut") {
    std::filesystem::resize_file(scratch.file, 4096);
  }
  SECTION("overwritten") {
    std::fstream file(scratch.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(std::filesystem::file_size(scratch.file) - 4096, '\xee');
  }
  const auto outbox = open_outbox(scratch.file);
  const auto entries =
      outbox ? (*outbox)->entries() : Result<std::vector<OutboxEntry>>(Failure(outbox.error()));
  REQUIRE_FALSE(entries);
  CHECK(has(entries.error().message, scratch.file.string()));
  CHECK(has(entries.error().remedy, "mv "));
}

TEST_CASE("a newer gate's file is left alone") {
  const Scratch scratch;
  REQUIRE(arm(*scratch.open(), an_entry()));
  scratch.run("PRAGMA user_version=3");
  const Error error = scratch.refusal();
  CHECK(has(error.message, "was written by a newer gate"));
}

TEST_CASE("what an older gate has written is brought over once, and stays") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.file.parent_path());
  scratch.run(k_first_format);
  const auto oid = std::string(40, 'a');
  scratch.run("INSERT INTO publication VALUES (7, 'api', 'registry.example/app', 'refs/heads/staging', '" + oid + "', 'origin', 'api', '[\"" + oid +
              "\"]', '[\"staging\"]', 0, 1, 'pushed', '', 'gate-publish/x:7', '', '', '', 1700000000000, 1700000000000)");
  for (int again = 0; again < 2; ++again) {
    const auto entries = scratch.open()->entries();
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    const auto& entry = entries->front();
    CHECK(entry.id == 7);
    CHECK(entry.state == PublicationState::pushed);
    CHECK(entry.kept_name == "gate-publish/x:7");
    CHECK(entry.service.empty());
    CHECK_FALSE(entry.tree);
    CHECK(entry.platforms.empty());
    CHECK_FALSE(entry.may_create);
    CHECK(entry.promoted_from.empty());
    CHECK(entry.git_tag.empty());
    CHECK(entry.webhook.empty());
  }
  REQUIRE(arm(*scratch.open(), an_entry('b')));
  CHECK(scratch.open()->entries()->size() == 2);
}

TEST_CASE("several gates bring an old file over at once, and one of them does it") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.file.parent_path());
  scratch.run(k_first_format);
  std::vector<std::thread> gates;
  std::atomic<int> failed{0};
  for (int i = 0; i < 4; ++i) {
    gates.emplace_back([&] { failed += open_outbox(scratch.file) ? 0 : 1; });
  }
  for (auto& gate : gates) {
    gate.join();
  }
  CHECK(failed == 0);
  CHECK(scratch.open()->entries()->empty());
}

TEST_CASE("another program's database is left alone") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.file.parent_path());
  SECTION("without a version") {
    scratch.run("CREATE TABLE publication (x)");
  }
  SECTION("with one") {
    scratch.run("CREATE TABLE publication (x); PRAGMA user_version=1");
  }
  CHECK(has(scratch.refusal().message, "another program"));
}

TEST_CASE("an empty file, as a crash leaves it, becomes an outbox") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.file.parent_path());
  std::ofstream(scratch.file) << "";
  CHECK(arm(*scratch.open(), an_entry()));
}

TEST_CASE("a row that makes no sense is named") {
  const Scratch scratch;
  REQUIRE(arm(*scratch.open(), an_entry('1')));
  REQUIRE(arm(*scratch.open(), an_entry('2')));
  const auto [change, column] = GENERATE(table<const char*, const char*>({
      {"commit_oid = 'abc'", "commit_oid"},
      {"commit_oid = upper(hex(zeroblob(20)) || '') || ''", nullptr},
      {"commit_oid = replace(commit_oid, '2', 'G')", "commit_oid"},
      {"branch = 'staging'", "branch"},
      {"branch = 'refs/heads/a..b'", "branch"},
      {"state = 'sent'", "state"},
      {"commit_tags = 'x'", "commit_tags"},
      {"commit_tags = '[1]'", "commit_tags"},
      {"branch_tags = '{}'", "branch_tags"},
      {"commit_tags = '[]'", "commit_tags"},
      {"commit_tags = '[\"a b\"]'", "commit_tags"},
      {"branch_tags = '[\"x\", \"-x\"]'", "branch_tags"},
      {"branch_tags = '[]'", nullptr},
      {"destination = 'Not A Name'", "destination"},
      {"destination = ''", "destination"},
      {"destination = 'trigger:'", "destination"},
      {"destination = 'trigger:1 X', suite = ''", "destination"},
      {"destination = 'trigger:DEPLOY'", "suite"},
      {"destination = 'trigger:DEPLOY', suite = '', commit_tags = '[]', branch_tags = '[]'", nullptr},
      {"suite = ''", "suite"},
      {"kept_name = 'gate-image/x:y'", "kept_name"},
      {"kept_name = 'busybox'", "kept_name"},
      {"kept_name = ''", nullptr},
      {"digest = 'sha256:12'", "digest"},
      {"digest = hex(zeroblob(32))", "digest"},
      {"digest = 'sha256:' || lower(hex(zeroblob(32)))", nullptr},
      {"image_id = 'busybox'", "image_id"},
      {"image_id = ''", nullptr},
      {"finishes_itself = 2", "finishes_itself"},
      {"created_ms = -1", "created_ms"},
      {"service = 'a b'", "service"},
      {"service = '../x'", "service"},
      {"tree = 'abc'", "tree"},
      {"tree = replace(tree, 'b', 'G')", "tree"},
      {"tree = ''", nullptr},
      {"tree = lower(hex(zeroblob(32)))", nullptr},
      {"platforms = 'linux'", "platforms"},
      {"platforms = '[\"linux amd64\"]'", "platforms"},
      {"platforms = '[\"--push\"]'", "platforms"},
      {"platforms = '[\"\"]'", "platforms"},
      {"platforms = '[]'", nullptr},
      {"may_create = 2", "may_create"},
      {"promoted_from = 'Not A Name'", "promoted_from"},
      {"promoted_from = 'trigger:DEPLOY'", "promoted_from"},
      {"promoted_from = ''", nullptr},
      {"git_tag = 'a..b'", "git_tag"},
      {"git_tag = '-d'", "git_tag"},
      {"git_tag = ''", nullptr},
      {"webhook = 'https://x'", "webhook"},
      {"webhook = ''", nullptr},
      {"moving_tags = '[\"a b\"]'", "moving_tags"},
      {"moving_tags = '{}'", "moving_tags"},
      {"changed_ms = 9223372036854775807", "changed_ms"},
  }));
  scratch.run("PRAGMA ignore_check_constraints=ON; UPDATE publication SET " + std::string(change) +
              " WHERE id = 2");
  const auto entries = scratch.open()->entries();
  if (column == nullptr) {
    CHECK(entries); // so is the all-zero name
    return;
  }
  REQUIRE_FALSE(entries);
  CHECK(entries.error().kind == ErrorKind::could_not_run);
  CHECK(entries.error().message == "cannot read " + scratch.file.string() + ": row 2 has no valid " + column);
}

TEST_CASE("a table that is not as it should be is damage") {
  const Scratch scratch;
  REQUIRE(arm(*scratch.open(), an_entry()));
  scratch.run("ALTER TABLE publication DROP COLUMN source");
  const auto outbox = scratch.open();
  CHECK(has(outbox->entries().error().remedy, "mv "));
  CHECK(has(arm(*outbox, an_entry('b')).error().remedy, "mv "));
}

TEST_CASE("in a folder that can't be written there is no outbox, and what is there can still be read") {
  if (geteuid() == 0) {
    return; // may write everywhere
  }
  const Scratch scratch;
  const std::filesystem::path folder = scratch.file.parent_path();
  const bool exists = GENERATE(false, true);
  std::filesystem::create_directories(folder);
  if (exists) {
    REQUIRE(arm(*scratch.open(), an_entry()));
  }
  std::filesystem::permissions(folder,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  if (exists) {
    const auto outbox = scratch.open();
    CHECK(outbox->entries()->size() == 1);
    const auto armed = arm(*outbox, an_entry('b'));
    REQUIRE_FALSE(armed);
    CHECK(has(armed.error().message, scratch.file.string()));
  } else {
    CHECK(has(scratch.refusal().message, "Permission denied"));
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

TEST_CASE("a file that is a folder is an error") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.file);
  CHECK(has(scratch.refusal().message, "cannot use"));
}
