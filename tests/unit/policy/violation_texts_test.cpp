// The whole text of every violation, as a person reads it.
#include <catch2/catch.hpp>

#include <set>

#include "policy/evaluate.hpp"
#include "policy/policy_change.hpp"

using namespace gate;

namespace {

Oid oid(char digit) { return *Oid::parse(std::string(40, digit)); }

const Oid k_old = oid('1');
const Oid k_new = oid('2');
const RefName k_staging = *RefName::branch("staging");
const RefName k_tag = *RefName::parse("refs/tags/v1");
const Place k_place{"gate.toml", 7, 3};

template <typename T> Located<T> at(T value) { return {std::move(value), k_place}; }

Located<Regex> regex(const std::string& pattern) { return at(*Regex::compile(pattern)); }

RefUpdate change(const RefName& ref = k_staging) { return {"x", k_new, ref, k_old}; }

NewCommit commit(const Oid& name, const std::string& message = "wip\n", std::vector<Oid> parents = {k_old}) {
  return {name, std::move(parents), {"A", "a@evil.example"}, {"C", "c@evil.example"}, message};
}

NewCommit merge(const Oid& name) { return commit(name, "Merge x\n", {k_old, oid('9')}); }

std::set<std::string> seen;

std::string text(const Violation& violation) {
  seen.insert(violation.rule);
  return violation.rule + ": " + violation.what + "\nwhy: " + violation.why + "\nat: " + violation.origin.str() + "\nmend: " + violation.remedy;
}

std::string only(const std::vector<Violation>& found) {
  std::string all;
  for (const auto& violation : found) {
    all += (all.empty() ? "" : "\n\n") + text(violation);
  }
  return all;
}

std::string judged(const Rules& rules, const UpdateFacts& facts, const RefUpdate& update = change()) {
  RefRules of_ref;
  of_ref.groups.push_back({Enforcement::active, {}, rules});
  return only(evaluate(of_ref, update, facts, {"origin"}));
}

UpdateFacts with(std::vector<NewCommit> commits) {
  UpdateFacts facts;
  facts.commits = std::move(commits);
  return facts;
}

UpdateFacts signed_as(Signature::State state) {
  auto facts = with({commit(k_new)});
  facts.signatures[k_new] = {state, "", "SHA256:abc"};
  return facts;
}

Rules all_signed() {
  Rules rules;
  rules.signed_commits = at(SignedCommits::all);
  rules.allowed_signers = {at<std::string>("team/signers")};
  return rules;
}

} // namespace

TEST_CASE("texts: history and first-parent") {
  Rules rules;
  rules.first_parent = k_place;
  UpdateFacts facts;
  CHECK(judged(rules, facts) == "history: staging's tip 11111111 on origin, or a commit since, is not in this repository\n"
                                "why: the old tip of staging stays on its first-parent line; what this push changes can't be told\n"
                                "at: gate.toml:7:3\n"
                                "mend: git fetch origin staging   (in a shallow clone: git fetch --unshallow origin)");
  facts.histories = {History{History::Relation::descends, {}, {}, {}, false}};
  CHECK(judged(rules, facts) ==
        "first-parent: staging's tip 11111111 on origin would leave the first-parent line: it is only merged into 22222222\n"
        "why: the old tip of staging stays on its first-parent line\n"
        "at: gate.toml:7:3\n"
        "mend: git fetch origin && git switch staging && git reset --hard origin/staging && git merge --no-ff 22222222");
  Rules linear;
  linear.linear = k_place;
  facts.unknown = {"the commit 33333333 is not here"};
  CHECK(judged(linear, facts) == "history: the commit 33333333 is not here\n"
                                 "why: the rules of staging ask about what is new; what can't be told is not let through\n"
                                 "at: gate.toml:7:3\n"
                                 "mend: git fetch origin   (in a shallow clone: git fetch --unshallow origin)");
}

TEST_CASE("texts: shapes") {
  Rules rules;
  ShapeSet merges;
  merges.insert(Shape::merge);
  rules.allow = at(merges);
  UpdateFacts facts;
  facts.histories = {History{History::Relation::descends, {{k_new, "a fix", false, {}}}, {}, {}, true}};
  CHECK(judged(rules, facts) == "direct-push: 22222222 \"a fix\" would land straight on staging\n"
                                "why: staging takes merge only\n"
                                "at: gate.toml:7:3\n"
                                "mend: git push origin 22222222:refs/heads/my-change   and have that merged into staging");
  rules.from = at(std::vector<RefName>{*RefName::branch("development")});
  facts.histories = {History{History::Relation::descends, {{k_new, "Merge x", true, {oid('9')}}}, {}, {*RefName::branch("development")}, true}};
  CHECK(judged(rules, facts) ==
        "merge-source: the merge 22222222 \"Merge x\" brings in 99999999, which is not in development as origin has it\n"
        "why: staging takes merge only, from development; origin has no branch development, as far as was fetched (gate.toml:7:3)\n"
        "at: gate.toml:7:3\n"
        "mend: push it to development first   (if it is there by now: git fetch origin)");
  facts.histories = {History{History::Relation::descends, {{k_new, "a fix", false, {}}}, RefName::branch("development"), {}, true}};
  CHECK(judged(rules, facts) == "fast-forward: staging would be moved forward to development without a merge\n"
                                "why: staging takes merge only, from development\n"
                                "at: gate.toml:7:3\n"
                                "mend: git switch staging && git merge --no-ff development");
  facts.histories = {History{History::Relation::diverged, {}, {}, {}, true}};
  CHECK(judged(rules, facts) == "force-push: staging on origin has commits that this push would throw away\n"
                                "why: staging takes merge only, from development\n"
                                "at: gate.toml:7:3\n"
                                "mend: git pull origin staging, then push without force");
  CHECK(judged(rules, facts, {"x", k_new, k_staging, Oid()}) == "creation: staging does not exist on origin and would be created\n"
                                                                 "why: staging takes merge only, from development\n"
                                                                 "at: gate.toml:7:3\n"
                                                                 "mend: push under a name that the policy lets you create");
  CHECK(judged(rules, facts, {"x", Oid(), k_staging, k_old}) == "deletion: staging would be deleted\n"
                                                                 "why: staging takes merge only, from development\n"
                                                                 "at: gate.toml:7:3\n"
                                                                 "mend: leave staging where it is, and push the rest");
  Rules direct;
  ShapeSet commits;
  commits.insert(Shape::commit);
  direct.allow = at(commits);
  facts.histories = {History{History::Relation::descends, {{k_new, "Merge x", true, {}}}, {}, {}, true}};
  CHECK(judged(direct, facts) == "merge: the merge 22222222 \"Merge x\" would land on staging\n"
                                 "why: staging takes commit only\n"
                                 "at: gate.toml:7:3\n"
                                 "mend: bring the change in as commit");
}

TEST_CASE("texts: linear, name and freeze") {
  Rules linear;
  linear.linear = k_place;
  CHECK(judged(linear, with({merge(k_new)})) == "linear: the merge 22222222 \"Merge x\" would come to staging\n"
                                                "why: the history of staging is linear: no new commit is a merge\n"
                                                "at: gate.toml:7:3\n"
                                                "mend: git rebase origin/staging   (it takes merges apart, and keeps the commits that they brought in)");
  Rules name;
  name.name = {regex("^fix/")};
  CHECK(judged(name, {}, {"x", k_new, k_staging, Oid()}) == "name: the name of the new branch staging does not match ^fix/\n"
                                                            "why: the name of a new branch matches ^fix/\n"
                                                            "at: gate.toml:7:3\n"
                                                            "mend: git push origin 22222222:refs/heads/NAME   with a NAME that matches");
  Rules freeze;
  const auto from = std::chrono::system_clock::from_time_t(1797724800); // 2026-12-20
  freeze.freeze = {at(Freeze{from, from + std::chrono::hours(36), "holidays"})};
  UpdateFacts facts;
  facts.now = from;
  CHECK(judged(freeze, facts) == "freeze: staging is frozen until 2026-12-21T12:00:00Z: holidays\n"
                                 "why: staging takes no update from 2026-12-20T00:00:00Z until 2026-12-21T12:00:00Z, by this machine's clock\n"
                                 "at: gate.toml:7:3\n"
                                 "mend: push it again after 2026-12-21T12:00:00Z");
}

TEST_CASE("texts: merge-content") {
  Rules rules;
  rules.merge_content = at(MergeContent::clean);
  auto facts = with({merge(k_new)});
  const std::string why = "\nwhy: merge_content of staging is \"clean\": a merge holds what git makes of its parents, and meets no conflict";
  facts.merges = {{k_new, RemadeMerge::Outcome::edited, {"a", "b", "c", "d", "e", "f", "g"}, ""}};
  CHECK(judged(rules, facts) == "merge-content: the merge 22222222 \"Merge x\" (a, b, c, d, e and 2 more) changes files that git's own merge leaves alone" + why +
                                    "\nat: gate.toml:7:3\n"
                                    "mend: git switch --detach 11111111 && git merge --no-ff 99999999   then put staging there, and make the change in a "
                                    "commit of its own");
  facts.merges = {{k_new, RemadeMerge::Outcome::resolved, {}, ""}};
  CHECK(judged(rules, facts) == "merge-content: the merge 22222222 \"Merge x\" met conflicts, which were resolved by hand" + why +
                                    "\nat: gate.toml:7:3\n"
                                    "mend: git switch --detach 99999999 && git merge 11111111   resolve there, have that reviewed, and merge it into staging");
  facts.merges = {{k_new, RemadeMerge::Outcome::cannot_tell, {}, "it has three parents"}};
  CHECK(judged(rules, facts) == "merge-content: the merge 22222222 \"Merge x\" (it has three parents) could not be made again" + why +
                                    "; what can't be compared is not let through\nat: gate.toml:7:3\n"
                                    "mend: git fetch origin   (in a shallow clone: git fetch --unshallow origin)   or merge two branches at a time: git switch --detach 11111111 && git merge --no-ff 99999999   "
                                    "then put staging there");
}

TEST_CASE("texts: messages and people") {
  Rules rules;
  rules.message = {regex("^[A-Z]")};
  CHECK(judged(rules, with({commit(k_new)})) == "message: the message of 22222222 \"wip\" does not match ^[A-Z]\n"
                                                "why: the message of every commit but a merge that comes to staging matches ^[A-Z]\n"
                                                "at: gate.toml:7:3\nmend: git commit --amend --allow-empty");
  std::vector<NewCommit> five;
  for (const char digit : {'2', '3', '4', '5', '6'}) {
    five.push_back(commit(oid(digit)));
  }
  CHECK(judged(rules, with(five)) == "message: the message of 22222222 \"wip\", 33333333 \"wip\", 44444444 \"wip\" and 2 more does not match ^[A-Z]\n"
                                     "why: the message of every commit but a merge that comes to staging matches ^[A-Z]\n"
                                     "at: gate.toml:7:3\n"
                                     "mend: git rebase -i --rebase-merges 66666666^   and mark each of them as \"reword\"");
  Rules subject;
  subject.subject_max = at<std::int64_t>(2);
  CHECK(judged(subject, with({commit(k_new)})) == "subject-length: 22222222 \"wip\" has a subject of 3 characters\n"
                                                  "why: the subject of every commit that comes to staging has 2 characters at most\n"
                                                  "at: gate.toml:7:3\nmend: git commit --amend --allow-empty");
  Rules author;
  author.author_email = {regex("@good$")};
  CHECK(judged(author, with({commit(k_new)})) ==
        "author-email: the author's e-mail address of 22222222 \"wip\", a@evil.example, does not match @good$\n"
        "why: the author's e-mail address of every commit that comes to staging matches @good$\n"
        "at: gate.toml:7:3\nmend: git config user.email ADDRESS && git commit --amend --no-edit --reset-author --allow-empty");
  Rules committer;
  committer.committer_email = {regex("@good$")};
  CHECK(judged(committer, with({commit(k_new)})) ==
        "committer-email: the committer's e-mail address of 22222222 \"wip\", c@evil.example, does not match @good$\n"
        "why: the committer's e-mail address of every commit that comes to staging matches @good$\n"
        "at: gate.toml:7:3\nmend: git config user.email ADDRESS && git commit --amend --no-edit --allow-empty");
  Rules sign_off;
  sign_off.sign_off = k_place;
  CHECK(judged(sign_off, with({commit(k_new)})) ==
        "sign-off: 22222222 \"wip\" has no line \"Signed-off-by: NAME <a@evil.example>\"\n"
        "why: every commit but a merge that comes to staging ends in a Signed-off-by line with its author's e-mail address\n"
        "at: gate.toml:7:3\nmend: git commit --amend --no-edit --signoff --allow-empty");
}

TEST_CASE("texts: every state of a signature") {
  const std::string rest = "\nwhy: every commit that comes to staging carries a good signature, by somebody whom team/signers knows\nat: gate.toml:7:3\nmend: ";
  const std::string sign = "git commit --amend --no-edit -S --allow-empty";
  using State = Signature::State;
  CHECK(judged(all_signed(), signed_as(State::good)).empty());
  CHECK(judged(all_signed(), signed_as(State::none)) == "signature: 22222222 \"wip\" has no signature" + rest + sign);
  CHECK(judged(all_signed(), signed_as(State::untrusted)) == "signature: 22222222 \"wip\" is signed with a key (SHA256:abc) that team/signers does not know" +
                                                                 rest + sign + "   with a key that is known; or have the key added to team/signers");
  CHECK(judged(all_signed(), signed_as(State::expired)) == "signature: 22222222 \"wip\" is signed with a key (SHA256:abc) that is not valid any more, or was not yet" +
                                                               rest + sign + "   with a key that is valid today");
  CHECK(judged(all_signed(), signed_as(State::revoked)) ==
        "signature: 22222222 \"wip\" is signed with a key (SHA256:abc) that was revoked" + rest + sign + "   with another key");
  CHECK(judged(all_signed(), signed_as(State::bad)) == "signature: 22222222 \"wip\" has a signature that does not fit its content" + rest + sign +
                                                           "   after a look at what was changed: git log -1 --show-signature 22222222");
  CHECK(judged(all_signed(), signed_as(State::unchecked)) ==
        "signature: 22222222 \"wip\" has a signature that could not be checked" + rest +
            "git log -1 --show-signature 22222222   says what is missing here: a public key (gpg --import FILE), or a program");
  CHECK(judged(all_signed(), {}, change(k_tag)) ==
        "signature: the tag v1 is no annotated tag, so it can't be signed\n"
        "why: every tag like v1 carries a good signature, by somebody whom team/signers knows\n"
        "at: gate.toml:7:3\nmend: git tag -f -s v1 22222222 && git push origin refs/tags/v1");
}

TEST_CASE("texts: files") {
  auto facts = with({commit(k_new)});
  facts.files = {{k_new, "big file.bin", oid('a'), 5242881}};
  Rules size;
  size.max_size = at<std::int64_t>(5 << 20);
  CHECK(judged(size, facts) == "file-size: big file.bin (5.1 MiB, in 22222222 \"wip\") is over 5 MiB\n"
                               "why: a file that comes to staging has 5 MiB at most\nat: gate.toml:7:3\n"
                               "mend: git rm --cached -- 'big file.bin' && git commit --amend --no-edit --allow-empty   (or keep it in Git LFS: git lfs migrate import "
                               "--include='big file.bin')");
  Rules deny;
  deny.deny = {at(*PathPattern::parse("*.bin"))};
  CHECK(judged(deny, facts) == "denied-file: big file.bin in 22222222 \"wip\" may not come to staging\n"
                               "why: no file that matches *.bin comes to staging\nat: gate.toml:7:3\n"
                               "mend: git rm --cached -- 'big file.bin' && git commit --amend --no-edit --allow-empty");
  Rules owners;
  owners.owners = {at(Owners{{*PathPattern::parse("*.bin")}, {"lead@example.org"}})};
  CHECK(judged(owners, facts) ==
        "owners: big file.bin in 22222222 \"wip\" is changed without a signature by lead@example.org\n"
        "why: a change of *.bin comes to staging in a commit, or by a merge, that lead@example.org has signed\nat: gate.toml:7:3\n"
        "mend: have lead@example.org sign it: git commit --amend --no-edit -S --allow-empty   or merge it: git merge --no-ff -S 22222222");
  auto merged = with({merge(k_new)});
  merged.merges = {{k_new, RemadeMerge::Outcome::edited, {"a.bin"}, "", {"a.bin", "c"}}};
  CHECK(judged(owners, merged) ==
        "owners: a.bin in 22222222 \"Merge x\" is not what git makes of the parents, or met a conflict; there is no signature by lead@example.org\n"
        "why: a merge that comes to staging has *.bin as git makes it of the parents, without a conflict, or lead@example.org has signed it, or a merge that brings it in\n"
        "at: gate.toml:7:3\n"
        "mend: have lead@example.org sign it: git commit --amend --no-edit -S --allow-empty   or merge once more, as git does: git switch --detach 11111111 && "
        "git merge --no-ff 99999999   then put staging there");
  merged.merges = {{k_new, RemadeMerge::Outcome::cannot_tell, {}, "it has 3 parents", {"a.bin", "b.bin"}}};
  CHECK(judged(owners, merged) ==
        "owners: the merge 22222222 \"Merge x\" (it has 3 parents) could not be made again; whether somebody's change of a.bin and b.bin is undone can't be "
        "told, and there is no signature by lead@example.org\n"
        "why: a merge that comes to staging has *.bin as git makes it of the parents, without a conflict, or lead@example.org has signed it, or a merge that brings it in\n"
        "at: gate.toml:7:3\n"
        "mend: git fetch origin   (in a shallow clone: git fetch --unshallow origin)   or merge two branches at a time: git switch --detach 11111111 && "
        "git merge --no-ff 99999999   then put staging there   or have lead@example.org sign it: git commit --amend --no-edit -S --allow-empty");
  Rules secrets;
  secrets.secrets = k_place;
  facts.secrets = {{k_new, "app.env", 12, "AWS access key"}};
  CHECK(judged(secrets, facts) == "secret: app.env:12 in 22222222 \"wip\" (AWS access key) looks like a secret\n"
                                  "why: no secret comes to staging\nat: gate.toml:7:3\n"
                                  "mend: git rm --cached -- app.env && git commit --amend --no-edit --allow-empty   (a later commit that takes it away does not help; what "
                                  "was pushed elsewhere already must be revoked)");
}

TEST_CASE("texts: changes of the policy") {
  Policy policy;
  policy.serial = at<std::int64_t>(7);
  policy.owners = {{{"lead@example.org"}, k_place}};
  auto facts = with({commit(k_new)});
  facts.files = {{k_new, "gate.toml", oid('a'), 10}};
  facts.policy_change = PolicyChange{k_new, false, 7, 6};
  CHECK(only(evaluate_policy_change(policy, change(), facts, {"origin"})) ==
        "policy-owner: the policy is changed by 22222222 \"wip\" without a signature by lead@example.org\n"
        "why: a change of the policy comes in a commit, or by a merge, that lead@example.org has signed\nat: gate.toml:7:3\n"
        "mend: have lead@example.org sign it: git commit --amend --no-edit -S --allow-empty\n\n"
        "policy-serial: gate.toml's serial would go from 7 back to 6\n"
        "why: the serial of a policy never goes down, so that no old policy comes back\nat: gate.toml:7:3\n"
        "mend: write serial = 8 into gate.toml && git commit --amend --no-edit gate.toml");
  facts.policy_change->is_removed = true;
  CHECK(only(evaluate_policy_change(policy, change(), facts, {"origin"})) ==
        "policy-missing: staging would be left without gate.toml\n"
        "why: a ref that has a policy keeps one\nat: gate.toml\n"
        "mend: git checkout 11111111 -- gate.toml && git commit --amend --no-edit --allow-empty");
  facts.policy_change->kept_at = oid('4');
  CHECK(evaluate_policy_change(policy, change(), facts, {"origin"}).at(0).remedy == "git checkout 44444444 -- gate.toml && git commit --amend --no-edit --allow-empty");
}

TEST_CASE("texts: a hostile name in a command is one word") {
  const auto hostile = *RefName::branch("a;reboot");
  const auto source = *RefName::branch("b$(id)");
  const auto mend = [](const Rules& rules, const UpdateFacts& facts, const RefUpdate& update) {
    RefRules of_ref;
    of_ref.groups.push_back({Enforcement::active, {}, rules});
    return evaluate(of_ref, update, facts, {"origin"}).at(0).remedy;
  };
  const auto begins = [](const std::string& text, const std::string& with_what) { return text.compare(0, with_what.size(), with_what) == 0; };
  Rules merges;
  merges.allow = at(ShapeSet());
  UpdateFacts facts;
  facts.histories = {History{}};
  CHECK(begins(mend(merges, facts, change(hostile)), "git fetch origin 'a;reboot'   ("));
  facts.histories = {History{History::Relation::diverged, {}, {}, {}, true}};
  CHECK(mend(merges, facts, change(hostile)) == "git pull origin 'a;reboot', then push without force");
  facts.histories = {History{History::Relation::descends, {{k_new, "a fix", false, {}}}, source, {}, true}};
  CHECK(mend(merges, facts, change(hostile)) == "git switch 'a;reboot' && git merge --no-ff 'b$(id)'");
  Rules first_parent;
  first_parent.first_parent = k_place;
  facts.histories = {History{History::Relation::descends, {}, {}, {}, false}};
  CHECK(mend(first_parent, facts, change(hostile)) ==
        "git fetch origin && git switch 'a;reboot' && git reset --hard origin/'a;reboot' && git merge --no-ff 22222222");
  Rules linear;
  linear.linear = k_place;
  CHECK(begins(mend(linear, with({merge(k_new)}), change(hostile)), "git rebase origin/'a;reboot'   ("));
  const auto tag = *RefName::parse("refs/tags/v1&x");
  Rules is_signed;
  is_signed.signed_commits = at(SignedCommits::merge);
  CHECK(mend(is_signed, {}, change(tag)) == "git tag -f -s 'v1&x' 22222222 && git push origin refs/tags/'v1&x'");
  UpdateFacts annotated;
  annotated.tag_object = oid('5');
  annotated.signatures[oid('5')] = {};
  CHECK(mend(is_signed, annotated, change(tag)) == "git tag -f -s 'v1&x' 'v1&x'^{}");
}

TEST_CASE("texts: every rule has one") {
  for (const auto& id : rule_ids()) {
    // Suites and verdicts are judged elsewhere: app/required_suites, app/foreign_verdicts.
    CHECK((id == "suite" || id == "verdict" || seen.count(id) == 1));
  }
}
