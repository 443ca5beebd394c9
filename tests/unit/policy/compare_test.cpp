#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "policy/compare.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

const std::string k_suites = "\n[suite.a]\nbuild = \".\"\nrun = [\"t\"]\n[suite.b]\nbuild = \".\"\nrun = [\"t\"]\n";

Policy policy_of(const std::string& text, const std::string& suites = k_suites) { return parse_policy("schema = 1\n" + text + suites, "gate.toml", "0.1.0").value(); }

Policy staging(const std::string& rules) { return policy_of("[[branch]]\nmatch = [\"staging\"]\n" + rules); }

std::string text_of(const PolicyDifference& d) {
  std::string where;
  for (const auto& label : d.where) {
    where += (where.empty() ? "" : ", ") + label;
  }
  return where + ": " + d.what + " " + d.from + " -> " + d.to + " " + std::string(name_of(d.direction));
}

std::vector<std::string> texts(const Policy& a, const Policy& b) {
  std::vector<std::string> all;
  for (const auto& difference : compare(a, b)) {
    all.push_back(text_of(difference));
  }
  return all;
}

using Lines = std::vector<std::string>;

Lines between(const std::string& a, const std::string& b) { return texts(staging(a), staging(b)); }

PolicyDifference mirrored(PolicyDifference d) {
  std::swap(d.from, d.to);
  d.direction = d.direction == Direction::loosens ? Direction::tightens : d.direction == Direction::tightens ? Direction::loosens : d.direction;
  return d;
}

Lines sorted(std::vector<PolicyDifference> differences) {
  Lines lines;
  for (auto& difference : differences) {
    std::sort(difference.where.begin(), difference.where.end());
    lines.push_back(text_of(difference));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

} // namespace

TEST_CASE("a shape that comes loosens, one that goes tightens") {
  CHECK(between("allow = [\"merge\"]", "allow = [\"merge\", \"commit\"]") == Lines{"staging: allow merge -> commit and merge loosens"});
  CHECK(between("allow = [\"merge\"]", "") == Lines{"staging: allow merge -> any loosens"});
  CHECK(between("allow = [\"merge\", \"commit\"]", "allow = [\"merge\"]") == Lines{"staging: allow commit and merge -> merge tightens"});
  CHECK(between("allow = [\"commit\"]", "allow = [\"merge\"]") ==
        Lines{"staging: allow commit -> commit and merge loosens", "staging: allow commit and merge -> merge tightens"});
}

TEST_CASE("sources, suites and limits have their direction") {
  CHECK(between("from = [\"development\"]", "") == Lines{"staging: from development -> any loosens"});
  CHECK(between("from = [\"development\"]", "from = [\"development\", \"hot\"]") == Lines{"staging: from development -> development and hot loosens"});
  CHECK(between("require = [\"a\"]", "require = [\"a\", \"b\"]") == Lines{"staging: require a -> a and b tightens"});
  CHECK(between("commits.subject_max = 72", "commits.subject_max = 50") == Lines{"staging: commits.subject_max 72 -> 50 tightens"});
  CHECK(between("files.max_size = \"5MiB\"", "") == Lines{"staging: files.max_size 5MiB -> no limit loosens"});
  CHECK(between("linear = true", "") == Lines{"staging: linear yes -> no loosens"});
  CHECK(between("merge_content = \"clean\"", "merge_content = \"clean-or-resolved\"") == Lines{"staging: merge_content clean -> clean-or-resolved loosens"});
  CHECK(between("", "signed = \"merge\"") == Lines{"staging: signed none -> merge tightens"});
  CHECK(between("commits.message = '^A'", "") == Lines{"staging: commits.message \"^A\" -> nothing loosens"});
  CHECK(between("files.deny = [\"*.pem\"]", "files.deny = [\"*.pem\", \"*.key\"]") == Lines{"staging: files.deny *.pem -> *.key and *.pem tightens"});
  CHECK(between("files.owners = [{ paths = [\"infra/**\"], by = [\"lead\"] }]", "files.owners = [{ paths = [\"infra/**\"], by = [\"lead\", \"mate\"] }]") ==
        Lines{"staging: files.owners infra/** by lead -> infra/** by lead or mate loosens"});
}

TEST_CASE("what is spelt otherwise and means the same is no difference") {
  CHECK(between("require = [\"a\", \"b\"]", "") == Lines{});
  CHECK(between("merge_content = \"any\"", "signed = \"none\"") == Lines{});
  CHECK(between("allow = [\"commit\", \"merge\", \"fast-forward\", \"force\", \"create\", \"delete\"]", "") == Lines{});
  CHECK(texts(policy_of("[[branch]]\nmatch = [\"m\", \"n\"]\nlinear = true\n"),
              policy_of("[[branch]]\nmatch = [\"n\"]\nlinear = true\n[[branch]]\nmatch = [\"m\"]\nlinear = true\n")) == Lines{});
}

TEST_CASE("several patterns with the same difference are one line") {
  CHECK(texts(policy_of("[[branch]]\nmatch = [\"m\", \"release/*\"]\nlinear = true\n[[tag]]\nmatch = [\"v*\"]\nlinear = true\n"), policy_of("")) ==
        Lines{"m, release/*, tag v*: linear yes -> no loosens"});
}

TEST_CASE("a narrower pattern is seen where it no longer reaches") {
  CHECK(texts(policy_of("[[branch]]\nmatch = [\"**\"]\nlinear = true\n"), policy_of("[[branch]]\nmatch = [\"*\"]\nlinear = true\n")) ==
        Lines{"**: linear yes -> no loosens"});
}

TEST_CASE("a block that moves to some remotes is told for the others") {
  CHECK(between("linear = true", "linear = true\nremotes = [\"origin\"]") == Lines{"staging on any other remote: linear yes -> no loosens"});
}

TEST_CASE("what is only evaluated loosens nothing further") {
  CHECK(between("linear = true", "linear = true\nenforcement = \"evaluate\"") == Lines{"staging: enforcement active -> evaluate loosens"});
  CHECK(between("linear = true\nenforcement = \"evaluate\"", "enforcement = \"evaluate\"\ncommits.sign_off = true") ==
        Lines{"staging: linear (only evaluated) yes -> no admits the same", "staging: commits.sign_off (only evaluated) no -> yes admits the same"});
}

TEST_CASE("more people who may break a rule loosen it") {
  CHECK(between("linear = true", "linear = true\nbypass = [\"lead\"]") == Lines{"staging: bypass nobody -> lead loosens"});
  CHECK(between("linear = true\nbypass = [\"*\"]", "linear = true\nbypass = [\"lead\"]") == Lines{"staging: bypass anybody -> lead tightens"});
}

TEST_CASE("a bypass that lets somebody past the stricter of two blocks is seen") {
  const std::string one = "[[branch]]\nmatch = [\"m\"]\nallow = [\"merge\"]\n";
  const std::string two = "[[branch]]\nmatch = [\"m\"]\nallow = [\"merge\", \"commit\"]\n[[branch]]\nmatch = [\"m\"]\nallow = [\"merge\"]\nbypass = [\"lead\"]\n";
  CHECK(texts(policy_of(one), policy_of(two)) == Lines{"m: allow, for lead by a bypass merge -> commit and merge loosens"});
}

TEST_CASE("a suite that comes is asked of refs that no block mentions") {
  const std::string more = k_suites + "[suite.c]\nbuild = \"c\"\nrun = [\"t\"]\n";
  CHECK(texts(policy_of(""), policy_of("", more)) == Lines{"any other branch, any other tag: require a and b -> a, b and c tightens",
                                                           ": suite.c nothing -> t in an image built from c, up to 30 min 0 s tightens"});
}

TEST_CASE("the policy as a whole") {
  CHECK(texts(policy_of("serial = 1\n"), policy_of("serial = 2\n")) == Lines{": serial 1 -> 2 tightens"});
  CHECK(texts(policy_of("serial = 2\n"), policy_of("serial = 1\n")) == Lines{": serial 2 -> 1 loosens"});
  CHECK(texts(policy_of("serial = 1\n"), policy_of("")) == Lines{": serial 1 -> nothing loosens"});
  CHECK(texts(policy_of("[policy]\nowners = [\"lead\"]\n"), policy_of("")) == Lines{": policy.owners lead -> nothing loosens"});
  CHECK(texts(policy_of("[policy]\nowners = [\"lead\"]\n"), policy_of("[policy]\nowners = [\"lead\", \"mate\"]\n")) == Lines{": policy.owners lead -> lead or mate loosens"});
  CHECK(texts(policy_of("[policy]\nallowed_signers = \"a\"\n"), policy_of("[policy]\nallowed_signers = \"b\"\n")) == Lines{": policy.allowed_signers a -> b changes"});
  CHECK(texts(policy_of(""), policy_of("allow_override = [\"linear\"]\n")) == Lines{": allow_override nothing -> linear loosens"});
  CHECK(texts(policy_of("[policy]\nowners = [\"lead\"]\n"), policy_of("[policy]\nowners = [\"mate\"]\n")) ==
        Lines{": policy.owners lead -> lead or mate loosens", ": policy.owners lead or mate -> mate tightens"});
  CHECK(texts(policy_of("[policy]\nallowed_signers = \"a\"\n"), policy_of("")) == Lines{": policy.allowed_signers a -> nothing changes"});
  CHECK(texts(policy_of("policy_branch = \"a\"\n"), policy_of("policy_branch = \"b\"\n")) == Lines{": policy_branch a -> b changes"});
}

TEST_CASE("what can't be put in order asks for a look as what loosens does") {
  const auto asks = [](const Policy& a, const Policy& b) {
    const auto found = compare(a, b);
    return std::any_of(found.begin(), found.end(), may_loosen);
  };
  CHECK(asks(policy_of("policy_branch = \"a\"\n"), policy_of("policy_branch = \"b\"\n")));
  CHECK(asks(staging("linear = true"), staging("")));
  CHECK_FALSE(asks(staging(""), staging("linear = true")));
  CHECK_FALSE(asks(policy_of("serial = 1\n"), policy_of("serial = 2\n")));
  CHECK_FALSE(asks(staging("enforcement = \"evaluate\""), staging("enforcement = \"evaluate\"\nlinear = true")));
}

TEST_CASE("freezes are compared by the time that they cover") {
  const auto freeze = [](const std::vector<std::pair<std::string, std::string>>& windows) {
    std::string text;
    for (const auto& [from, until] : windows) {
      text += (text.empty() ? "" : ", ") + ("{ from = 2026-12-" + from + "T00:00:00Z, until = 2026-12-" + until + "T00:00:00Z, reason = \"rest " + from + "\" }");
    }
    return "freeze = [" + text + "]";
  };
  const auto whole = freeze({{"10", "20"}});
  CHECK(between(whole, freeze({{"10", "15"}, {"15", "20"}})) == Lines{});
  CHECK(between(freeze({{"12", "20"}, {"10", "18"}}), whole) == Lines{});
  CHECK(between(freeze({{"10", "20"}, {"12", "13"}}), whole) == Lines{});
  CHECK(between(whole, freeze({{"10", "19"}})) ==
        Lines{"staging: freeze 2026-12-10T00:00:00Z to 2026-12-20T00:00:00Z -> 2026-12-10T00:00:00Z to 2026-12-19T00:00:00Z loosens"});
  CHECK(between(freeze({{"10", "19"}}), whole) ==
        Lines{"staging: freeze 2026-12-10T00:00:00Z to 2026-12-19T00:00:00Z -> 2026-12-10T00:00:00Z to 2026-12-20T00:00:00Z tightens"});
  CHECK(between(whole, freeze({{"10", "14"}, {"15", "20"}})) == Lines{"staging: freeze 2026-12-10T00:00:00Z to 2026-12-20T00:00:00Z -> 2026-12-10T00:00:00Z to "
                                                                      "2026-12-14T00:00:00Z and 2026-12-15T00:00:00Z to 2026-12-20T00:00:00Z loosens"});
  CHECK(between(whole, freeze({{"11", "21"}})) ==
        Lines{"staging: freeze 2026-12-10T00:00:00Z to 2026-12-20T00:00:00Z -> 2026-12-10T00:00:00Z to 2026-12-21T00:00:00Z tightens",
              "staging: freeze 2026-12-10T00:00:00Z to 2026-12-21T00:00:00Z -> 2026-12-11T00:00:00Z to 2026-12-21T00:00:00Z loosens"});
  CHECK(between(whole, "") == Lines{"staging: freeze 2026-12-10T00:00:00Z to 2026-12-20T00:00:00Z -> nothing loosens"});
  // The window is another block's part by part.
  CHECK(texts(staging(whole), policy_of("[[branch]]\nmatch = [\"staging\"]\n" + freeze({{"10", "15"}}) + "\n[[branch]]\nmatch = [\"*\"]\nremotes = [\"none\"]\n" +
                                        freeze({{"15", "20"}}) + "\n"))
            .front() == "staging on any other remote: freeze 2026-12-10T00:00:00Z to 2026-12-20T00:00:00Z -> 2026-12-10T00:00:00Z to 2026-12-15T00:00:00Z loosens");
}

TEST_CASE("a suite is another one when anything of it is") {
  const auto suite = [](const std::string& text) { return policy_of("", "[suite.a]\n" + text); };
  const auto composed = suite("compose = \"c.yml\"\nservice = \"s\"\nrun = [\"t\", \"x\"]\n");
  for (const std::string text :
       {"compose = \"d.yml\"\nservice = \"s\"\nrun = [\"t\", \"x\"]\n", "compose = \"c.yml\"\nservice = \"r\"\nrun = [\"t\", \"x\"]\n",
        "compose = \"c.yml\"\nservice = \"s\"\nrun = [\"t\"]\n", "compose = \"c.yml\"\nservice = \"s\"\nrun = [\"t x\"]\n",
        "compose = \"c.yml\"\nservice = \"s\"\nrun = [\"t\", \"x\"]\ndeps = false\n", "compose = \"c.yml\"\nservice = \"s\"\nrun = [\"t\", \"x\"]\nall = true\n",
        "compose = \"c.yml\"\nservice = \"s\"\nrun = [\"t\", \"x\"]\ntimeout = \"1m\"\n", "build = \"s\"\nrun = [\"t\", \"x\"]\n"}) {
    CAPTURE(text);
    const auto found = compare(composed, suite(text));
    REQUIRE(found.size() == 1);
    CHECK(found[0].what == "suite.a");
    CHECK(found[0].from != found[0].to);
    CHECK(found[0].direction == Direction::changes);
  }
  CHECK(texts(policy_of("[[branch]]\nmatch = [\"**\"]\nrequire = []\n[[tag]]\nmatch = [\"**\"]\nrequire = []\n"),
              policy_of("[[branch]]\nmatch = [\"**\"]\nrequire = []\n[[tag]]\nmatch = [\"**\"]\nrequire = []\n", "[suite.a]\nbuild = \".\"\nrun = [\"t\"]\n")) ==
        Lines{": suite.b t in an image built from the top folder, up to 30 min 0 s -> nothing loosens"});
}

TEST_CASE("what is published, by whom and when is compared part by part") {
  const auto image = [](const std::string& more) { return policy_of("[publish.x]\nsuite = \"a\"\n" + more); };
  const std::string branch = "branch = \"m\"\n";
  const std::string to = "to = \"registry.example.org/x\"\n";
  const auto usual = image(branch + to);
  CHECK(texts(usual, image(branch + to + "by = \"ci\"\n")) == Lines{": publish.x.by anyone -> ci tightens"});
  CHECK(texts(image(branch + to + "by = \"ci\"\n"), usual) == Lines{": publish.x.by ci -> anyone loosens"});
  CHECK(texts(image(branch + to + "by = \"ci\"\n"), image(branch + to + "by = \"local\"\n")) == Lines{": publish.x.by ci -> local changes"});
  CHECK(texts(usual, image("branch = \"n\"\n" + to)) == Lines{": publish.x.branch m -> n changes"});
  CHECK(texts(usual, image(branch + "to = \"registry.example.org/y\"\n")) == Lines{": publish.x.to registry.example.org/x -> registry.example.org/y changes"});
  CHECK(texts(usual, policy_of("[publish.x]\nsuite = \"b\"\n" + branch + to)) == Lines{": publish.x.suite a -> b changes"});
  CHECK(texts(usual, policy_of("[publish.x]\ntrigger = { env = \"URL\" }\nby = \"ci\"\n" + branch)).size() == 1);
  CHECK(texts(usual, policy_of("")).size() == 1);
  CHECK(texts(policy_of("[publish.x]\ntrigger = { env = \"URL\" }\nby = \"ci\"\n" + branch), policy_of("[publish.x]\ntrigger = { env = \"OTHER\" }\nby = \"ci\"\n" + branch)) ==
        Lines{": publish.x.trigger URL -> OTHER changes"});
  for (const auto& difference : compare(usual, policy_of(""))) {
    CHECK(may_loosen(difference));
  }
}

TEST_CASE("what more leaves the machine is looser") {
  const auto image = [](const std::string& more) { return policy_of("[publish.x]\nsuite = \"a\"\nbranch = \"m\"\n" + more); };
  const std::string to = "to = \"r.example/x\"\n";
  const auto usual = image(to);
  const auto two = image("to = [\"r.example/x\", \"r.example/y\"]\n");
  CHECK(texts(usual, two) == Lines{": publish.x.to r.example/x -> r.example/x, r.example/y loosens"});
  CHECK(texts(two, usual) == Lines{": publish.x.to r.example/x, r.example/y -> r.example/x tightens"});
  CHECK(texts(two, image("to = [\"r.example/y\", \"r.example/z\"]\n")) == Lines{": publish.x.to r.example/x, r.example/y -> r.example/y, r.example/z changes"});
  CHECK(texts(usual, image(to + "create = true\n")) == Lines{": publish.x.create false -> true loosens"});
  CHECK(texts(usual, image(to + "platforms = [\"linux/arm64\"]\n")) == Lines{": publish.x.platforms nothing -> linux/arm64 changes"});
  CHECK(texts(usual, image(to + "git_tag = \"v-{commit}\"\n")) == Lines{": publish.x.git_tag nothing -> v-{commit} loosens"});
  CHECK(texts(image(to + "git_tag = \"v-{commit}\"\n"), image(to + "git_tag = \"w-{commit}\"\n")) == Lines{": publish.x.git_tag v-{commit} -> w-{commit} changes"});
  const auto hook = image(to + "after = { webhook = { env = \"HOOK\" } }\n");
  CHECK(texts(usual, hook) == Lines{": publish.x.after.webhook nothing -> HOOK loosens"});
  CHECK(texts(hook, usual) == Lines{": publish.x.after.webhook HOOK -> nothing tightens"});
  const std::string other = "[publish.y]\nsuite = \"a\"\nbranch = \"n\"\nto = \"r.example/y\"\n";
  CHECK(texts(image(to + other), image(to + "from = \"y\"\n" + other)) == Lines{": publish.x.from nothing -> y changes"});
}

TEST_CASE("no loosening hides between the refs that are tried") {
  const auto linear = [](const std::string& patterns) { return policy_of("[[branch]]\nmatch = [" + patterns + "]\nlinear = true\n"); };
  const auto loosens = [](const Policy& a, const Policy& b) {
    const auto found = compare(a, b);
    return std::any_of(found.begin(), found.end(), [](const auto& d) { return d.direction == Direction::loosens; });
  };
  CHECK(loosens(linear("\"release/*\""), linear("\"release/any-name\"")));
  CHECK(loosens(linear("\"release/*\""), linear("\"release/*-name\"")));
  CHECK(loosens(linear("\"release/**\""), linear("\"release/*\", \"release/*/*\"")));
  CHECK(loosens(linear("\"release/*\""), linear("\"release/??*\"")));
  CHECK(loosens(linear("\"refs/**\""), linear("\"**\"")));
  CHECK_FALSE(loosens(linear("\"release/1.*\""), linear("\"release/*\"")));
  CHECK_FALSE(loosens(linear("\"*\""), linear("\"?\", \"??*\"")));
  CHECK_FALSE(loosens(linear("\"**\""), linear("\"*\", \"**/*\"")));
  CHECK(texts(linear("\"release/**\""), policy_of("[[branch]]\nmatch = [\"release/**\"]\n[[branch]]\nmatch = [\"release/*\"]\nlinear = true\n")) ==
        Lines{"release/**: linear yes -> no loosens"});
}

TEST_CASE("blocks that meet only where their patterns overlap are tried there") {
  const auto two = [](const std::string& allow) {
    return policy_of("[[branch]]\nmatch = [\"a*\"]\nallow = [\"merge\"]\n[[branch]]\nmatch = [\"*b\"]\nallow = [" + allow + "]\n");
  };
  CHECK(texts(two("\"merge\", \"commit\""), two("\"commit\"")) ==
        Lines{"*b: allow commit and merge -> commit tightens", "a* and *b: the blocks that match fit together -> contradict each other changes"});
}

TEST_CASE("patterns with too many overlaps to try them all ask for a look, in time") {
  std::string patterns;
  for (char c = 'a'; c <= 'z'; ++c) {
    patterns += (patterns.empty() ? "\"*" : ", \"*") + std::string(1, c) + "*\"";
  }
  const std::string head = "[[branch]]\nmatch = [" + patterns + "]\n";
  const auto a = policy_of(head + "linear = true\n");
  CHECK(compare(a, a).empty());
  const auto found = compare(a, policy_of(head + "linear = true\ncommits.sign_off = true\n"));
  CHECK(std::any_of(found.begin(), found.end(), [](const auto& d) { return d.what == "match" && may_loosen(d); }));
}

TEST_CASE("the way back is the mirror of the way there, and a policy is the same as itself") {
  const std::vector<std::string> rules = {
      "allow = [\"merge\"]", "allow = [\"merge\", \"fast-forward\"]", "from = [\"development\"]", "from = [\"development\", \"staging\"]", "require = []", "require = [\"a\"]",
      "first_parent = true", "linear = true", "name = '^x'", "merge_content = \"clean\"", "signed = \"all\"", "signed = \"merge\"", "allowed_signers = \"s\"",
      "commits.message = '^A'", "commits.message = '^B'", "commits.subject_max = 50", "commits.subject_max = 72", "commits.sign_off = true",
      "files.max_size = \"1MB\"", "files.deny = [\"*.pem\"]", "files.deny = [\"*.pem\", \".env\"]", "files.owners = [{ paths = [\"a\"], by = [\"x\"] }]",
      "files.owners = [{ paths = [\"a\", \"b\"], by = [\"x\", \"y\"] }]", "files.secrets = true", "enforcement = \"evaluate\"", "enforcement = \"off\"",
      "bypass = [\"lead\"]", "bypass = [\"*\"]", "bypass = [\"lead\", \"mate\"]", "remotes = [\"origin\"]",
      "freeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T00:00:00Z, reason = \"rest\" }]"};
  const std::vector<std::string> heads = {"[[branch]]\nmatch = [\"staging\"]\n", "[[branch]]\nmatch = [\"*\"]\n", "[[branch]]\nmatch = [\"**\", \"release/*\"]\n", "[[tag]]\nmatch = [\"v*\"]\n"};
  std::mt19937 random(20261122); // NOLINT: the same edits each time
  const auto pick = [&random](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
  const auto any_policy = [&] {
    std::string text = pick(3) == 0 ? "serial = " + std::to_string(1 + pick(3)) + "\n" : "";
    text += pick(3) == 0 ? "[policy]\nowners = [\"lead\"]\n" : "";
    for (std::size_t blocks = pick(4); blocks > 0; --blocks) {
      text += heads[pick(heads.size())];
      Lines chosen;
      for (std::size_t count = pick(4); count > 0; --count) {
        const auto& rule = rules[pick(rules.size())];
        const auto key = rule.substr(0, rule.find(' '));
        if (std::none_of(chosen.begin(), chosen.end(), [&](const std::string& c) { return c.substr(0, c.find(' ')) == key; })) {
          chosen.push_back(rule);
        }
      }
      for (const auto& rule : chosen) {
        text += rule + "\n";
      }
    }
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    const std::string one = any_policy();
    const std::string other = any_policy();
    CAPTURE(one, other);
    const auto a = policy_of(one);
    const auto b = policy_of(other);
    CHECK(compare(a, a).empty());
    auto back = compare(b, a);
    std::transform(back.begin(), back.end(), back.begin(), mirrored);
    CHECK(sorted(compare(a, b)) == sorted(back));
  }
}
