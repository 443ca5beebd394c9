#include <catch2/catch.hpp>

#include <fstream>

#include "cli/ci_event.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

const std::string k_a(40, 'a');
const std::string k_b(40, 'b');

struct Event {
  TemporaryFolder folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "event-").value();
  Environment env = {"GITHUB_ACTIONS=true", "GITHUB_SHA=" + k_a, "GITHUB_EVENT_PATH=" + (folder.path() / "event.json").string()};

  Event(const std::string& name, const std::string& payload, const Environment& more) {
    std::ofstream(folder.path() / "event.json") << payload;
    env.push_back("GITHUB_EVENT_NAME=" + name);
    env.insert(env.end(), more.begin(), more.end());
  }
};

} // namespace

TEST_CASE("outside of GitHub Actions there is no event") {
  CHECK_FALSE(read_github_event({"GITHUB_SHA=" + k_a}).value());
  CHECK_FALSE(read_github_event({"GITHUB_ACTIONS=false"}).value());
}

TEST_CASE("a push event has the ref, the new commit and the one before") {
  const Event event("push", "{\"before\":\"" + k_b + "\"}", {"GITHUB_REF=refs/heads/master"});
  const auto found = read_github_event(event.env).value();
  REQUIRE(found);
  CHECK(found->ref.full() == "refs/heads/master");
  CHECK(found->new_oid.hex() == k_a);
  CHECK(found->old_oid->hex() == k_b);
}

TEST_CASE("a pull request is judged by its target") {
  const Event event("pull_request", "{}", {"GITHUB_REF=refs/pull/7/merge", "GITHUB_BASE_REF=staging", "GITHUB_HEAD_REF=evil"});
  const auto found = read_github_event(event.env).value();
  REQUIRE(found);
  CHECK(found->ref.full() == "refs/heads/staging");
  CHECK_FALSE(found->old_oid);
}

TEST_CASE("a merge queue's event names its target") {
  const Event event("merge_group", "{\"merge_group\":{\"base_ref\":\"refs/heads/master\",\"base_sha\":\"" + k_b + "\"}}", {"GITHUB_REF=refs/heads/gh-readonly-queue/master/x"});
  CHECK(read_github_event(event.env).value()->ref.full() == "refs/heads/master");
}

TEST_CASE("what can't be told is a usage error that names the flags") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"push", "{}"}, {"push", "not json"}, {"push", "[]"}, {"push", "{\"before\":7}"}, {"push", "{\"before\":\"HEAD\"}"}, {"schedule", "{}"},
      {"pull_request_target", "{}"}, {"pull_request", "{}"}, {"merge_group", "{\"merge_group\":{\"base_ref\":\"x\"}}"}, {"", "{}"}};
  for (const auto& [name, payload] : cases) {
    INFO(name << " " << payload);
    const Event event(name, payload, {"GITHUB_REF=refs/heads/master"});
    const auto found = read_github_event(event.env);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::usage);
    CHECK(found.error().remedy.find("--branch") != std::string::npos);
  }
}
