#include <catch2/catch.hpp>

#include <chrono>

#include "app/audit.hpp"
#include "base/base64.hpp"
#include "policy/parse.hpp"
#include "policy/verdict.hpp"
#include "support/drawn_commits.hpp"

using namespace gate;
using gate::test::DrawnCommits;
using gate::test::oid;

namespace {

const std::string k_blocks = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\", \"commit\"]\nbypass = [\"lead@example.org\"]\n"
                             "[suite.unit]\nimage = \"python@sha256:" + std::string(64, 'a') + "\"\nrun = [\"true\"]\n";
const std::string k_table = "[verdicts]\nallowed_signers = \"signers\"\nci = [\"ci@example.org\"]\ndev = [\"dev@example.org\"]\nmax_age = \"1h\"\n";

// RFC 8709, section 4.
std::string key_of(const std::string& name) {
  const std::string bytes = Digest::of(name).hex().substr(0, 32);
  return base64(std::string("\0\0\0\x0bssh-ed25519\0\0\0\x20", 19) + bytes);
}

std::string signer(const std::string& name, const std::string& options = "") {
  return name + "@example.org namespaces=\"verdict@gate\"" + options + " ssh-ed25519 " + key_of(name) + "\n";
}

/// An envelope is "NAME statement", and its signature is always good.
class SaidEnvelopes final : public Envelopes {
public:
  tl::expected<SignedStatement, std::string> open(std::string_view envelope, const std::vector<PublicKey>&) const override {
    const auto space = envelope.find(' ');
    return SignedStatement{std::string(envelope.substr(space + 1)), "application/vnd.in-toto+json",
                           {"ssh-ed25519", key_of(std::string(envelope.substr(0, space)))}};
  }
  Result<std::optional<PublicKey>> own_key() override { return std::nullopt; }
  Result<std::string> seal(const std::string&) override { return could_not_run("nothing is signed here"); }
};

class HeldNotes final : public VerdictNotes {
public:
  std::map<std::string, std::vector<std::string>> held; ///< by tree
  std::vector<std::string> envelopes(const Oid& tree, const std::vector<std::string>&) override {
    ++asked;
    return held[tree.hex()];
  }
  int asked = 0;
};

struct VerdictWorld {
  std::map<std::string, std::vector<std::string>> parents;
  gate::test::FakeRepository repository;
  gate::test::FakeSources sources;
  HeldNotes notes;
  SaidEnvelopes envelopes;
  AuditSide side = {"origin", false};
  int opened = 0;
  bool has_ports = true;

  void commit(const std::string& name, std::vector<std::string> of, const std::string& policy_text, const std::string& signers_text) {
    parents[name] = of;
    repository.commit(name, {std::move(of), policy_text, "", {{"signers", signers_text}}});
  }
  /// `begin` has the policy before there are verdicts, `asks` brings them.
  VerdictWorld() {
    commit("begin", {}, k_blocks, "");
    commit("asks", {"begin"}, policy, signers);
  }
  void add(const std::string& name, const std::string& of) { commit(name, {of}, policy, signers); }
  std::string policy = k_blocks + k_table;
  std::string signers = signer("ci") + signer("dev");

  /// That the suite of this policy has passed on the commit's tree; long ago.
  void vouch(const std::string& who, const std::string& name, const std::string& by_policy = k_blocks, const std::string& platform = "linux/amd64") {
    const auto parsed = parse_policy(by_policy, "gate.toml", "0.1.0");
    REQUIRE(parsed);
    const Suite& suite = parsed->suites.at("unit");
    const Oid tree = oid("tree " + name);
    const auto then = std::chrono::system_clock::from_time_t(1'600'000'000);
    Verdict verdict{verdict_key(tree, suite, platform), tree, oid(name), "unit", suite.definition(), platform, then, then, "0.1.0", "", {}};
    notes.held[tree.hex()].push_back(who + " " + to_statement(verdict));
  }

  Result<Audit> ask(const std::vector<AuditTarget>& targets = {}, const std::vector<BypassRecord>& records = {}) {
    DrawnCommits commits(parents);
    AuditPorts ports{repository, commits, sources};
    if (has_ports) {
      ports.verdicts = [this]() -> Result<AuditVerdicts> {
        ++opened;
        return AuditVerdicts{notes, envelopes};
      };
    }
    return gate::audit(side, targets, records, ports, {"0.1.0", "linux/amd64"});
  }
  Audit audit(const std::vector<AuditTarget>& targets = {}, const std::vector<BypassRecord>& records = {}) {
    auto found = ask(targets, records);
    REQUIRE(found);
    return *std::move(found);
  }
};

bool tells(const Audit& audit, const std::string& text) {
  return std::any_of(audit.notices.begin(), audit.notices.end(), [&](const std::string& notice) { return notice.find(text) != std::string::npos; });
}

std::vector<std::string> lacking(const Audit& audit) {
  std::vector<std::string> subjects;
  for (const auto& ref : audit.refs) {
    for (const auto& step : ref.steps) {
      for (const auto& violation : step.violations) {
        CHECK(violation.rule == "verdict");
        subjects.push_back(step.subject);
      }
    }
  }
  return subjects;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("a step needs the verdicts that the policy before it asks for") {
  VerdictWorld world;
  world.add("one", "asks");
  world.repository.track("master", "one");
  const Audit without = world.audit();
  CHECK(lacking(without) == Names{"one"}); // and not the one that brought [verdicts]
  CHECK(without.refs[0].judged == 2);
  CHECK(without.refs[0].steps[0].violations[0].what.find("no verdict that holds for suite \"unit\"") == 0);
  CHECK(tells(without, "gate verdict fetch origin"));
  CHECK(world.opened == 1);
  world.vouch("ci", "one");
  const Audit with = world.audit();
  CHECK(with.clean());
  CHECK(with.notices.empty());
}

TEST_CASE("a verdict counts in history by who signed it, and not by its age") {
  VerdictWorld world;
  world.add("one", "asks");
  world.repository.track("master", "one");
  SECTION("a dev signer's is not enough where there is a ci signer") { world.vouch("dev", "one"); }
  SECTION("nor is a stranger's") { world.vouch("me", "one"); }
  SECTION("nor one of another tree") { world.vouch("ci", "asks"); }
  SECTION("nor one of another platform") { world.vouch("ci", "one", k_blocks, "linux/arm64"); }
  SECTION("nor one of another definition") { world.vouch("ci", "one", k_blocks + "timeout = \"1s\"\n"); }
  CHECK(lacking(world.audit()) == Names{"one"});
}

TEST_CASE("a key must have been valid when the run ended") {
  VerdictWorld world;
  world.signers = signer("ci", ",valid-before=\"20200101\"");
  world.commit("late", {"asks"}, world.policy, world.signers);
  world.add("one", "late");
  world.vouch("ci", "late");
  world.vouch("ci", "one"); // in September 2020
  world.repository.track("master", "one");
  CHECK(lacking(world.audit()) == Names{"one"});
  world.signers = signer("ci", ",valid-before=\"20210101\"");
  VerdictWorld other;
  other.commit("late", {"asks"}, world.policy, world.signers);
  other.commit("one", {"late"}, world.policy, world.signers);
  other.vouch("ci", "late");
  other.vouch("ci", "one");
  other.repository.track("master", "one");
  CHECK(other.audit().clean());
}

TEST_CASE("what adds its own key, or weakens its own suite, is judged by what was there before") {
  VerdictWorld world;
  SECTION("a key") {
    world.commit("one", {"asks"}, world.policy, world.signers + "ci@example.org namespaces=\"verdict@gate\" ssh-ed25519 " + key_of("me") + "\n");
    world.vouch("me", "one");
  }
  SECTION("a suite") {
    const std::string weak = k_blocks + "timeout = \"1s\"\n";
    world.commit("one", {"asks"}, weak + k_table, world.signers);
    world.vouch("ci", "one", weak);
  }
  world.repository.track("master", "one");
  const auto lacks = lacking(world.audit());
  CHECK_FALSE(lacks.empty());
  CHECK(std::all_of(lacks.begin(), lacks.end(), [](const std::string& subject) { return subject == "one"; }));
}

TEST_CASE("of several steps that may have come together only the newest needs verdicts") {
  VerdictWorld world;
  world.add("one", "asks");
  world.add("two", "one");
  world.add("three", "two");
  world.add("four", "three");
  world.vouch("ci", "three");
  world.repository.track("master", "four");
  const Audit found = world.audit();
  CHECK(lacking(found) == Names{"four"});
  CHECK(tells(found, "2 steps of master without verdicts, before one that has them; if they came in one push, they needed none: " + oid("two").brief() + ", " + oid("one").brief()));
  const RefName master = *RefName::branch("master");
  CHECK(world.audit({{master, {}, oid("two")}}).clean());
  CHECK(lacking(world.audit({{master, oid("three"), {}}})) == Names{"four"});
}

TEST_CASE("a later step does not speak for one whose policy asks for more") {
  VerdictWorld world;
  const std::string weak = k_blocks + "timeout = \"1s\"\n";
  world.commit("weakens", {"asks"}, weak + k_table, world.signers);
  world.commit("two", {"weakens"}, weak + k_table, world.signers);
  world.vouch("ci", "two", weak);
  world.repository.track("master", "two");
  CHECK(lacking(world.audit())[0] == "weakens");
  world.vouch("ci", "two");
  CHECK(world.audit().clean());
}

TEST_CASE("a suite that was skipped is answered for by who may skip it") {
  VerdictWorld world;
  world.add("one", "asks");
  world.repository.track("master", "one");
  BypassRecord record{BypassRecord::Where::server, {}, "lead@example.org", "why", "origin", *RefName::branch("master"), oid("asks"), oid("one"), {{"suite", ""}}};
  const Audit skipped = world.audit({}, {record});
  CHECK(skipped.clean());
  CHECK(skipped.bypasses.empty());
  CHECK(skipped.refs.at(0).steps.at(0).bypassed.at(0).rule == "verdict");
  CHECK_FALSE(tells(skipped, "gate verdict fetch"));
  record.who = "dev@example.org";
  CHECK_FALSE(world.audit({}, {record}).clean());
  record.who = "lead@example.org";
  record.rules = {{"direct-push", ""}};
  CHECK_FALSE(world.audit({}, {record}).clean());
}

TEST_CASE("what can't be told is neither held against anybody nor clean") {
  VerdictWorld world;
  world.policy = k_blocks + "[suite.unit.env]\nTOKEN = \"{env:TOKEN}\"\n" + k_table;
  world.add("takes", "asks");
  world.vouch("ci", "takes");
  world.add("one", "takes");
  world.repository.track("master", "one");
  const Audit found = world.audit();
  CHECK(lacking(found).empty());
  CHECK_FALSE(found.has_violations());
  CHECK_FALSE(found.clean());
  CHECK(found.refs[0].untold == 2); // the step that brings such a suite has to pass it as well
  CHECK(tells(found, "whether suite \"unit\" had passed can't be told: it takes TOKEN"));
}

TEST_CASE("verdicts are opened where a policy asks for them, and only there") {
  VerdictWorld world;
  world.repository.track("master", "asks");
  CHECK(world.audit().clean());
  CHECK(world.opened == 0);
  world.add("one", "asks");
  world.repository.retrack("master", "one");
  world.has_ports = false;
  const Audit found = world.audit();
  CHECK(lacking(found).empty());
  CHECK(tells(found, "verdicts can't be looked at here"));
  world.side.receives = true;
  world.has_ports = true;
  CHECK_FALSE(tells(world.audit(), "gate verdict fetch"));
}

TEST_CASE("a long history is audited in no time") {
  constexpr int k_steps = 1000;
  VerdictWorld world;
  std::string before = "asks";
  for (int i = 0; i < k_steps; ++i) {
    const std::string name = "c" + std::to_string(i);
    world.add(name, before);
    world.vouch("ci", name);
    before = name;
  }
  world.repository.track("master", before);
  const Audit found = world.audit();
  CHECK(found.clean());
  CHECK(found.refs[0].judged == k_steps + 1);
  CHECK(world.notes.asked == k_steps);
}
