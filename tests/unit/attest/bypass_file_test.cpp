#include <catch2/catch.hpp>

#include <filesystem>

#include <sys/stat.h>

#include "attest/bypass_file.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

BypassRecord record(const std::string& reason) {
  return {BypassRecord::Where::server, std::chrono::system_clock::from_time_t(1'700'000'000), "lead@example.org", reason, "origin", *RefName::branch("master"),
          Oid(), *Oid::parse(std::string(40, 'a')), {{"direct-push", "it would land \"here\"\n"}, {"secret", ""}}};
}

} // namespace

TEST_CASE("what was appended is read back in order, from several appends") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "bypass-test-");
  REQUIRE(folder);
  const BypassFile file(folder->path() / "gate" / "bypasses.jsonl");
  CHECK(file.read()->records.empty());
  REQUIRE(file.append({}));
  CHECK_FALSE(std::filesystem::exists(folder->path() / "gate"));
  REQUIRE(file.append({record("one"), record("two \x1b[2J")}));
  REQUIRE(file.append({record("three")}));
  const auto content = file.read();
  REQUIRE(content);
  REQUIRE(content->records.size() == 3);
  const BypassRecord& second = content->records[1];
  CHECK(second.reason == "two \x1b[2J");
  CHECK(second.where == BypassRecord::Where::server);
  CHECK(second.at == record("").at);
  CHECK(second.who == "lead@example.org");
  CHECK(second.remote == "origin");
  CHECK(second.ref.full() == "refs/heads/master");
  CHECK(second.old_oid.is_zero());
  CHECK(second.new_oid == record("").new_oid);
  CHECK(second.rules == record("").rules);
  CHECK(second.state == BypassRecord::State::done);
  struct stat info {};
  REQUIRE(stat(file.path().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
}

TEST_CASE("what was only granted stays so; a line that does not say is done") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "bypass-test-");
  REQUIRE(folder);
  const BypassFile file(folder->path() / "bypasses.jsonl");
  BypassRecord granted = record("granted");
  granted.state = BypassRecord::State::granted;
  REQUIRE(file.append({granted, record("done")}));
  std::string text = **read_file(file.path());
  const std::string said = ",\"state\":\"done\"";
  REQUIRE(text.find(said) != std::string::npos);
  REQUIRE(write_file(file.path(), text.replace(text.find(said), said.size(), ""), 0600));
  const auto content = file.read();
  REQUIRE(content);
  REQUIRE(content->records.size() == 2);
  CHECK(content->records[0].state == BypassRecord::State::granted);
  CHECK(content->records[1].state == BypassRecord::State::done);
}

TEST_CASE("a line that was cut off spoils no other") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "bypass-test-");
  REQUIRE(folder);
  const BypassFile file(folder->path() / "bypasses.jsonl");
  REQUIRE(write_file(file.path(), "{\"version\":1,\"ti", 0600));
  REQUIRE(file.append({record("whole")}));
  const auto content = file.read();
  REQUIRE(content);
  CHECK(content->records.size() == 1);
  CHECK(content->unreadable == std::vector<unsigned>{1});
}

TEST_CASE("bytes that are no UTF-8 are written all the same") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "bypass-test-");
  REQUIRE(folder);
  const BypassFile file(folder->path() / "bypasses.jsonl");
  REQUIRE(file.append({record("a \xff b")}));
  CHECK(file.read()->records.at(0).reason == "a \xef\xbf\xbd b");
}

TEST_CASE("what stands in the way of a record is said") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "bypass-test-");
  REQUIRE(folder);
  const BypassFile below_a_file(folder->path() / "gate" / "bypasses.jsonl");
  REQUIRE(write_file(folder->path() / "gate", "", 0600));
  CHECK_FALSE(below_a_file.append({record("lost")}));
  const BypassFile is_a_folder(folder->path());
  CHECK_FALSE(is_a_folder.append({record("lost")}));
}

TEST_CASE("what is no record is none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "bypass-test-");
  REQUIRE(folder);
  const BypassFile file(folder->path() / "bypasses.jsonl");
  REQUIRE(file.append({record("good")}));
  const std::string good = **read_file(file.path());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string line = good;
    return line.replace(line.find(from), from.size(), to);
  };
  const std::vector<std::string> bad = {"[]\n", "1\n", "{}\n", with("\"version\":1", "\"version\":2"), with("refs/heads/master", "master"), with("2023-", "1023-"),
                                        with("\"server\"", "\"cloud\""), with("\"done\"", "\"over\""), with("\"done\"", "1"), with("\"rule\"", "\"rules\""), std::string(100'000, '[') + "\n"};
  for (const auto& line : bad) {
    REQUIRE(write_file(file.path(), line + good, 0600));
    const auto content = file.read();
    REQUIRE(content);
    INFO(line.substr(0, 100));
    CHECK(content->records.size() == 1);
    CHECK(content->unreadable == std::vector<unsigned>{1});
  }
}
