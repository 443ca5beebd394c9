// What a judgement takes of others' word, and what it asks for where nothing is run.
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

const std::string k_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ" + std::string(41, 'A') + "B";
const std::string k_signers = "ci@example.com namespaces=\"verdict@gate\" " + k_key + "\n";
const std::string k_table = "[verdicts]\nallowed_signers = \"signers\"\nci = [\"ci@example.com\"]\ndev = [\"*@example.com\"]\nmax_age = \"2h\"\n";
const std::string k_suite = "[suite.api]\nbuild = \"api\"\nrun = [\"t\"]\n";
const std::string k_block = "[[branch]]\nmatch = [\"master\"]\nallow = [\"commit\"]\n";

// A, the tip of the remote's master, has the protected side's policy; B, which has the same one, is to be pushed.
struct World {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  JudgeTerms terms;
  std::map<std::string, std::string> variables;
  std::string branch = "master";

  explicit World(const std::string& policy, std::map<std::string, std::string> files = {{"signers", k_signers}}) {
    repository.commit("A", {{}, "schema = 1\n" + policy, "", files});
    repository.commit("B", {{"A"}, "schema = 1\n" + policy, "", files});
    repository.track("master", "A");
  }

  Result<Judgement> judged() {
    const auto variable = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::optional<std::string>() : found->second;
    };
    const Push push{"origin", "", {{"x", oid("B"), *RefName::branch(branch), branch == "master" ? oid("A") : Oid()}}};
    return judge(push, {repository, commits, sources, verdicts, variable, nullptr}, {"0.1.0", "linux/amd64"}, terms);
  }
  Judgement judgement() {
    auto found = judged();
    if (!found) {
      FAIL(found.error().message);
    }
    INFO((found->problems.empty() ? "" : found->problems[0].message) << (found->violations.empty() ? "" : found->violations[0].what));
    CHECK_FALSE(found->denied());
    return *std::move(found);
  }
  Need need() {
    const auto all = judgement();
    REQUIRE(all.needs.size() == 1);
    return all.needs.front();
  }
  static Verdict pass(const Need& need, const Digest& key, std::chrono::system_clock::time_point when) {
    return {key, need.seen, need.commit, need.suite.name, need.suite.definition(), "linux/amd64", when, when, "0.1.0", "", {}};
  }
  void vouch(const Need& need, SignerRole role = SignerRole::ci, std::chrono::seconds age = {}) {
    const Digest& key = need.vouched_keys.at(0);
    REQUIRE(need.trusts.at(0));
    REQUIRE(verdicts.store_vouched({pass(need, key, terms.now - age), {"ci@example.com", role, "SHA256:x"}, "{}"}, need.trusts[0]->digest()));
  }
};

} // namespace

TEST_CASE("where no policy says so, nobody's word counts") {
  World world(k_suite + k_block);
  const Need need = world.need();
  REQUIRE(need.trusts.size() == 1);
  CHECK(need.trusts[0] == nullptr);
  CHECK(need.vouched_keys.empty());
  CHECK_FALSE(need.may_be_vouched_for());
  CHECK_FALSE(world.judgement().shares_verdicts);
}

TEST_CASE("a verdict that was vouched for spares the run, and says who stands behind it") {
  World world(k_suite + k_block + k_table + "share = true\n");
  const Need need = world.need();
  REQUIRE(need.may_be_vouched_for());
  CHECK(need.trusts[0]->terms().allowed_signers == k_signers + "\n");
  CHECK(need.vouched_keys == std::vector<Digest>{need.key});
  CHECK_FALSE(need.verdict);
  world.vouch(need);
  const Need spared = world.need();
  REQUIRE(spared.verdict);
  REQUIRE(spared.voucher);
  CHECK(spared.voucher->principal == "ci@example.com");
  CHECK(world.judgement().shares_verdicts);
  // An own run comes first.
  REQUIRE(world.verdicts.store(World::pass(need, need.key, world.terms.now)));
  CHECK(world.need().verdict);
  CHECK_FALSE(world.need().voucher);
}

TEST_CASE("a vouched verdict counts for as long as the trust and the suite let it, by a clock that may be a little ahead") {
  using std::chrono::minutes;
  const auto counts_at = [](const std::string& suite, minutes age) {
    World world(suite + k_block + k_table);
    const Need need = world.need();
    world.vouch(need, SignerRole::ci, age);
    return world.need().verdict.has_value();
  };
  CHECK(counts_at(k_suite, minutes(120)));
  CHECK_FALSE(counts_at(k_suite, minutes(121)));
  for (const std::string& suite : {k_suite, k_suite + "max_age = \"1h\"\n"}) {
    CHECK(counts_at(suite, minutes(60)));
    CHECK(counts_at(suite, -minutes(2)));
    CHECK_FALSE(counts_at(suite, -minutes(3)));
  }
  CHECK_FALSE(counts_at(k_suite + "max_age = \"1h\"\n", minutes(61)));
  // A run on this machine ends by this machine's clock.
  World ahead(k_suite + "max_age = \"1h\"\n" + k_block + k_table);
  const Need need = ahead.need();
  REQUIRE(ahead.verdicts.store(World::pass(need, need.key, ahead.terms.now + minutes(1))));
  CHECK_FALSE(ahead.need().verdict);
  World always(k_suite + "reusable = false\n" + k_block + k_table);
  CHECK_FALSE(always.need().may_be_vouched_for());
  always.vouch(always.need());
  CHECK_FALSE(always.need().verdict);
}

TEST_CASE("an authority asks for ci where there is such a signer, a client for anybody with a role") {
  World world(k_suite + k_block + k_table);
  world.vouch(world.need(), SignerRole::dev);
  CHECK(world.need().verdict);
  world.terms.asker = Asker::authority;
  CHECK_FALSE(world.need().verdict);
  world.vouch(world.need(), SignerRole::ci);
  CHECK(world.need().verdict);
}

TEST_CASE("other signers on the protected side, and what was verified by the old ones counts no more") {
  World world(k_suite + k_block + k_table);
  const Need need = world.need();
  world.vouch(need);
  REQUIRE(world.need().verdict);
  World later(k_suite + k_block + k_table, {{"signers", k_signers + "# another\n"}});
  later.verdicts = world.verdicts;
  CHECK(later.need().key == need.key);
  CHECK_FALSE(later.need().verdict);
}

TEST_CASE("a push can't bring its own signers") {
  World world(k_suite + k_block + k_table);
  const Need before = world.need();
  world.repository.commit("B", {{"A"}, "schema = 1\n" + k_suite + k_block + k_table, "", {{"signers", "me@example.com namespaces=\"verdict@gate\" " + k_key + "\n"}}});
  const Need after = world.need();
  REQUIRE(after.trusts.size() == 1);
  CHECK(after.trusts[0]->digest() == before.trusts[0]->digest());
}

TEST_CASE("without the file of signers nobody's word counts, which is told") {
  World world(k_suite + k_block + k_table, {});
  // The pushed commit brings it: else its policy would be wrong.
  world.repository.commit("B", {{"A"}, "schema = 1\n" + k_suite + k_block + k_table, "", {{"signers", k_signers}}});
  const auto judgement = world.judgement();
  REQUIRE(judgement.needs.size() == 1);
  CHECK_FALSE(judgement.needs[0].may_be_vouched_for());
  REQUIRE(judgement.notices.size() == 1);
  CHECK(judgement.notices[0].find("no verdict from elsewhere counts: there is no file signers beside the policy that judges") == 0);

  World broken(k_suite + k_block + k_table);
  broken.repository.commit("B", {{"A"}, "schema = 1\n" + k_suite + k_block + k_table, ""});
  const auto denied = broken.judged();
  REQUIRE(denied);
  REQUIRE(denied->problems.size() == 1);
  CHECK(denied->problems[0].message == "there is no file \"signers\" beside this policy");
}

TEST_CASE("signers of this machine's policy are files of the machine, and several files are one") {
  World world(k_suite + k_block, {});
  world.sources.system_file = PolicySources::SystemFile{"/etc/gate/policy.toml", "schema = 1\n[verdicts]\nallowed_signers = [\"/a\", \"/b\"]\nci = [\"ci@example.com\"]\n"};
  world.sources.machine = {{"/a", "# one"}, {"/b", k_signers}};
  const Need need = world.need();
  REQUIRE(need.may_be_vouched_for());
  CHECK(need.trusts[0]->terms().allowed_signers == "# one\n" + k_signers + "\n");
  CHECK(need.trusts[0]->has_ci());
}

TEST_CASE("verdicts of other platforms stand under keys of their own") {
  World world(k_suite + k_block + k_table + "platforms = [\"linux/arm64\", \"linux/amd64\"]\n");
  const Need need = world.need();
  CHECK(need.vouched_keys == std::vector<Digest>{verdict_key(need.seen, need.suite, "linux/arm64"), need.key});
  world.vouch(need);
  CHECK(world.need().verdict);
  // None of the judge's own, where its platform is not named.
  World other(k_suite + k_block + k_table + "platforms = [\"linux/arm64\"]\n");
  CHECK(other.need().vouched_keys.size() == 1);
  CHECK_FALSE(other.need().vouched_keys[0] == other.need().key);
}

TEST_CASE("a key that can't be computed here says why") {
  World world(k_suite + "env = { T = \"{env:TOKEN}\" }\n" + k_block + k_table);
  const Need need = world.need();
  CHECK(need.unknown_key == "it takes TOKEN of the machine's environment, which is not set");
  CHECK_FALSE(need.may_be_vouched_for());
  CHECK(need.vouched_keys.empty());
  world.variables = {{"TOKEN", "x"}};
  CHECK(world.need().may_be_vouched_for());
  CHECK(World("[suite.api]\nimage = \"python:3.8\"\nrun = [\"t\"]\n" + k_block + k_table).need().unknown_key ==
        "its image python:3.8 is named by a tag, and what that stands for is not known here");
}

TEST_CASE("of two equal needs everybody who asks must take the word") {
  const auto joined = [](bool trusted_first, bool has_second_table) {
    World world(k_suite + k_table);
    world.repository.commit("C", {{}, "schema = 1\n" + k_suite + (has_second_table ? k_table + "share = true\nplatforms = [\"linux/amd64\"]\n" : ""), "", {{"signers", k_signers}}});
    world.repository.commit("D", {{"C"}, "schema = 1\n" + k_suite, "B"});
    world.repository.track("other", "C");
    const RefUpdate one{"x", oid("B"), *RefName::branch(trusted_first ? "a" : "z"), oid("A")};
    const RefUpdate other{"y", oid("D"), *RefName::branch("m"), oid("C")};
    const auto judgement = [&] {
      const Push push{"origin", "", {one, other}};
      return judge(push, {world.repository, world.commits, world.sources, world.verdicts, {}, nullptr}, {"0.1.0", "linux/amd64"}, world.terms).value();
    };
    const Need first = world.need();
    world.vouch(first);
    auto found = judgement();
    REQUIRE(found.needs.size() == 1);
    if (has_second_table) { // by terms of its own, which admit it later
      REQUIRE(found.needs[0].trusts.size() == 2);
      CHECK_FALSE(found.needs[0].verdict);
      for (const auto& trust : found.needs[0].trusts) {
        REQUIRE(world.verdicts.store_vouched({World::pass(first, first.key, world.terms.now), {"ci@example.com", SignerRole::ci, "SHA256:x"}, "{}"}, trust->digest()));
      }
      CHECK(judgement().needs.at(0).voucher);
    } else {
      CHECK_FALSE(found.needs[0].may_be_vouched_for());
      CHECK_FALSE(found.needs[0].verdict);
      REQUIRE(found.notices.size() == 1);
      CHECK(found.notices[0] == "suite \"api\" takes no verdict from elsewhere in this push: by the policy for m nobody's word counts");
      REQUIRE(world.verdicts.store(World::pass(first, first.key, world.terms.now)));
      found = judgement();
      CHECK(found.needs[0].verdict);
      CHECK(found.notices.empty());
      CHECK_FALSE(found.needs[0].voucher);
    }
    CHECK(found.needs[0].refs.size() == 2);
  };
  joined(true, false);
  joined(false, false);
  joined(true, true);
  joined(false, true);
}

TEST_CASE("a git server needs verdicts of others for protected refs, where the policy names them, and asks its own store for none") {
  const auto on_server = [](const std::string& policy, const std::string& branch) {
    World world(policy);
    world.branch = branch;
    world.terms.suites = JudgeTerms::Suites::elsewhere;
    world.terms.asker = Asker::authority;
    return world;
  };
  World world = on_server(k_suite + k_block + k_table, "master");
  const Need need = world.need();
  CHECK(need.may_be_vouched_for());
  REQUIRE(world.verdicts.store(World::pass(need, need.key, world.terms.now)));
  CHECK_FALSE(world.need().verdict);
  world.vouch(need);
  CHECK(world.need().voucher);

  CHECK(on_server(k_suite + k_block + k_table, "topic").judgement().needs.empty());
  CHECK(on_server(k_suite + k_block, "master").judgement().needs.empty());
  CHECK(on_server(k_suite + k_block + "require = []\n" + k_table, "master").judgement().needs.empty());
}

TEST_CASE("a bypass on a git server lets a verdict off, and says so") {
  World world(k_suite + k_block + "bypass = [\"lead\"]\n" + k_table);
  world.terms.suites = JudgeTerms::Suites::elsewhere;
  world.terms.bypass = BypassRequest{"lead", "the site is down"};
  const auto judgement = world.judgement();
  CHECK(judgement.needs.empty());
  REQUIRE(judgement.bypassed.size() == 1);
  CHECK(judgement.bypassed[0].what == "no verdict of suite \"api\" is asked for by master");
}

TEST_CASE("a ref for which a block names suites needs verdicts of them though nothing else limits it, and by the protected side's suites") {
  const std::string block = "[[branch]]\nmatch = [\"master\"]\nrequire = [\"api\"]\n";
  const auto on_server = [](World world) {
    world.terms.suites = JudgeTerms::Suites::elsewhere;
    world.terms.asker = Asker::authority;
    return world;
  };
  World world = on_server(World(k_suite + block + k_table));
  const Need need = world.need();
  CHECK(need.may_be_vouched_for());
  world.vouch(need);
  CHECK(world.need().voucher);
  // An easier suite that comes with the push is no other one: neither there nor where it is pushed.
  const std::string easier = "schema = 1\n[suite.api]\nbuild = \"api\"\nrun = [\"true\"]\n" + block + k_table;
  for (const auto suites : {JudgeTerms::Suites::elsewhere, JudgeTerms::Suites::needed}) {
    world.terms.suites = suites;
    world.repository.commit("B", {{"A"}, easier, "", {{"signers", k_signers}}});
    const auto all = world.judgement();
    REQUIRE_FALSE(all.needs.empty());
    CHECK(all.needs[0].suite.run == std::vector<std::string>{"t"});
  }
  CHECK(on_server(World(k_suite + block)).judgement().needs.empty());
  CHECK(on_server(World(k_suite + "[[branch]]\nmatch = [\"master\"]\nrequire = []\n" + k_table)).judgement().needs.empty());
  CHECK(on_server(World(k_suite + "[[branch]]\nmatch = [\"master\"]\n" + k_table)).judgement().needs.empty());
  CHECK(on_server(World(k_suite + block + "enforcement = \"evaluate\"\n" + k_table)).judgement().needs.empty());
  CHECK(on_server(World(k_suite + "[[branch]]\nmatch = [\"other\"]\nrequire = [\"api\"]\n" + k_table)).judgement().needs.empty());
}
