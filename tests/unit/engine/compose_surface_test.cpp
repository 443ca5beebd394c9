#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "engine/base_images.hpp"
#include "engine/compose_surface.hpp"

using namespace gate;

namespace {

using Files = std::map<std::string, std::string>;

TreeReader reader_of(Files files) {
  return [files = std::move(files)](const std::string& path) -> Result<TreeFile> {
    const auto found = files.find(path);
    return found == files.end() ? TreeFile{} : TreeFile{TreeFile::Kind::regular, found->second};
  };
}

Suite compose_suite(ServiceScope scope = ServiceScope::with_dependencies) {
  Suite suite;
  suite.name = "api";
  suite.source = ComposeSource{{"docker-compose.yml"}, "api", scope};
  suite.run = {"make", "test"};
  return suite;
}

Suite build_suite(const std::string& context) {
  Suite suite;
  suite.name = "tests";
  suite.source = BuildSource{context, {}, {}, {}};
  suite.run = {"true"};
  return suite;
}

std::vector<std::string> values(const Suite& suite, const Files& files) {
  const auto reading = read_suite_surface(suite, reader_of(files));
  REQUIRE(reading);
  std::vector<std::string> texts;
  for (const auto& line : reading->lines) {
    CHECK(line.subject == "suite " + suite.name);
    texts.push_back(line.value);
  }
  return texts;
}

bool has(const std::vector<std::string>& texts, const std::string& text) { return std::find(texts.begin(), texts.end(), text) != texts.end(); }

bool mentions(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

const char* const k_dockerfile = "FROM python:3.12 AS base\nRUN true\nFROM base\nCOPY --from=node:18 /a /a\n";

} // namespace

TEST_CASE("a file behind links is what they lead to, and they are sources as well") {
  const TreeReader read = [](const std::string& path) -> Result<TreeFile> {
    return path == "Dockerfile" ? TreeFile{TreeFile::Kind::regular, "FROM alpine\n", {"Dockerfile", "linked"}, "docker/Dockerfile"} : TreeFile{};
  };
  const auto reading = read_suite_surface(build_suite("."), read);
  REQUIRE(reading);
  REQUIRE(reading->lines.size() == 2);
  CHECK(reading->lines[1].value == "builds . by Dockerfile, which is docker/Dockerfile (FROM alpine), " + Digest::of("FROM alpine\n").str());
  CHECK(reading->sources == std::vector<std::string>{"Dockerfile", "docker/Dockerfile", "linked"});
}

TEST_CASE("the images that a Dockerfile begins with, without its own stages") {
  CHECK(base_images(k_dockerfile) == std::vector<std::string>{"python:3.12", "node:18"});
  CHECK(base_images("# FROM x\n  from --platform=linux/amd64 \\\n  # a comment\n  alpine\n") == std::vector<std::string>{"alpine"});
  CHECK(base_images("ARG V\nFROM img:${V}\nFROM img:${V} AS B\nFROM b\nCOPY --from=0 a b\n") == std::vector<std::string>{"img:${V}"});
  CHECK(base_images("").empty());
  CHECK(base_images("FROM").empty());
  CHECK(base_images("\\").empty());
}

TEST_CASE("a suite that is built names its base images and the Dockerfile's content") {
  const auto lines = values(build_suite("api"), {{"api/Dockerfile", k_dockerfile}});
  CHECK(has(lines, "runs true in an image built from api"));
  CHECK(has(lines, "builds ./api by api/Dockerfile (FROM python:3.12, node:18), " + Digest::of(k_dockerfile).str()));
  CHECK(has(values(build_suite("."), {{"Dockerfile", "FROM a"}}), "builds . by Dockerfile (FROM a), " + Digest::of("FROM a").str()));
  CHECK(has(values(build_suite("api"), {}), "builds ./api by api/Dockerfile, which is not there"));
}

TEST_CASE("what the services are given stands in lines of its own") {
  const auto lines = values(compose_suite(), {{"api/Dockerfile", "FROM a"},
                                              {"x.env", "# no\nONE=secret\n\n TWO=x\n"},
                                              {"docker-compose.yml", R"(
services:
  api:
    build: {context: ./api, args: {V: "1"}, target: t}
    command: [sh, -c, "a b"]
    depends_on: [db]
    environment: {B: secret, A: secret}
    env_file: x.env
    volumes: ["./data:/data:ro", {type: bind, source: ./more, target: /more}]
    networks: [back]
    ports: ["80:80"]
    container_name: fixed
    labels: {a: b}
    privileged: true
  db:
    image: postgres:16
  other:
    image: never
networks:
  back: {internal: true}
  plain:
)"}});
  CHECK(has(lines, "runs make test in service api of docker-compose.yml"));
  CHECK(has(lines, "service api builds ./api by api/Dockerfile (FROM a), " + Digest::of("FROM a").str()));
  CHECK(has(lines, "service api build.args {\"V\":\"1\"}"));
  CHECK(has(lines, "service api build.target t"));
  CHECK(has(lines, "service api command sh -c 'a b'"));
  CHECK(has(lines, "service api environment names A, B"));
  CHECK(has(lines, "service api environment names ONE, TWO (of x.env)"));
  CHECK(has(lines, "service api mounts ./data:/data:ro"));
  CHECK(mentions(lines, "service api mounts {\"source\":\"./more\""));
  CHECK(has(lines, "service api networks [\"back\"]"));
  CHECK(has(lines, "service api privileged true"));
  CHECK(has(lines, "service db image postgres:16"));
  CHECK(has(lines, "network back {\"internal\":true}"));
  for (const char* absent : {"secret", "never", "80:80", "fixed", "plain", "labels"}) {
    CHECK_FALSE(mentions(lines, absent));
  }
}

TEST_CASE("only services that the suite starts have a word") {
  const Files files{{"docker-compose.yml", "services:\n  api: {image: a, depends_on: [db]}\n  db: {image: b}\n  web: {image: c}\n"}};
  CHECK_FALSE(mentions(values(compose_suite(ServiceScope::alone), files), "image b"));
  CHECK(mentions(values(compose_suite(ServiceScope::with_dependencies), files), "image b"));
  CHECK_FALSE(mentions(values(compose_suite(ServiceScope::with_dependencies), files), "image c"));
  CHECK(mentions(values(compose_suite(ServiceScope::whole_file), files), "image c"));
}

TEST_CASE("files that are drawn in are read, and are sources") {
  const Files files{{"docker-compose.yml", "include: [sub/more.yml]\nservices:\n  api:\n    extends: {file: base/base.yml, service: x}\n    depends_on: [db]\n"},
                    {"base/base.yml", "services:\n  x: {build: ./ctx, extends: y}\n  y: {command: deep, depends_on: [queue]}\n"},
                    {"base/ctx/Dockerfile", "FROM z"},
                    {"sub/more.yml", "services:\n  db: {image: drawn-in}\n  queue: {image: leaned-on}\n"},
                    {".env", "TAG=1\n"}};
  const auto reading = read_suite_surface(compose_suite(), reader_of(files));
  REQUIRE(reading);
  const auto lines = values(compose_suite(), files);
  CHECK(has(lines, "service db image drawn-in"));
  CHECK(has(lines, "service api command deep"));
  CHECK(has(lines, "service queue image leaned-on"));
  CHECK(mentions(lines, "service api builds ./base/ctx by base/ctx/Dockerfile (FROM z)"));
  CHECK(has(lines, "reads .env, " + Digest::of("TAG=1\n").str()));
  CHECK(reading->sources ==
        std::vector<std::string>{".env", "base/base.yml", "base/ctx/Dockerfile", "docker-compose.yml", "sub/.env", "sub/more.yml"});
}

TEST_CASE("a file that can't be understood is known by its content") {
  const auto one = values(compose_suite(), {{"docker-compose.yml", "services: [\n"}});
  const auto two = values(compose_suite(), {{"docker-compose.yml", "services: [ \n"}});
  CHECK(has(one, "reads docker-compose.yml, " + Digest::of("services: [\n").str()));
  CHECK(one != two);
  CHECK(has(values(compose_suite(), {}), "reads docker-compose.yml, which is not there"));
  CHECK(has(values(compose_suite(), {{"docker-compose.yml", "just text"}}), "reads docker-compose.yml, " + Digest::of("just text").str()));
  CHECK(has(values(compose_suite(), {{"docker-compose.yml", "[a]"}}), "reads docker-compose.yml, " + Digest::of("[a]").str()));
  CHECK_FALSE(mentions(values(compose_suite(), {{"docker-compose.yml", "services:\n  api: 7\n"}}), "service api as a whole"));
}

TEST_CASE("a pointer to content that lies elsewhere is known by its own content, wherever it stands") {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') + "\nsize 12\n";
  const std::string reads = ", " + Digest::of(pointer).str();
  CHECK(has(values(compose_suite(), {{"docker-compose.yml", pointer}}), "reads docker-compose.yml" + reads));
  CHECK(has(values(compose_suite(), {{"docker-compose.yml", "include: [a.yml]"}, {"a.yml", pointer}}), "reads a.yml" + reads));
  const std::string extending = "services:\n  api: {extends: {file: a.yml, service: x}}\n";
  CHECK(has(values(compose_suite(), {{"docker-compose.yml", extending}, {"a.yml", pointer}}), "reads a.yml" + reads));
  CHECK(has(values(compose_suite(), {{"docker-compose.yml", "services: {api: {env_file: x.env}}"}, {"x.env", pointer}}), "reads x.env" + reads));
}

namespace {

// Is there anything in the second that the first does not have?
bool brings_more(const Files& before, const Files& after) {
  const auto known = read_suite_surface(compose_suite(), reader_of(before));
  const auto wanted = read_suite_surface(compose_suite(), reader_of(after));
  REQUIRE((known && wanted));
  return !new_lines(Surface(wanted->lines), Surface(known->lines)).empty();
}

Files with_service(const std::string& rest, const std::string& more = "") {
  return {{"docker-compose.yml", "services:\n  api:\n    image: a\n" + rest + more}};
}

} // namespace

TEST_CASE("a restriction that goes is something new") {
  for (const char* key : {"network_mode: none", "cap_drop: [ALL]", "user: nobody", "read_only: true", "security_opt: [no-new-privileges]", "mem_limit: 1g",
                          "entrypoint: /only-this", "environment: [SAFE=1]", "command:", "volumes: [\"/dev/null:/etc/secret\"]"}) {
    INFO(key);
    CHECK(brings_more(with_service("    " + std::string(key) + "\n"), with_service("")));
    CHECK(brings_more(with_service(""), with_service("    " + std::string(key) + "\n")));
  }
  const std::string internal = "networks: {default: {internal: true}}\n";
  CHECK(brings_more(with_service("", internal), with_service("")));
  Files with_env = with_service("    network_mode: ${MODE:-bridge}\n");
  const Files without_env = with_env;
  with_env[".env"] = "MODE=none\n";
  CHECK(brings_more(with_env, without_env));
  const Files extending{{"docker-compose.yml", "services:\n  api: {image: a, extends: x}\n  x: {network_mode: none}\n"}};
  CHECK(brings_more(extending, with_service("")));
}

TEST_CASE("how a compose file is written, and what the run drops, is nothing new") {
  const Files before = with_service("    environment: [A=1, B=2]\n    read_only: true\n");
  for (const char* text : {"# words\nservices: {api: {read_only: true, environment: {B: other, A: one}, image: 'a'}}\n",
                           "services:\n  api: {image: a, read_only: true, environment: [B=2, A=1], ports: ['80:80'], container_name: x, labels: {l: m}}\n",
                           "x-more: 1\nnetworks: {default: }\nservices:\n  web: {image: b}\n  api: {image: a, read_only: yes, environment: [B=2, A=1]}\n"}) {
    INFO(text);
    CHECK_FALSE(brings_more(before, {{"docker-compose.yml", text}}));
  }
}

TEST_CASE("a file behind a link stands for the whole tree") {
  const TreeReader read = [](const std::string&) -> Result<TreeFile> { return TreeFile{TreeFile::Kind::opaque, "tree 1234"}; };
  const auto reading = read_suite_surface(build_suite("api"), read);
  REQUIRE(reading);
  CHECK(reading->lines.back().value == "builds ./api by api/Dockerfile, which is no plain file: tree 1234");
  CHECK(reading->sources == std::vector<std::string>{k_any_file});
}

TEST_CASE("paths out of the tree and remote ones are shown and never read") {
  for (const char* context : {"../up", "/etc", "https://example.org/x.git", "~/x", "a/../../b", "${X}"}) {
    const TreeReader read = [](const std::string& path) -> Result<TreeFile> {
      CHECK(path.find("..") == std::string::npos);
      CHECK(path.front() != '/');
      const bool is_top = path == "docker-compose.yml";
      return is_top ? TreeFile{TreeFile::Kind::regular, "services: {api: {build: 'CONTEXT'}}"} : TreeFile{};
    };
    const TreeReader filled = [&](const std::string& path) -> Result<TreeFile> {
      auto file = read(path);
      if (const auto at = file->content.find("CONTEXT"); at != std::string::npos) {
        file->content.replace(at, 7, context);
      }
      return file;
    };
    const auto reading = read_suite_surface(compose_suite(), filled);
    REQUIRE(reading);
    CHECK(std::count(reading->lines.begin(), reading->lines.end(), SurfaceLine{"suite api", std::string("service api builds ") + context}) == 1);
  }
}

TEST_CASE("services that extend each other without end are an error, and soon") {
  CHECK_FALSE(read_suite_surface(compose_suite(), reader_of({{"docker-compose.yml", "services:\n  api: {extends: api}\n"}})));
  CHECK_FALSE(read_suite_surface(compose_suite(), reader_of({{"docker-compose.yml", "services:\n  api: {extends: {file: docker-compose.yml, service: api}}\n"}})));
  const std::string several = "include: [{path: [a.yml, b.yml, c.yml]}]\nservices:\n  api: {extends: api}\n";
  const std::string same = "services:\n  api: {extends: api}\n";
  CHECK_FALSE(read_suite_surface(compose_suite(), reader_of({{"docker-compose.yml", several}, {"a.yml", same}, {"b.yml", same}, {"c.yml", same}})));
}

TEST_CASE("an error of the reader is the answer") {
  const TreeReader read = [](const std::string&) -> Result<TreeFile> { return could_not_run("not here"); };
  CHECK_FALSE(read_suite_surface(compose_suite(), read));
}

TEST_CASE("of several compose files all are read, seen from the folder of the first") {
  Suite suite = compose_suite();
  suite.source = ComposeSource{{"docker-compose.yml", "test/more.yml"}, "api", ServiceScope::with_dependencies};
  const auto texts = values(suite, {{"docker-compose.yml", "services: {api: {image: one}}\n"},
                                    {"test/more.yml", "services: {api: {user: '7', env_file: x.env, depends_on: [db]}, db: {image: two}}\n"},
                                    {"x.env", "SECRET=1\n"}});
  CHECK(has(texts, "service api image one"));
  CHECK(has(texts, "service api user 7"));
  CHECK(has(texts, "service db image two"));
  CHECK(mentions(texts, "environment names SECRET (of x.env)"));
}

TEST_CASE("a Dockerfile that the policy names by its path in the tree") {
  Suite suite = build_suite("web");
  suite.source = BuildSource{"web", "docker/web.Dockerfile", {}, {}};
  const auto texts = values(suite, {{"docker/web.Dockerfile", "FROM alpine\n"}});
  CHECK(mentions(texts, "builds ./web by docker/web.Dockerfile (FROM alpine)"));
}
