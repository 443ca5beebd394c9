// Publications to several places, of several services, and what follows them.
#include <catch2/catch.hpp>

#include "policy/parse.hpp"

using namespace gate;

namespace {

using Strings = std::vector<std::string>;

const std::string k_head = "schema = 1\n[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n"
                           "[suite.stack]\ncompose = \"c.yml\"\nservice = \"web\"\nrun = [\"t\"]\n"; // 8 lines

std::vector<PublishRule> rules_in(const std::string& text) {
  const auto parsed = parse_policy(k_head + text, "gate.toml", "0.1.0");
  if (!parsed) {
    FAIL(parsed.error().list.front().message);
  }
  return parsed->publications;
}

// The problems, one after the other: "LINE MESSAGE (HINT)".
std::string wrong(const std::string& text) {
  const auto parsed = parse_policy(k_head + text, "gate.toml", "0.1.0");
  REQUIRE_FALSE(parsed);
  std::string all;
  for (const auto& problem : parsed.error().list) {
    all += std::to_string(problem.place.line) + " " + problem.message + " (" + problem.hint + ")\n";
  }
  return all;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string publish(const std::string& name, const std::string& branch, const std::string& more, const std::string& suite = "api") {
  return "[publish." + name + "]\nbranch = \"" + branch + "\"\nsuite = \"" + suite + "\"\n" + more;
}

// One that has the line `more` as its fourth, of the image's own suite.
std::string one(const std::string& more) { return publish("one", "staging", more); }
std::string to_app(const std::string& more) { return one("to = \"r.example/app\"\n" + more); }
std::string of_stack(const std::string& more) { return publish("one", "staging", more, "stack"); }

const ImageDestination& image_of(const PublishRule& rule) { return std::get<ImageDestination>(rule.what); }

} // namespace

TEST_CASE("an image may go to several places") {
  const auto rules = rules_in(one("to = [\"{env:R}/app\", \"ghcr.io/team/app\"]\n"));
  CHECK(image_of(rules.at(0)).images.at(0).to == Strings{"{env:R}/app", "ghcr.io/team/app"});
  CHECK(has(wrong(one("to = [\"app\", \"docker.io/library/app\"]\n")), "12 \"docker.io/library/app\" is named twice"));
  CHECK(has(wrong(one("to = []\n")), "12 \"to\" names nothing"));
  CHECK(has(wrong(one("to = 1\n")), "\"to\" must be a text"));
  CHECK(has(wrong(one("to = [\"r.example/app\", \"R.example/App\"]\n")), "\"R.example/App\" can't be an image's name"));
  CHECK(has(wrong(one("to = [\"\"]\n")), "must not hold an empty text"));
}

TEST_CASE("the images of services go each to places of their own") {
  const auto rules = rules_in(of_stack("images = { nginx = [\"r.example/nginx\", \"ghcr.io/nginx\"], web = \"r.example/web\" }\n"));
  const auto& images = image_of(rules.at(0)).images;
  REQUIRE(images.size() == 2);
  CHECK(images[0].service == "nginx");
  CHECK(images[0].to == Strings{"r.example/nginx", "ghcr.io/nginx"});
  CHECK(images[1].service == "web");
  CHECK(images[1].to == Strings{"r.example/web"});
}

TEST_CASE("what is wrong with images of services is named") {
  CHECK(has(wrong(of_stack("to = \"r.example/a\"\nimages = { web = \"r.example/web\" }\n")), "13 \"images\" says for each service"));
  CHECK(has(wrong(one("images = { web = \"r.example/web\" }\n")), "12 \"images\" names services of a compose file, and suite \"api\" has none"));
  CHECK(has(wrong(of_stack("images = { a = \"r.example/a\", b = \"r.example/a\" }\n")), "the images of two services, \"a\" and \"b\", would go to \"r.example/a\""));
  CHECK(has(wrong(of_stack("images = {}\n")), "\"images\" is a table"));
  CHECK(has(wrong(of_stack("images = [\"r.example/a\"]\n")), "\"images\" is a table"));
  CHECK(has(wrong(of_stack("images = { \"a b\" = \"r.example/a\" }\n")), "\"a b\" can't be a service"));
  CHECK(has(wrong(of_stack("images = { a = \"https://r.example/a\", b = \"{branch}/b\" }\n")), "\"https://r.example/a\" can't be"));
  CHECK(has(wrong(of_stack("images = { a = \"https://r.example/a\", b = \"{branch}/b\" }\n")), "\"{branch}\" stands for nothing in \"b\""));
}

TEST_CASE("tags of all kinds are told apart, the whole commit first") {
  const auto rules = rules_in(to_app("tags = [\"{short_commit}\", \"{date}\", \"{commit}\", \"{version}\", \"t-{tree}\", \"{version}-{short_commit}\"]\n"));
  CHECK(image_of(rules.at(0)).commit_tags == Strings{"{commit}", "{short_commit}", "{version}-{short_commit}"});
  CHECK(image_of(rules.at(0)).branch_tags == Strings{"{date}", "{version}", "t-{tree}"});
  const auto versions = rules_in(to_app("tags = [\"{version}-{commit}\", \"{short_commit}\", \"{date}-{commit}\"]\n"));
  CHECK(image_of(versions.at(0)).commit_tags == Strings{"{date}-{commit}", "{version}-{commit}", "{short_commit}"});
  CHECK(has(wrong(to_app("tags = [\"{version}-{commit}\", \"{short_commit}\"]\n")), "13 \"tags\" needs one with {commit} and without {version}"));
}

TEST_CASE("platforms are read, for a suite that builds a folder") {
  CHECK(image_of(rules_in(to_app("platforms = [\"linux/amd64\", \"linux/arm/v7\"]\n")).at(0)).platforms == Strings{"linux/amd64", "linux/arm/v7"});
  CHECK(has(wrong(of_stack("to = \"r.example/a\"\nplatforms = [\"linux/arm64\"]\n")), "13 \"platforms\" takes a suite with \"build\", and suite \"stack\" has none"));
  CHECK(has(wrong(of_stack("images = { web = \"r.example/a\" }\nplatforms = [\"linux/arm64\"]\n")), "13 \"platforms\" goes with \"to\""));
  CHECK(has(wrong(to_app("platforms = [\"arm64\"]\n")), "13 \"arm64\" can't be a platform (it reads OS/ARCHITECTURE"));
  for (const char* const bad : {"linux/", "/arm64", "linux/a/b/c", "Linux/arm64", "--push/x", "linux/arm64,linux/amd64"}) {
    CHECK(has(wrong(to_app("platforms = [\"" + std::string(bad) + "\"]\n")), "can't be a platform"));
  }
  CHECK(has(wrong(to_app("platforms = [\"linux/arm64\", \"linux/arm64\"]\n")), "named twice"));
  CHECK(has(wrong(to_app("platforms = []\n")), "\"platforms\" names nothing"));
}

TEST_CASE("a repository is created only where the policy says so") {
  CHECK(image_of(rules_in(to_app("create = true\n")).at(0)).create);
  CHECK_FALSE(image_of(rules_in(to_app("create = false\n")).at(0)).create);
  CHECK(has(wrong(to_app("create = \"yes\"\n")), "\"create\" must be"));
  CHECK(has(wrong(to_app("creat = true\n")), "did you mean \"create\"?"));
}

namespace {

std::string pair_of(const std::string& staging, const std::string& live) {
  return publish("staging", "staging", staging) + publish("live", "master", "from = \"staging\"\n" + live);
}

} // namespace

TEST_CASE("what another publication has published is promoted") {
  const auto rules = rules_in(pair_of("to = \"r.example/app\"\n", "to = \"r.example/app\"\n"));
  CHECK(image_of(rules.at(0)).from == "staging");
  CHECK(rules_in(pair_of("to = \"r.example/app\"\n", "to = \"r.example/live\"\n")).size() == 2);
}

TEST_CASE("a promotion that has no source is an error that names it") {
  CHECK(has(wrong(to_app("from = \"one\"\n")), "13 [publish.one] takes \"from\" itself"));
  CHECK(has(wrong(to_app("from = \"two\"\n")), "takes \"from\" \"two\", and there is no [publish.two]"));
  CHECK(has(wrong(publish("staging", "staging", "to = \"a/b\"\n") + to_app("from = \"stagin\"\n")), "did you mean \"staging\"?"));
  CHECK(has(wrong(to_app("from = \"hub\"\n") + "[publish.hub]\nbranch = \"m\"\ntrigger = { env = \"D\" }\nby = \"ci\"\n"), "asks for a build"));
  const auto said = wrong(publish("a", "a", "to = \"r.example/a\"\nfrom = \"b\"\n") + publish("b", "b", "to = \"r.example/b\"\nfrom = \"c\"\n") +
                          publish("c", "c", "to = \"r.example/c\"\nfrom = \"a\"\n"));
  CHECK(said == "13 [publish.a] takes \"from\" itself in the end: a from b from c from a (let one of them take from none)\n");
}

TEST_CASE("a promotion of another image, or of nothing, is an error") {
  CHECK(has(wrong(publish("staging", "staging", "to = \"r.example/s\"\n", "stack") + publish("live", "m", "to = \"r.example/l\"\nfrom = \"staging\"\n")),
            "publishes the image of suite \"stack\", and this one that of \"api\""));
  CHECK(has(wrong(publish("staging", "staging", "images = { web = \"r.example/w\" }\n", "stack") +
                  publish("live", "m", "images = { web = \"r.example/l\", nginx = \"r.example/n\" }\nfrom = \"staging\"\n", "stack")),
            "publishes no image of service \"nginx\""));
  CHECK(has(wrong(pair_of("to = \"r.example/a\"\nplatforms = [\"linux/arm64\"]\n", "to = \"r.example/b\"\n")), "publishes for other platforms"));
  const std::string same = "to = \"r.example/app\"\ntags = [\"{commit}\"]\n";
  CHECK(has(wrong(pair_of(same, same)), "the same place under the same tags: nothing is left to promote"));
  CHECK(has(wrong(publish("staging", "m", "to = \"app\"\n") + publish("live", "m", "to = \"docker.io/library/app\"\nfrom = \"staging\"\n")), "nothing is left to promote"));
}

TEST_CASE("the place that a promotion takes from is that of the same service and position") {
  ImageDestination source;
  source.images = {{"api", {"a1", "a2"}}, {"nginx", {"n1"}}};
  CHECK(*promotion_source(source, "api", 1) == "a2");
  CHECK(*promotion_source(source, "nginx", 1) == "n1");
  CHECK(*promotion_source(source, "nginx", 0) == "n1");
  CHECK(promotion_source(source, "", 0) == nullptr);
}

TEST_CASE("a commit is tagged in git by a template") {
  CHECK(rules_in(to_app("git_tag = \"{branch}/{date}-{short_commit}\"\n")).at(0).git_tag == "{branch}/{date}-{short_commit}");
  CHECK(has(wrong(to_app("git_tag = \"{branch}-latest\"\n")), "13 \"git_tag\" would be the same for every commit"));
  CHECK(has(wrong(to_app("git_tag = \"{day}\"\n")), "\"{day}\" stands for nothing in a tag"));
  for (const char* const bad : {"a b-{date}", "{date}.lock", "-{date}", "refs/tags/{date}", "x..{date}"}) {
    CHECK(has(wrong(to_app("git_tag = \"" + std::string(bad) + "\"\n")), "can't be the name of a tag in git"));
  }
  const std::string both = "git_tag = \"x-{date}\"\n";
  CHECK(has(wrong(publish("a", "staging", "to = \"r.example/a\"\n" + both) + publish("b", "staging", "to = \"r.example/b\"\n" + both)),
            "14 [publish.b] and [publish.a] (gate.toml:9:1) would both tag the commits of staging as \"x-{date}\""));
  CHECK(rules_in(publish("a", "staging", "to = \"r.example/a\"\n" + both) + publish("b", "master", "to = \"r.example/b\"\n" + both)).size() == 2);
}

TEST_CASE("a webhook names a variable") {
  CHECK(rules_in(to_app("after = { webhook = { env = \"HOOK\" } }\n")).at(0).webhook == "HOOK");
  CHECK(rules_in(to_app("after.webhook.env = \"HOOK\"\n")).at(0).webhook == "HOOK");
  CHECK(has(wrong(to_app("after = { webhok = { env = \"HOOK\" } }\n")), "did you mean \"webhook\"?"));
  CHECK(has(wrong(to_app("after = { webhook = {} }\n")), "\"webhook\" needs \"env\""));
  CHECK(has(wrong(to_app("after = {}\n")), "\"after\" names no \"webhook\""));
}

TEST_CASE("a webhook's URL in the file is an error that does not repeat it") {
  for (const char* const after : {"\"https://h.example/s3cret\"", "{ webhook = \"https://h.example/s3cret\" }", "{ webhook = { env = \"https://h.example/s3cret\" } }"}) {
    const auto said = wrong(to_app("after = " + std::string(after) + "\n"));
    CHECK(has(said, "13 "));
    CHECK_FALSE(has(said, "s3cret"));
    CHECK(has(said, "env = \"DEPLOY_HOOK\""));
  }
}

TEST_CASE("nothing but who and when goes with a trigger") {
  const std::string hub = "[publish.hub]\nbranch = \"m\"\nby = \"ci\"\ntrigger = { env = \"D\" }\n";
  for (const std::string key : {"git_tag = \"{date}\"", "after = { webhook = { env = \"H\" } }", "platforms = [\"linux/arm64\"]", "create = true", "from = \"one\"", "suite = \"api\""}) {
    const auto name = key.substr(0, key.find(' '));
    CHECK(has(wrong(hub + key + "\n"), "13 \"" + name + "\" goes with \"to\", and [publish.hub] has \"trigger\""));
  }
  CHECK(has(wrong(hub + "images = { a = \"r.example/a\" }\n"), "needs either \"to\" or \"trigger\""));
}

TEST_CASE("all problems of a publication are told at once") {
  const auto said = wrong(to_app("tags = [\"{branch}\"]\nplatforms = [\"x\"]\ncreate = 1\ngit_tag = \"x\"\nafter = 1\nby = \"me\"\nfinish = \"no\"\n"));
  for (int line = 13; line <= 19; ++line) {
    CHECK(has(said, std::to_string(line) + " "));
  }
}

TEST_CASE("tags are disputed place by place and service by service") {
  const std::string both = "to = [\"r.example/a\", \"r.example/b\"]\n";
  CHECK(has(wrong(publish("x", "staging", both) + publish("y", "staging", "to = \"r.example/b\"\n", "stack")), "the tag \"{commit}\" of \"r.example/b\" to the images of two suites"));
  CHECK(has(wrong(publish("x", "staging", "images = { a = \"r.example/a\" }\n", "stack") + publish("y", "staging", "images = { b = \"r.example/a\" }\n", "stack")),
            "to the images of two services of suite stack"));
  CHECK(has(wrong(publish("x", "staging", "to = \"r.example/a\"\nplatforms = [\"linux/amd64\"]\n") + publish("y", "staging", "to = \"r.example/a\"\n")),
            "to images for different platforms"));
  CHECK(rules_in(publish("x", "staging", "images = { a = \"r.example/a\" }\n", "stack") + publish("y", "master", "images = { a = \"r.example/a\" }\n", "stack")).size() == 2);
}

TEST_CASE("tags that two branches would move are disputed, whatever they are made of") {
  const auto two = [](const std::string& tags) { return publish("x", "staging", "to = \"r.example/a\"\n" + tags) + publish("y", "master", "to = \"r.example/a\"\n" + tags); };
  CHECK(has(wrong(two("tags = [\"{commit}\", \"{date}\"]\n")), "the tag \"{date}\""));
  CHECK(has(wrong(two("tags = [\"{commit}\", \"v{version}\"]\n")), "the tag \"v{version}\""));
  // One tree is one image on both.
  CHECK(rules_in(two("tags = [\"{commit}\", \"{short_commit}\", \"{tree}\", \"{branch}-{date}\"]\n")).size() == 2);
}
