#include "ledger/run_history.hpp"

#include <fstream>
#include <set>

#include <catch2/catch.hpp>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/files.hpp"

using namespace gate;
using Outcome = RunRecord::Outcome;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

struct Scratch {
  TemporaryFolder folder = *TemporaryFolder::make(std::filesystem::canonical(std::filesystem::temp_directory_path()), "history-");
  std::filesystem::path file = folder.path() / "gate" / "history.db";

  std::unique_ptr<RunHistory> open() const {
    auto history = open_run_history(file);
    INFO((history ? std::string() : history.error().message));
    REQUIRE(history);
    return *std::move(history);
  }
  RunRecord a_run(Outcome outcome = Outcome::passed, milliseconds duration = seconds(12)) const {
    RunRecord run;
    run.suite = "api";
    run.tree = *Oid::parse(std::string(40, 'a'));
    run.commit = *Oid::parse(std::string(64, 'b'));
    run.outcome = outcome;
    run.began = system_clock::time_point(milliseconds(1'700'000'000'123));
    run.duration = duration;
    run.attempts = 2;
    run.shards = 3;
    run.reason = "it ended with 1 \x1b[31m";
    run.logs = {file.parent_path() / "logs" / "1.log", "/elsewhere/2.log"};
    return run;
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
  void write(std::string_view content) const {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
  }
  bool was_put_aside() const { return std::filesystem::exists(file.string() + ".damaged"); }
};

void check_same(const RunRecord& a, const RunRecord& b) {
  CHECK(a.suite == b.suite);
  CHECK(a.tree == b.tree);
  CHECK(a.commit == b.commit);
  CHECK(a.outcome == b.outcome);
  CHECK(a.began == b.began);
  CHECK(a.duration == b.duration);
  CHECK(a.attempts == b.attempts);
  CHECK(a.shards == b.shards);
  CHECK(a.reason == b.reason);
  CHECK(a.logs == b.logs);
}

} // namespace

TEST_CASE("a run comes back as it was added, by its id and among the newest") {
  const Scratch scratch;
  const auto id = scratch.open()->add(scratch.a_run());
  REQUIRE(id);
  CHECK(*id == "1");
  const auto history = scratch.open();
  const auto found = history->find(*id);
  REQUIRE(found);
  REQUIRE(*found);
  check_same(**found, scratch.a_run());
  CHECK((*found)->id == *id);
  CHECK(history->newest(5)->size() == 1);
  for (const char* const none : {"2", "", "1x", "01", "+1", "-1", " 1", "99999999999999999999", "one"}) {
    CHECK_FALSE(*history->find(none));
  }
}

TEST_CASE("every outcome comes back") {
  const Scratch scratch;
  const auto history = scratch.open();
  for (const auto outcome : {Outcome::passed, Outcome::failed, Outcome::timed_out, Outcome::refused, Outcome::could_not_run, Outcome::interrupted}) {
    const auto id = history->add(scratch.a_run(outcome));
    REQUIRE(id);
    CHECK((**history->find(*id)).outcome == outcome);
  }
  const auto newest = history->newest(2);
  REQUIRE(newest->size() == 2);
  CHECK(newest->front().outcome == Outcome::interrupted);
  CHECK(newest->back().outcome == Outcome::could_not_run);
}

TEST_CASE("the usual duration is the median of the suite's last passed runs") {
  const Scratch scratch;
  const auto history = scratch.open();
  CHECK_FALSE(history->usual_duration("api"));
  history->add(scratch.a_run(Outcome::failed, seconds(1)));
  CHECK_FALSE(history->usual_duration("api"));
  for (const int length : {100, 1, 40}) {
    history->add(scratch.a_run(Outcome::passed, seconds(length)));
  }
  CHECK(history->usual_duration("api") == milliseconds(seconds(40)));
  CHECK_FALSE(history->usual_duration("web"));
  for (int i = 0; i < 11; ++i) {
    history->add(scratch.a_run(Outcome::passed, seconds(7)));
  }
  CHECK(history->usual_duration("api") == milliseconds(seconds(7)));
}

TEST_CASE("only the newest thousand runs are kept") {
  const Scratch scratch;
  const auto history = scratch.open();
  for (int i = 0; i < 1003; ++i) {
    REQUIRE(history->add(scratch.a_run()));
  }
  CHECK(history->newest(5000)->size() == 1000);
  CHECK_FALSE(*history->find("3"));
  CHECK(*history->find("4"));
}

TEST_CASE("logs go along when the repository is moved") {
  const Scratch scratch;
  REQUIRE(scratch.open()->add(scratch.a_run()));
  const auto elsewhere = scratch.folder.path() / "moved";
  std::filesystem::rename(scratch.file.parent_path(), elsewhere);
  const auto history = open_run_history(elsewhere / "history.db");
  REQUIRE(history);
  CHECK((*history)->newest(1)->front().logs == std::vector<std::filesystem::path>{elsewhere / "logs" / "1.log", "/elsewhere/2.log"});
}

TEST_CASE("many may add at once, and none is lost") {
  const Scratch scratch;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      bool good = true;
      for (int run = 0; run < 25 && good; ++run) {
        auto history = open_run_history(scratch.file);
        good = history && (*history)->add(scratch.a_run());
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  std::set<std::string> ids;
  const auto newest = scratch.open()->newest(1000);
  REQUIRE(newest);
  for (const auto& run : *newest) {
    ids.insert(run.id);
  }
  CHECK(ids.size() == 200);
  CHECK_FALSE(scratch.was_put_aside());
}

TEST_CASE("the file is nobody else's to read") {
  const Scratch scratch;
  scratch.open();
  struct stat info {};
  REQUIRE(stat(scratch.file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
}

TEST_CASE("a damaged file is put aside, and a new one made") {
  const Scratch scratch;
  SECTION("no database") { scratch.write("this is no database, and long enough to be told from an empty one"); }
  SECTION("cut off") {
    scratch.open()->add(scratch.a_run());
    std::filesystem::resize_file(scratch.file, 5000);
  }
  const auto history = scratch.open();
  CHECK(history->add(scratch.a_run()));
  CHECK(history->newest(9)->size() == 1);
  CHECK(scratch.was_put_aside());
}

TEST_CASE("a damage that is found while a run is added costs the old runs, not this one") {
  const Scratch scratch;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(scratch.open()->add(scratch.a_run()));
  }
  const auto history = scratch.open();
  {
    std::fstream file(scratch.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(std::filesystem::file_size(scratch.file) - 4096, '\xff');
  }
  const auto id = history->add(scratch.a_run());
  INFO((id ? std::string() : id.error().message));
  REQUIRE(id);
  CHECK(scratch.was_put_aside());
  CHECK(history->newest(9)->size() == 1);
}

TEST_CASE("many that find it damaged at once put it aside once") {
  const Scratch scratch;
  scratch.write("this is no database, and long enough to be told from an empty one");
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto history = open_run_history(scratch.file);
      _exit(history && (*history)->add(scratch.a_run()) ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  CHECK(scratch.open()->newest(100)->size() == 8);
}

TEST_CASE("a newer gate's file, another program's, and one that can't be had are left alone, with a remedy") {
  const Scratch scratch;
  SECTION("newer") {
    scratch.open();
    scratch.run("PRAGMA user_version = 2");
    CHECK(open_run_history(scratch.file).error().message.find("newer gate") != std::string::npos);
  }
  SECTION("another program's") {
    std::filesystem::create_directories(scratch.file.parent_path());
    scratch.run("CREATE TABLE t (x)");
    CHECK(open_run_history(scratch.file).error().message.find("another program") != std::string::npos);
  }
  SECTION("a folder") {
    std::filesystem::create_directories(scratch.file);
    CHECK_FALSE(open_run_history(scratch.file).error().message.empty());
  }
  const auto refused = open_run_history(scratch.file);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::could_not_run);
  CHECK_FALSE(refused.error().remedy.empty());
  CHECK_FALSE(scratch.was_put_aside());
}

TEST_CASE("a row that makes no sense is an error that says so") {
  const Scratch scratch;
  REQUIRE(scratch.open()->add(scratch.a_run()));
  for (const char* const change : {"outcome = 'lost'", "logs = '{'", "logs = '[1]'", "began_ms = -1", "attempts = 99999999999"}) {
    scratch.run(std::string("UPDATE run SET logs = '[]', outcome = 'passed', began_ms = 1, attempts = 1; UPDATE run SET ") + change);
    const auto newest = scratch.open()->newest(1);
    REQUIRE_FALSE(newest);
    CHECK(newest.error().message.find("run 1 makes no sense") != std::string::npos);
  }
}
