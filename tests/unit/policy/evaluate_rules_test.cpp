// Both sides of the rules on commits, merges, files and signatures, and how groups and bypasses come together.
#include <catch2/catch.hpp>

#include <algorithm>

#include "policy/evaluate.hpp"
#include "policy/policy_change.hpp"

using namespace gate;

namespace {

Oid oid(char digit) { return *Oid::parse(std::string(40, digit)); }

const Oid k_old = oid('1');
const Oid k_new = oid('2');
const Place k_place{"gate.toml", 7, 3};
const RefName k_branch = *RefName::branch("staging");
const RefName k_tag = *RefName::parse("refs/tags/v1");

template <typename T> Located<T> at(T value) { return {std::move(value), k_place}; }

Located<Regex> regex(const std::string& pattern) { return at(*Regex::compile(pattern)); }

RefUpdate change(const RefName& ref = k_branch) { return {"x", k_new, ref, k_old}; }

NewCommit commit(const Oid& name, const std::string& message = "Fix it\n", std::vector<Oid> parents = {k_old}) {
  return {name, std::move(parents), {"A", "a@good"}, {"C", "c@good"}, message};
}

UpdateFacts with(std::vector<NewCommit> commits) {
  UpdateFacts facts;
  facts.commits = std::move(commits);
  return facts;
}

std::vector<Violation> judged(const Rules& rules, const UpdateFacts& facts, const RefUpdate& update = change()) {
  RefRules of_ref;
  of_ref.groups.push_back({Enforcement::active, {}, rules});
  return evaluate(of_ref, update, facts, {"origin"});
}

bool breaks(const Rules& rules, const UpdateFacts& facts, const RefUpdate& update = change()) { return !judged(rules, facts, update).empty(); }

bool message_breaks(const std::string& pattern, const std::string& message, std::vector<Oid> parents = {k_old}) {
  Rules rules;
  rules.message = {regex(pattern)};
  return breaks(rules, with({commit(k_new, message, std::move(parents))}));
}

bool lacks_sign_off(const std::string& message) {
  Rules rules;
  rules.sign_off = k_place;
  return breaks(rules, with({commit(k_new, message)}));
}

bool is_too_long(const std::string& subject, std::int64_t max) {
  Rules rules;
  rules.subject_max = at(max);
  return breaks(rules, with({commit(k_new, subject)}));
}

Rules owned(const std::string& by = "lead") {
  Rules rules;
  rules.owners = {at(Owners{{*PathPattern::parse("infra/**")}, {by}})};
  return rules;
}

UpdateFacts by_lead(UpdateFacts facts, std::vector<Oid> commits) {
  for (const auto& name : commits) {
    facts.signatures[name] = {Signature::State::good, "lead", "k"};
  }
  return facts;
}

RuleGroup linear(Enforcement enforcement, std::vector<std::string> bypass) {
  RuleGroup group;
  group.enforcement = enforcement;
  group.bypass.by = std::move(bypass);
  group.rules.linear = k_place;
  return group;
}

Violation joined(const RuleGroup& a, const RuleGroup& b) {
  RefRules of_ref;
  of_ref.groups = {a, b};
  const auto found = evaluate(of_ref, change(), with({commit(k_new, "m", {k_old, oid('3')})}), {"origin"});
  REQUIRE(found.size() == 1);
  return found[0];
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("a message is held to its pattern, without its last line feed; merges are exempt") {
  CHECK_FALSE(message_breaks("^[A-Z].{3,}$", "Fix it\n"));
  CHECK(message_breaks("^[A-Z].{3,}$", "fix it\n"));
  CHECK_FALSE(message_breaks("end$", "The\nend\n\n"));
  CHECK_FALSE(message_breaks("^Fix", "Merge x", {k_old, oid('3')}));
}

TEST_CASE("a commit that only looks like a merge is exempt from nothing") {
  auto dressed_up = commit(k_new, "wip\n", {k_old, oid('3')});
  Rules message;
  message.message = {regex("^Fix")};
  Rules sign_off;
  sign_off.sign_off = k_place;
  CHECK_FALSE(breaks(message, with({dressed_up})));
  CHECK_FALSE(breaks(sign_off, with({dressed_up})));
  dressed_up.is_dressed_up = true;
  CHECK(breaks(message, with({dressed_up})));
  CHECK(breaks(sign_off, with({dressed_up})));
}

TEST_CASE("a pattern that takes too long denies and says so") {
  Rules rules;
  rules.message = {regex("^(a+)+$")};
  const auto found = judged(rules, with({commit(k_new, std::string(5000, 'a') + "b")}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "message");
}

TEST_CASE("a subject is counted in characters") {
  CHECK_FALSE(is_too_long("\n\nFix\nand a long body", 3));
  CHECK(is_too_long("Fixes", 4));
  CHECK_FALSE(is_too_long("äöü€", 4));
  CHECK(is_too_long("äöü€x", 4));
  CHECK(is_too_long(std::string(5, '\x80'), 4));
  CHECK(is_too_long("abc\xe2\x82", 4));
}

TEST_CASE("e-mail addresses are held to their patterns") {
  Rules author;
  author.author_email = {regex("^a@good$")};
  CHECK_FALSE(breaks(author, with({commit(k_new)})));
  author.author_email = {regex("^a@good$"), regex("^c@")};
  CHECK(breaks(author, with({commit(k_new)})));
  Rules committer;
  committer.committer_email = {regex("^c@good$")};
  CHECK_FALSE(breaks(committer, with({commit(k_new)})));
  committer.committer_email = {regex("^a@good$")};
  CHECK(breaks(committer, with({commit(k_new, "Merge", {k_old, oid('3')})})));
}

TEST_CASE("a sign-off stands in the last paragraph, with the author's address") {
  CHECK_FALSE(lacks_sign_off("Fix\n\nSigned-off-by: A <a@good>\n"));
  CHECK_FALSE(lacks_sign_off("Fix\r\n\r\nsigned-off-BY:  A B <A@Good>\r\nCc: x\r\n\r\n"));
  CHECK(lacks_sign_off("Fix\n"));
  CHECK(lacks_sign_off("Signed-off-by: A <a@good>\n"));
  CHECK(lacks_sign_off("Fix\n\nSigned-off-by: A <a@good>\n\nMore\n"));
  CHECK(lacks_sign_off("Fix\n\nSigned-off-by: A <b@good>\n"));
  CHECK(lacks_sign_off("Fix\n\nSigned-off-by: <a@good>\n"));
  CHECK(lacks_sign_off("Fix\n\nSigned-off-by: A a@good\n"));
  CHECK(lacks_sign_off(""));
}

TEST_CASE("linear history takes no merge, and a freeze nothing between its times") {
  Rules rules;
  rules.linear = k_place;
  CHECK_FALSE(breaks(rules, with({commit(k_new)})));
  CHECK(breaks(rules, with({commit(k_new, "m", {k_old, oid('3')})})));
  Rules freeze;
  UpdateFacts facts;
  const auto from = facts.now + std::chrono::hours(1);
  freeze.freeze = {at(Freeze{from, from + std::chrono::hours(1), "r"})};
  CHECK_FALSE(breaks(freeze, facts));
  facts.now = from;
  CHECK(breaks(freeze, facts));
  CHECK(breaks(freeze, facts, {"x", Oid(), k_branch, k_old}));
  facts.now = from + std::chrono::hours(1);
  CHECK_FALSE(breaks(freeze, facts));
}

TEST_CASE("a name is asked of a new ref only") {
  Rules rules;
  rules.name = {regex("^fix/")};
  CHECK(breaks(rules, {}, {"x", k_new, k_branch, Oid()}));
  CHECK_FALSE(breaks(rules, {}, {"x", k_new, *RefName::branch("fix/a"), Oid()}));
  CHECK_FALSE(breaks(rules, {}, change()));
  CHECK_FALSE(breaks(rules, {}, {"x", Oid(), k_branch, k_old}));
}

TEST_CASE("the first-parent line is asked of an update only") {
  Rules rules;
  rules.first_parent = k_place;
  UpdateFacts facts;
  CHECK_FALSE(breaks(rules, facts, {"x", k_new, k_branch, Oid()}));
  CHECK(breaks(rules, facts));
  facts.histories = {History{History::Relation::descends, {}, {}, {}, true}};
  CHECK_FALSE(breaks(rules, facts));
  facts.histories = {History{History::Relation::diverged, {}, {}, {}, true}};
  CHECK(judged(rules, facts).at(0).rule == "first-parent");
}

TEST_CASE("merges hold what git makes of them") {
  auto facts = with({commit(k_new, "m", {k_old, oid('3')})});
  const auto outcome = [&](MergeContent content, RemadeMerge::Outcome which) {
    Rules rules;
    rules.merge_content = at(content);
    facts.merges = {{k_new, which, {"f"}, "r"}};
    return breaks(rules, facts);
  };
  using Outcome = RemadeMerge::Outcome;
  CHECK_FALSE(outcome(MergeContent::any, Outcome::edited));
  CHECK_FALSE(outcome(MergeContent::clean, Outcome::same));
  CHECK_FALSE(outcome(MergeContent::clean_or_resolved, Outcome::resolved));
  CHECK(outcome(MergeContent::clean, Outcome::resolved));
  CHECK(outcome(MergeContent::clean_or_resolved, Outcome::edited));
  CHECK(outcome(MergeContent::clean_or_resolved, Outcome::cannot_tell));
  Rules rules;
  rules.merge_content = at(MergeContent::clean);
  facts.merges.clear();
  CHECK(breaks(rules, facts));
}

TEST_CASE("signatures are asked of merges or of all, and of tags") {
  Rules rules;
  rules.signed_commits = at(SignedCommits::merge);
  CHECK_FALSE(breaks(rules, with({commit(k_new)})));
  CHECK(breaks(rules, with({commit(k_new, "m", {k_old, oid('3')})})));
  rules.signed_commits = at(SignedCommits::all);
  CHECK(breaks(rules, with({commit(k_new)})));
  CHECK_FALSE(breaks(rules, by_lead(with({commit(k_new)}), {k_new})));
  UpdateFacts tagged;
  CHECK(breaks(rules, tagged, change(k_tag)));
  tagged.tag_object = k_new;
  CHECK(breaks(rules, tagged, change(k_tag)));
  CHECK_FALSE(breaks(rules, by_lead(tagged, {k_new}), change(k_tag)));
  CHECK_FALSE(breaks(rules, tagged, {"x", Oid(), k_tag, k_old}));
}

TEST_CASE("files have a size and a name; who takes a denied one away is right") {
  auto facts = with({commit(k_new)});
  facts.files = {{k_new, "a/.env", oid('a'), 100}};
  Rules rules;
  rules.max_size = at<std::int64_t>(100);
  CHECK_FALSE(breaks(rules, facts));
  rules.max_size = at<std::int64_t>(99);
  CHECK(breaks(rules, facts));
  Rules deny;
  deny.deny = {at(*PathPattern::parse(".env"))};
  CHECK(breaks(deny, facts));
  facts.files[0].blob.reset();
  CHECK_FALSE(breaks(deny, facts));
  Rules secrets;
  secrets.secrets = k_place;
  CHECK_FALSE(breaks(secrets, facts));
  facts.secrets = {{k_new, "f", 1, "private key"}};
  CHECK(breaks(secrets, facts));
}

TEST_CASE("an owner signs the commit, or the merge that brings it in") {
  const Oid tip = k_new;
  const Oid side = oid('3');
  const Oid below = oid('4');
  auto facts = with({commit(tip, "m", {below, side}), commit(side), commit(below)});
  facts.files = {{side, "infra/a", {}, 0}};
  CHECK(breaks(owned(), facts));
  CHECK_FALSE(breaks(owned(), by_lead(facts, {side})));
  CHECK_FALSE(breaks(owned(), by_lead(facts, {tip})));
  CHECK(breaks(owned("other"), by_lead(facts, {tip, side})));
  CHECK(breaks(owned(), by_lead(facts, {below})));
  facts.files = {{below, "infra/a", oid('a'), 0}};
  CHECK(breaks(owned(), by_lead(facts, {tip})));
  facts.files = {{side, "other/a", oid('a'), 0}};
  CHECK_FALSE(breaks(owned(), facts));
  facts.files = {{oid('8'), "infra/a", oid('a'), 0}};
  CHECK(breaks(owned(), by_lead(facts, {tip})));
}

TEST_CASE("what a merge decides about an owned file needs the owner, and only once") {
  using Outcome = RemadeMerge::Outcome;
  const Oid outer = oid('5');
  auto facts = with({commit(outer, "m", {k_old, k_new}), commit(k_new, "m", {oid('4'), oid('3')})});
  const auto breaks_with = [&](Outcome outcome, Names decided, std::vector<Oid> signed_commits = {}) {
    facts.merges = {{k_new, outcome, {"infra/a"}, "r", std::move(decided)}};
    return judged(owned(), by_lead(facts, std::move(signed_commits))).size();
  };
  CHECK(breaks_with(Outcome::same, {}) == 0);
  CHECK(breaks_with(Outcome::edited, {}) == 0); // somebody else's rule
  CHECK(breaks_with(Outcome::edited, {"other/a"}) == 0);
  CHECK(breaks_with(Outcome::edited, {"infra/a", "infra/b", "other/a"}) == 1);
  CHECK(breaks_with(Outcome::resolved, {"infra/a"}) == 1);
  CHECK(breaks_with(Outcome::cannot_tell, {"infra/a"}) == 1);
  CHECK(breaks_with(Outcome::cannot_tell, {"other/a"}) == 0);
  for (const auto outcome : {Outcome::edited, Outcome::resolved, Outcome::cannot_tell}) {
    CHECK(breaks_with(outcome, {"infra/a"}, {k_new}) == 0);
    CHECK(breaks_with(outcome, {"infra/a"}, {outer}) == 0);
    CHECK(breaks_with(outcome, {"infra/a"}, {oid('8')}) == 1);
  }
  facts.merges.clear(); // nobody had to make it again
  CHECK_FALSE(breaks(owned(), facts));
  // What it has like no parent is told as a change, and not once more.
  facts.files = {{k_new, "infra/a", oid('a'), 0}};
  CHECK(breaks_with(Outcome::edited, {"infra/a"}) == 1);
  CHECK(breaks_with(Outcome::edited, {"infra/a", "infra/b"}) == 2);
}

TEST_CASE("what the first parent reaches, too, no merge covers, whatever the order of the commits") {
  const Oid side = oid('3');
  const Oid below = oid('4');
  auto facts = with({commit(side), commit(below, "m", {side}), commit(k_new, "m", {below, side})});
  facts.files = {{side, "infra/a", oid('a'), 0}};
  CHECK(breaks(owned(), by_lead(facts, {k_new})));
  std::reverse(facts.commits.begin(), facts.commits.end());
  CHECK(breaks(owned(), by_lead(facts, {k_new})));
}

TEST_CASE("what could not be found out denies where it is asked for") {
  auto facts = with({});
  facts.unknown = {"this", "that"};
  Rules rules;
  CHECK_FALSE(breaks(rules, facts));
  rules.secrets = k_place;
  CHECK(judged(rules, facts).size() == 2);
  CHECK_FALSE(breaks(rules, facts, {"x", Oid(), k_branch, k_old}));
}

TEST_CASE("of two groups that find the same, the stricter one is enforced") {
  CHECK(joined(linear(Enforcement::active, {"a"}), linear(Enforcement::evaluate, {})).bypass.by == Names{"a"});
  CHECK(joined(linear(Enforcement::evaluate, {}), linear(Enforcement::active, {"a"})).enforcement == Enforcement::active);
  CHECK(joined(linear(Enforcement::active, {"a", "b"}), linear(Enforcement::active, {"b", "c"})).bypass.by == Names{"b"});
  CHECK(joined(linear(Enforcement::active, {"*"}), linear(Enforcement::active, {"b"})).bypass.by == Names{"b"});
  CHECK(joined(linear(Enforcement::active, {"*"}), linear(Enforcement::active, {})).bypass.by.empty());
}

TEST_CASE("a bypass needs somebody who may, a reason, and a rule that can be skipped") {
  const auto denied = [](const Violation& violation, const std::optional<BypassRequest>& request) {
    return decide({violation}, request).denied.size() == 1;
  };
  const Violation by_a = joined(linear(Enforcement::active, {"a"}), linear(Enforcement::active, {"a"}));
  CHECK(denied(by_a, {}));
  CHECK(denied(by_a, BypassRequest{"b", "fire"}));
  CHECK(denied(by_a, BypassRequest{"a", " \n"}));
  CHECK(decide({by_a}, BypassRequest{"a", "fire"}).bypassed.size() == 1);
  CHECK(denied(joined(linear(Enforcement::active, {}), linear(Enforcement::active, {})), BypassRequest{"a", "fire"}));
  CHECK(decide({joined(linear(Enforcement::evaluate, {"a"}), linear(Enforcement::evaluate, {}))}, {}).told.size() == 1);
}

TEST_CASE("a change of the policy keeps the serial and needs its owner") {
  const auto breaks_policy = [](const Policy& policy, const UpdateFacts& facts) {
    const auto found = evaluate_policy_change(policy, change(), facts, {"origin"});
    CHECK(std::all_of(found.begin(), found.end(), [](const Violation& v) { return v.bypass.by.empty() && v.enforcement == Enforcement::active; }));
    return !found.empty();
  };
  Policy policy;
  auto facts = with({commit(k_new)});
  policy.serial = at<std::int64_t>(7);
  CHECK_FALSE(breaks_policy(policy, facts));
  facts.policy_change = PolicyChange{k_new, false, 7, 7};
  CHECK_FALSE(breaks_policy(policy, facts));
  facts.policy_change->new_serial.reset();
  CHECK(breaks_policy(policy, facts));
  Policy kept;
  kept.owners = {{{"lead"}, k_place}};
  kept.extends = {{Extension::File{"team.toml"}, k_place}};
  facts.policy_change = PolicyChange{k_new, false, {}, {}};
  for (const char* path : {"gate.toml", "team.toml"}) {
    facts.files = {{k_new, path, oid('a'), 1}};
    CHECK(breaks_policy(kept, facts));
    CHECK_FALSE(breaks_policy(kept, by_lead(facts, {k_new})));
  }
  facts.files.clear();
  CHECK(breaks_policy(kept, facts));
  CHECK_FALSE(breaks_policy(kept, by_lead(facts, {k_new})));
  facts.unknown = {"x"};
  CHECK(breaks_policy(kept, by_lead(facts, {k_new})));
}
