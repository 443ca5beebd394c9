#include <catch2/catch.hpp>

#include "app/verify.hpp"
#include "policy/parse.hpp"
#include "support/foreign_world.hpp"

using namespace gate;
using namespace gate::test;
using namespace std::chrono_literals;

namespace {

const char* const k_policy = "schema = 1\n"
                             "[suite.api]\nbuild = \"api\"\nrun = [\"t\"]\n"
                             "[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\n"
                             "[verdicts]\nallowed_signers = \"signers\"\nci = [\"ci@example.com\"]\ndev = [\"*@example.com\"]\n";

/// Reads of one repository, counted.
class CountedRepository final : public Repository {
public:
  explicit CountedRepository(FakeRepository& real) : m_real(real) {}
  std::map<std::string, std::size_t> files; ///< how often each was read
  Result<Peeled> peel(const Oid& object) override { return m_real.peel(object); }
  Result<std::optional<std::string>> file_at(const Oid& commit, std::string_view path) override {
    ++files[std::string(path)];
    return m_real.file_at(commit, path);
  }
  Result<std::optional<Oid>> object_at(const Oid& tree, const std::vector<std::string>& paths, std::string_view path) override { return m_real.object_at(tree, paths, path); }
  Result<std::optional<Oid>> first_parent(const Oid& commit) override { return m_real.first_parent(commit); }
  Result<std::optional<std::string>> remote_named(const std::string& name) override { return m_real.remote_named(name); }
  Result<std::optional<RefName>> remote_head(const std::string& remote) override { return m_real.remote_head(remote); }
  Result<std::vector<BranchTip>> tracking_tips(const std::string& remote) override { return m_real.tracking_tips(remote); }
  Result<std::optional<Oid>> tracking_tip(const std::string& remote, const RefName& branch) override { return m_real.tracking_tip(remote, branch); }
  Result<History> history(const Oid& old_tip, const Oid& new_tip, const std::vector<BranchTip>& sources) override { return m_real.history(old_tip, new_tip, sources); }

private:
  FakeRepository& m_real;
};

/// master stands at A; B is to go there.
struct World {
  explicit World(const std::string& policy = k_policy, const std::string& own = k_policy) {
    const std::map<std::string, std::string> files = {{"signers", signer_line(k_ci) + signer_line(k_dev)}};
    repository.commit("A", {{}, policy, "", files});
    repository.commit("B", {{"A"}, own, "", files});
    repository.track("master", "A");
  }

  Result<Verification> verify(const std::vector<NamedCommit>& named = {{oid("B"), "a change"}}) {
    return verify_commits(named, {"origin", *RefName::branch("master"), oid("A")}, {{counted, commits, sources, verdicts}, {notes, envelopes, verdicts}},
                          {"0.1.0", "linux/amd64"}, terms);
  }
  SuiteStanding api() {
    const auto found = verify();
    REQUIRE(found);
    REQUIRE(found->commits.size() == 1);
    REQUIRE(found->commits.front().suites.size() == 1);
    return found->commits.front().suites.front();
  }
  /// Of the suite as the judge sees it, on what it sees of this commit.
  Verdict pass(const std::string& commit = "B") {
    static const Suite suite = parse_policy(k_policy, "gate.toml", "0.1.0")->suites.at("api");
    const Oid seen = oid("tree " + commit);
    return {verdict_key(seen, suite, "linux/amd64"), seen, oid(commit), "api", suite.definition(), "linux/amd64", terms.now - 2h, terms.now - 1h, "0.1.0", "", {}};
  }
  void note(const std::string& who, const Verdict& verdict) { notes.add(verdict.tree, who, FakeEnvelopes::line(who, to_statement(verdict))); }

  FakeRepository repository;
  CountedRepository counted{repository};
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  FakeNotes notes;
  FakeEnvelopes envelopes;
  VerifyTerms terms;
};

} // namespace

TEST_CASE("nothing holds where nothing is") {
  World world;
  const auto found = world.verify();
  REQUIRE(found);
  CHECK_FALSE(found->holds());
  CHECK(found->commits.front().ref == *RefName::branch("master"));
  CHECK(found->commits.front().subject == "a change");
  const auto api = world.api();
  CHECK(api.suite == "api");
  CHECK(api.seen == oid("tree B"));
  CHECK_FALSE(api.own);
  CHECK(api.vouched.empty());
  CHECK_FALSE(api.holds_for_client);
  CHECK_FALSE(api.holds_for_authority);
}

TEST_CASE("a run of this machine holds for itself, and for an authority only where this is CI") {
  World world;
  REQUIRE(world.verdicts.store(world.pass()));
  auto api = world.api();
  CHECK(api.own);
  CHECK(api.holds_for_client);
  CHECK_FALSE(api.holds_for_authority);
  CHECK(world.verify()->holds());
  world.terms.asker = Asker::authority;
  CHECK_FALSE(world.verify()->holds());
  world.terms.is_authority_here = true;
  CHECK(world.verify()->holds());
}

TEST_CASE("a developer's verdict holds for clients, and one by ci for everybody") {
  World world;
  world.note(k_dev, world.pass());
  auto api = world.api();
  CHECK(api.holds_for_client);
  CHECK_FALSE(api.holds_for_authority);
  REQUIRE(api.vouched.size() == 1);
  CHECK(api.vouched.front().voucher.principal == k_dev);
  world.terms.asker = Asker::authority;
  api = world.api();
  CHECK(api.holds_for_client);
  CHECK_FALSE(api.holds_for_authority);
  CHECK(api.vouched.empty());
  CHECK(api.doubts.size() == 1);
  world.note(k_ci, world.pass());
  api = world.api();
  CHECK(api.holds_for_authority);
  REQUIRE(api.vouched.size() == 1);
  CHECK(api.vouched.front().voucher.role == SignerRole::ci);
  world.terms.asker = Asker::client;
  CHECK(world.api().vouched.size() == 2);
}

TEST_CASE("what was verified before holds also where its note has gone") {
  World world;
  const auto found = parse_policy(k_policy, "gate.toml", "0.1.0");
  REQUIRE(found);
  const VerdictTrust trust({signer_line(k_ci) + signer_line(k_dev) + "\n", {k_ci}, {"*@example.com"}, VerdictSettings::k_max_age, {}});
  REQUIRE(world.verdicts.store_vouched({world.pass(), {k_ci, SignerRole::ci, key_of(k_ci).fingerprint()}, "x"}, trust.digest()));
  const auto api = world.api();
  REQUIRE(api.vouched.size() == 1);
  CHECK(api.holds_for_authority);
  CHECK_FALSE(api.own);
  world.note(k_ci, world.pass());
  CHECK(world.api().vouched.size() == 1);
}

TEST_CASE("a suite that the pushed commit has weakened is the protected side's all the same") {
  std::string weaker = k_policy;
  weaker.replace(weaker.find("[\"t\"]"), 5, "[\"true\"]");
  World world(k_policy, weaker);
  Verdict verdict = world.pass();
  const auto own = parse_policy(weaker, "gate.toml", "0.1.0");
  REQUIRE(own);
  verdict.definition = own->suites.at("api").definition();
  verdict.key = verdict_key(verdict.tree, own->suites.at("api"), "linux/amd64");
  world.note(k_ci, verdict);
  const auto found = world.verify();
  REQUIRE(found);
  CHECK_FALSE(found->holds());
  REQUIRE(found->commits.front().suites.size() == 2); // a change of the policy passes both
  CHECK_FALSE(found->commits.front().suites.front().holds_for_client);
  CHECK(found->commits.front().suites.back().holds_for_client);
}

TEST_CASE("a key that comes with the push vouches for nothing") {
  World world;
  world.repository.commit("B", {{"A"}, k_policy, "", {{"signers", signer_line(k_ci) + signer_line("mallory@example.com")}}});
  world.note("mallory@example.com", world.pass());
  CHECK_FALSE(world.api().holds_for_client);
}

TEST_CASE("of a commit that the branch has already, only what the branch's policy asks for now is looked at") {
  World world;
  world.repository.commit("C", {{"B"}, k_policy + std::string("# newer\n"), "", {{"signers", signer_line(k_ci)}}});
  const auto found = verify_commits({{oid("A"), ""}, {oid("B"), ""}}, {"origin", *RefName::branch("master"), oid("C")},
                                    {{world.counted, world.commits, world.sources, world.verdicts}, {world.notes, world.envelopes, world.verdicts}}, {"0.1.0", "linux/amd64"}, {});
  REQUIRE(found);
  REQUIRE(found->commits.size() == 2);
  CHECK(found->commits[0].suites.size() == 1);
  CHECK(found->commits[1].suites.size() == 1);
}

TEST_CASE("a policy that can't be read makes a commit that can't be told") {
  World world(k_policy, "schema = 1\n[");
  world.note(k_ci, world.pass());
  const auto found = world.verify();
  REQUIRE(found);
  CHECK_FALSE(found->holds());
  CHECK_FALSE(found->commits.front().problems.empty());
}

TEST_CASE("a range of a thousand commits reads the signers once, and each note once") {
  World world;
  std::vector<NamedCommit> range;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "c" + std::to_string(i);
    world.repository.commit(name, {{"A"}, k_policy, "", {{"signers", signer_line(k_ci) + signer_line(k_dev)}}});
    range.push_back({oid(name), name});
    world.note(k_ci, world.pass(name));
  }
  const auto began = std::chrono::steady_clock::now();
  const auto found = world.verify(range);
  const auto took = std::chrono::steady_clock::now() - began;
  REQUIRE(found);
  CHECK(found->holds());
  CHECK(found->commits.size() == 1000);
  CHECK(world.notes.read == 1000);
  CHECK(world.envelopes.opened == 1000);
  CHECK(world.counted.files["signers"] <= 3001); // once for the trust; both sides of each comparison of policies
  CHECK(took < 10s);
}
