// Judging by rules that need facts: who is asked for them, and what comes of the answers.
#include <catch2/catch.hpp>

#include "app/judge.hpp"
#include "support/fake_repository.hpp"

using namespace gate;
using gate::test::FakeCommits;
using gate::test::FakeRepository;
using gate::test::FakeSources;
using gate::test::FakeVerdicts;
using gate::test::oid;

namespace {

struct World {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  JudgeTerms terms;
  std::string policy;

  // A is the tip of master and staging on the remote; B follows it, with the policy that it is given.
  explicit World(const std::string& text, std::optional<std::string> next = {}, std::map<std::string, std::string> files = {}) : policy("schema = 1\n" + text) {
    repository.commit("A", {{}, policy, "", files});
    repository.commit("B", {{"A"}, next.value_or(policy), "", files});
    repository.track("master", "A");
    repository.track("staging", "A");
    commits.fresh.push_back(commit("B", "Add a thing"));
  }

  static NewCommit commit(const std::string& name, const std::string& message, std::vector<std::string> parents = {"A"}) {
    NewCommit fresh{oid(name), {}, {"A U Thor", "author@example.org"}, {"C O Mitter", "committer@example.org"}, message};
    for (const auto& parent : parents) {
      fresh.parents.push_back(oid(parent));
    }
    return fresh;
  }

  Judgement judged(std::vector<RefUpdate> updates = {{"x", oid("B"), *RefName::branch("master"), oid("A")}}) {
    auto judgement = judge({"origin", "", std::move(updates)}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}, terms);
    if (!judgement) {
      FAIL(judgement.error().message);
    }
    return *judgement;
  }
};

/// A merge that has one file otherwise than one of its parents, and like the others; "unreadable" can't be compared with any one of them.
class MergedCommits final : public Commits {
public:
  int made_again = 0;

  MergedCommits(FakeCommits& behind, ChangedFile file, const Oid& unlike) : m_behind(behind), m_file(std::move(file)), m_unlike(unlike) {}
  Result<std::vector<Oid>> known_tips(const std::string& remote) override { return m_behind.known_tips(remote); }
  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>& tips, const std::vector<Oid>& known) override { return m_behind.new_commits(tips, known); }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) override {
    const bool is_asked = commit.oid == m_file.commit && commit.parents == std::vector<Oid>{m_unlike};
    if (is_asked && m_file.path == "unreadable") {
      return fail(ErrorKind::could_not_run, "it is not here");
    }
    return is_asked ? std::vector<ChangedFile>{m_file} : std::vector<ChangedFile>();
  }
  Result<std::string> content(const Oid& blob) override { return m_behind.content(blob); }
  Result<RemadeMerge> remake(const NewCommit& merge) override {
    ++made_again;
    return m_behind.remake(merge);
  }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& texts) override {
    return m_behind.signatures(objects, texts);
  }

private:
  FakeCommits& m_behind;
  ChangedFile m_file;
  Oid m_unlike;
};

std::vector<std::string> ids(const std::vector<Violation>& violations) {
  std::vector<std::string> found;
  for (const auto& violation : violations) {
    found.push_back(violation.rule);
  }
  return found;
}

using Ids = std::vector<std::string>;

const std::string k_master = "[[branch]]\nmatch = [\"master\"]\n";

} // namespace

TEST_CASE("new commits are held to the rules on messages") {
  CHECK(ids(World(k_master + "commits.message = '^[A-Z]'\n").judged().violations).empty());
  CHECK(ids(World(k_master + "commits.message = '^[a-z]'\n").judged().violations) == Ids{"message"});
}

TEST_CASE("what the remote has, and the old tips of the push, are not new") {
  World world(k_master + "commits.message = '.'\n");
  world.judged();
  CHECK(world.commits.known == std::vector<Oid>{oid("A")});
}

TEST_CASE("a commit that two refs with the same rules bring is judged once; with other rules, again") {
  World world("[[branch]]\nmatch = [\"m*\"]\ncommits.message = '^[a-z]'\n[[branch]]\nmatch = [\"other\"]\ncommits.message = '^[a-z]'\n");
  const auto update = [](const char* branch) { return RefUpdate{"x", oid("B"), *RefName::branch(branch), Oid()}; };
  CHECK(ids(world.judged({update("m2"), update("m1")}).violations) == Ids{"message"});
  CHECK(ids(world.judged({update("m1"), update("other")}).violations) == Ids{"message", "message"});
}

TEST_CASE("a secret is found where its blob is new, and its place is told") {
  World world(k_master + "files.secrets = true\n");
  world.commits.files[oid("B")] = {{oid("B"), "conf/key", oid("blob"), 10}};
  world.commits.blobs[oid("blob")] = "nothing here\naws_access_key_id = " + std::string("AK") + "IA" + "Z7QW2LK4XN5MR3TP" + "\n";
  const auto found = world.judged().violations;
  REQUIRE(ids(found) == Ids{"secret"});
  CHECK(found[0].what.find("conf/key") != std::string::npos);
  CHECK(found[0].what.find("Z7QW2LK4") == std::string::npos);
}

TEST_CASE("signers are read beside the policy that judges, not from what is pushed") {
  const std::string rules = k_master + "signed = \"all\"\nallowed_signers = \"signers\"\n";
  World world(rules, {}, {{"signers", "old"}});
  world.repository.commit("B", {{"A"}, world.policy, "", {{"signers", "new"}}});
  world.commits.signed_by[oid("B")] = {Signature::State::good, "lead@example.org", ""};
  CHECK(world.judged().violations.empty());
  CHECK(world.commits.allowed_signers == std::vector<std::string>{"old"});
  world.commits.signed_by[oid("B")] = {Signature::State::untrusted, "", ""};
  CHECK(ids(world.judged().violations) == Ids{"signature"});
}

TEST_CASE("a signers file that is not there knows nobody, and that is said") {
  World world(k_master + "signed = \"all\"\nallowed_signers = \"signers\"\n");
  world.commits.signed_by[oid("B")] = {Signature::State::good, "x", ""};
  CHECK(ids(world.judged().violations) == Ids{"history"});
}

TEST_CASE("a merge is made again where an owned file differs from one of its parents, and nowhere else") {
  const std::string signers = "allowed_signers = \"signers\"\n";
  const std::string owners = k_master + signers + "files.owners = [{ paths = [\"infra/**\"], by = [\"lead@example.org\"] }]\n";
  const auto asked = [&](const std::string& rules, const std::string& path, const std::string& unlike) {
    World world(rules, {}, {{"signers", ""}});
    world.commits.fresh = {World::commit("B", "Merge", {"A", "C"}), World::commit("C", "C")};
    world.commits.remade[oid("B")] = {oid("B"), RemadeMerge::Outcome::edited, {"infra/x"}, "", {"infra/x"}};
    MergedCommits merged(world.commits, {oid("B"), path, {}, 0}, oid(unlike));
    const auto judgement = judge({"origin", "", {{"x", oid("B"), *RefName::branch("master"), oid("A")}}},
                                 {world.repository, merged, world.sources, world.verdicts}, {"0.1.0", "linux/amd64"}, world.terms);
    REQUIRE(judgement);
    CHECK(ids(judgement->violations) == (merged.made_again == 0 || rules.find("owners") == std::string::npos ? Ids() : Ids{"owners"}));
    return merged.made_again;
  };
  CHECK(asked(owners, "infra/x", "A") == 1);
  CHECK(asked(owners, "infra/x", "C") == 1);
  CHECK(asked(owners, "infra/x", "neither") == 0);
  CHECK(asked(owners, "other/x", "A") == 0);
  CHECK(asked(owners, "unreadable", "A") == 1);
  CHECK(asked(k_master + signers + "files.deny = [\"*.pem\"]\n", "infra/x", "A") == 0);
}

TEST_CASE("a rule that is only evaluated is told, and denies nothing") {
  const auto judgement = World(k_master + "enforcement = \"evaluate\"\ncommits.message = '^[a-z]'\n").judged();
  CHECK(judgement.violations.empty());
  CHECK(ids(judgement.told) == Ids{"message"});
}

TEST_CASE("a block that is switched off is told of") {
  const auto judgement = World(k_master + "enforcement = \"off\"\ncommits.message = '^[a-z]'\n").judged();
  CHECK_FALSE(judgement.denied());
  CHECK(std::any_of(judgement.notices.begin(), judgement.notices.end(), [](const auto& n) { return n.find("switched off") != std::string::npos; }));
}

TEST_CASE("who may bypass, with a reason, is let through; who may not is not") {
  World world(k_master + "bypass = [\"lead@example.org\"]\ncommits.message = '^[a-z]'\n");
  world.terms.bypass = BypassRequest{"lead@example.org", "the site is down"};
  CHECK(world.judged().violations.empty());
  CHECK(ids(world.judged().bypassed) == Ids{"message"});
  world.terms.bypass->who = "other@example.org";
  CHECK(ids(world.judged().violations) == Ids{"message"});
}

TEST_CASE("a required suite is bypassed only if all who ask for it allow that") {
  const std::string suite = "[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n";
  World world(k_master + "bypass = [\"*\"]\nrequire = [\"api\"]\n" + suite);
  world.terms.bypass = BypassRequest{"", "the site is down"};
  CHECK(world.judged().needs.empty());
  CHECK(ids(world.judged().bypassed) == Ids{"suite"});
  World held(k_master + "bypass = [\"*\"]\nrequire = [\"api\"]\n" + k_master + "require = [\"api\"]\n" + suite);
  held.terms = world.terms;
  CHECK(held.judged().needs.size() == 1);
}

TEST_CASE("a branch that no block mentions lets nobody off its suites") {
  World world("[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n");
  world.terms.bypass = BypassRequest{"a@example.org", "no time"};
  CHECK(world.judged().needs.size() == 1);
}

TEST_CASE("a server judges the rules and looks for no suite") {
  World world(k_master + "allow = [\"commit\"]\nrequire = [\"api\"]\n[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n");
  world.terms.suites = JudgeTerms::Suites::elsewhere;
  const auto judgement = world.judged();
  CHECK_FALSE(judgement.denied());
  CHECK(judgement.needs.empty());
}

TEST_CASE("a protected ref's policy changes only with an owner's signature") {
  const std::string owned = "[policy]\nowners = [\"lead@example.org\"]\nallowed_signers = \"signers\"\n" + k_master + "allow = [\"commit\"]\n";
  World world(owned, "schema = 1\n" + owned + "first_parent = true\n", {{"signers", "text"}});
  world.commits.files[oid("B")] = {{oid("B"), "gate.toml", oid("blob"), 10}};
  CHECK(ids(world.judged().violations) == Ids{"policy-owner"});
  world.commits.signed_by[oid("B")] = {Signature::State::good, "lead@example.org", ""};
  CHECK(world.judged().violations.empty());
  world.commits.signed_by[oid("B")] = {Signature::State::good, "dev@example.org", ""};
  CHECK(ids(world.judged().violations) == Ids{"policy-owner"});
}

TEST_CASE("a policy's serial never goes down") {
  const std::string rules = k_master + "allow = [\"commit\"]\n";
  CHECK(World("serial = 7\n" + rules, "schema = 1\nserial = 8\n" + rules).judged().violations.empty());
  CHECK(ids(World("serial = 7\n" + rules, "schema = 1\nserial = 6\n" + rules).judged().violations) == Ids{"policy-serial"});
  CHECK(ids(World("serial = 7\n" + rules, "schema = 1\n" + rules).judged().violations) == Ids{"policy-serial"});
}

TEST_CASE("a protected ref does not lose its policy") {
  const std::string rules = k_master + "allow = [\"commit\"]\n";
  CHECK(ids(World(rules, "").judged().violations) == Ids{"policy-missing"});
  CHECK(World("[[branch]]\nmatch = [\"staging\"]\nallow = [\"commit\"]\n", "").judged().violations.empty());
}

TEST_CASE("a ref whose policy has gone is judged by the last it had, until it is back") {
  World world(k_master + "allow = [\"commit\"]\ncommits.message = '^[a-z]'\n", "");
  world.repository.retrack("master", "B"); // somebody pushed past gate
  world.repository.commit("C", {{"B"}, "", ""});
  world.repository.commit("D", {{"B"}, world.policy, ""});
  world.commits.fresh = {World::commit("C", "change", {"B"})};
  CHECK(ids(world.judged({{"x", oid("C"), *RefName::branch("master"), oid("B")}}).violations) == Ids{"policy-missing"});
  world.commits.fresh = {World::commit("D", "bring it back", {"B"})};
  const auto back = world.judged({{"x", oid("D"), *RefName::branch("master"), oid("B")}});
  CHECK(back.violations.empty());
  CHECK_FALSE(back.notices.empty());
}

TEST_CASE("the system's policy holds where the repository has none") {
  World world("", "");
  world.repository.commit("A", {{}, "", ""});
  world.sources.system_file = PolicySources::SystemFile{"/etc/gate/policy.toml", "schema = 1\n" + k_master + "commits.message = '^[a-z]'\n"};
  CHECK(ids(world.judged().violations) == Ids{"message"});
}

TEST_CASE("two groups of rules with other sources are each held to their own") {
  World world("[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\nfrom = [\"one\"]\n[[branch]]\nmatch = [\"master\"]\nfrom = [\"one\", \"two\"]\nenforcement = \"evaluate\"\n");
  world.repository.commit("S", {{"A"}, world.policy, ""});
  world.repository.commit("M", {{"A", "S"}, world.policy, ""});
  world.repository.track("two", "S");
  const auto judgement = world.judged({{"x", oid("M"), *RefName::branch("master"), oid("A")}});
  CHECK(ids(judgement.violations) == Ids{"merge-source"});
  CHECK(judgement.told.empty());
}
