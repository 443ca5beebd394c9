#include <catch2/catch.hpp>

#include "app/trust.hpp"

using namespace gate;

namespace {

class FakeSurface final : public SuiteSurface {
public:
  Result<SurfaceReading> of(const Suite& suite, const TreeReader& read) override {
    const auto file = read("Dockerfile");
    return file ? Result<SurfaceReading>(SurfaceReading{{{"suite " + suite.name, file->content}}, {"Dockerfile"}}) : tl::unexpected(file.error());
  }
};

CommitFacts own() { return {1, "me@example.org", "me@example.org", "", "commit: Edit the tests"}; }

TreeReader reader(std::string content) {
  return [content](const std::string&) -> Result<TreeFile> { return TreeFile{TreeFile::Kind::regular, content}; };
}

} // namespace

TEST_CASE("the whole surface has every suite and every publication, and says what it was read from") {
  Policy policy;
  policy.suites["api"].name = "api";
  policy.suites["web"].name = "web";
  policy.publications.push_back({"hub", {}, *RefName::parse("refs/heads/staging"), BuildTrigger{"DEPLOY"}, {}, {}});
  policy.extends.push_back({Extension::File{"team.toml"}, {}});
  FakeSurface suites;
  const auto whole = whole_surface(policy, reader("FROM x"), suites);
  REQUIRE(whole);
  CHECK(whole->lines.size() == 3);
  CHECK(whole->sources == std::vector<std::string>{"gate.toml", "team.toml", "Dockerfile"});
}

TEST_CASE("a file that can't be read leaves nothing half known") {
  Policy policy;
  policy.suites["api"].name = "api";
  FakeSurface suites;
  const TreeReader broken = [](const std::string&) -> Result<TreeFile> { return could_not_run("the tree is not here"); };
  CHECK_FALSE(whole_surface(policy, broken, suites));
}

TEST_CASE("what was agreed to before is not asked again, line by line") {
  const std::vector<SurfaceLine> wanted{{"suite api", "runs a"}, {"suite api", "runs b"}};
  CHECK(untrusted(wanted, std::nullopt).size() == 2);
  CHECK(untrusted(wanted, TrustRecord{{{"suite api", "runs a"}}, {}}) == std::vector<SurfaceLine>{{"suite api", "runs b"}});
  CHECK(untrusted(wanted, TrustRecord{wanted, {}}).empty());
  CHECK(untrusted({}, std::nullopt).empty());
}

TEST_CASE("an own commit is one that was made here, by its author, on one parent or none") {
  CHECK(is_own_commit(own()));
  auto facts = own();
  facts.reflog_message = "commit (amend): Edit";
  CHECK(is_own_commit(facts));
  facts.reflog_message = "commit (initial): Edit";
  facts.parents = 0;
  CHECK(is_own_commit(facts));
  facts = own();
  facts.committer_email = "other@example.org";
  CHECK_FALSE(is_own_commit(facts));
  facts.own_email = facts.author_email;
  CHECK(is_own_commit(facts));
}

TEST_CASE("what others made is no own commit") {
  for (const char* message : {"", "merge feature: Fast-forward", "commit (merge): Merge", "commit (cherry-pick): x", "cherry-pick: x", "rebase (pick): x", "am: x",
                              "pull: Fast-forward", "commit", "revert: x", "clone: from x"}) {
    auto facts = own();
    facts.reflog_message = message;
    CHECK_FALSE(is_own_commit(facts));
  }
  auto merge = own();
  merge.parents = 2;
  CHECK_FALSE(is_own_commit(merge));
  auto amended = own();
  amended.author_email = "colleague@example.org";
  CHECK_FALSE(is_own_commit(amended));
  CHECK_FALSE(is_own_commit({1, "", "", "", "commit: x"}));
}
