#include "engine/hazards.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "engine/compose_document.hpp"
#include "engine/compose_files.hpp"
#include "os/files.hpp"

namespace fs = std::filesystem;
using namespace gate;

namespace {

using Sentences = std::vector<std::string>;

struct Tree {
  TemporaryFolder folder =
      std::move(*TemporaryFolder::make(fs::canonical(fs::temp_directory_path()), "gate-test-"));
  fs::path root = folder.path() / "tree";

  Tree() {
    fs::create_directories(root / "web" / "deep");
    fs::create_directories(folder.path() / "outside");
    fs::create_symlink("/etc", root / "etc");
    fs::create_symlink("/nowhere/at/all", root / "dangling");
    fs::create_symlink("web", root / "link");
  }

  Judged judged(const std::string& service, const std::string& rest = "", const Sentences& allow = {}) const {
    const auto model = parse_compose("services:\n  api: {" + service + "}\n" + rest);
    REQUIRE(model);
    return hazards(*model, {"api"}, root, allow);
  }

  /// Without how a policy could allow it.
  Sentences judge(const std::string& service, const std::string& rest = "") const { return plain(judged(service, rest)); }

  static Sentences plain(const Judged& judged) {
    Sentences sentences;
    for (const Hazard& hazard : judged.refused) {
      sentences.push_back(hazard.sentence.substr(0, hazard.sentence.find("; the policy of")));
    }
    return sentences;
  }

  Sentences hidden(const std::string& text) const {
    REQUIRE(write_file(root / "docker-compose.yml", text, 0644));
    return drawn_files(root, {root / "docker-compose.yml"}).hazards;
  }
};

std::string refusal(const std::string& what) {
  return "service \"api\": " + what + " is not allowed in a suite";
}

} // namespace

TEST_CASE("each hazard of a service is refused by name") {
  const Tree tree;
  const std::vector<std::pair<std::string, std::string>> table{
      {"privileged: true", "privileged"},
      {"privileged: 'true'", "privileged"},
      {"network_mode: host", "network_mode: host"},
      {"network_mode: 'container:x'", "network_mode: container:x"},
      {"network_mode: some_other_network", "network_mode: some_other_network"},
      {"pid: host", "pid: host"},
      {"pid: 'container:x'", "pid: container:x"},
      {"ipc: host", "ipc: host"},
      {"uts: host", "uts: host"},
      {"userns_mode: host", "userns_mode: host"},
      {"cgroup: host", "cgroup: host"},
      {"cgroup_parent: /x", "cgroup_parent: /x"},
      {"devices: ['/dev/sda:/dev/sda']", "device /dev/sda"},
      {"devices: [{source: /dev/sda}]", "device /dev/sda"},
      {"device_cgroup_rules: ['c 1:3 mr']", "device_cgroup_rules: c 1:3 mr"},
      {"cap_add: [SYS_ADMIN]", "cap_add: SYS_ADMIN"},
      {"security_opt: ['seccomp:unconfined']", "security_opt: seccomp:unconfined"},
      {"sysctls: {net.core.somaxconn: 1024}", "sysctls: net.core.somaxconn=1024"},
      {"sysctls: ['net.core.somaxconn=1024']", "sysctls: net.core.somaxconn=1024"},
      {"runtime: nvidia", "runtime: nvidia"},
      {"volumes_from: ['container:x']", "volumes_from: container:x"},
      {"external_links: [x]", "external_links: x"},
      {"gpus: all", "gpus: all"},
      {"gpus: [{count: 1}]", "gpus: {\"count\":1}"},
      {"credential_spec: {file: x}", "credential_spec: file=x"},
      {"oom_kill_disable: true", "oom_kill_disable"},
      {"use_api_socket: true", "use_api_socket"},
      {"provider: {type: x}", "provider: type=x"},
      {"post_start: [{command: x, privileged: true}]", "post_start: {\"command\":\"x\",\"privileged\":true}"},
      {"isolation: hyperv", "isolation: hyperv"},
      {"some_new_key: 1", "some_new_key: 1"},
      {"scale: 500", "scale: 500"},
      {"deploy: {replicas: 500}", "deploy.replicas: 500"},
      {"deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}",
       "deploy.resources.reservations.devices"},
      {"build: {context: web, network: host}", "build.network: host"},
      {"build: {context: web, privileged: true}", "build.privileged"},
      {"build: {context: web, ssh: [default]}", "build.ssh"},
      {"build: {context: web, additional_contexts: {a: /etc}}", "build.additional_contexts"},
      {"build: {context: web, dockerfile_inline: 'FROM x'}", "build.dockerfile_inline"},
      {"build: ..", "the build context .. outside of the tree"},
      {"build: {context: /etc}", "the build context /etc outside of the tree"},
      {"build: etc", "the build context etc outside of the tree"},
      {"build: 'https://example.com/x.git'", "the remote build context https://example.com/x.git"},
      {"build: {context: web, dockerfile: ../../outside/Dockerfile}",
       "the dockerfile ../../outside/Dockerfile outside of the tree"},
  };
  for (const auto& [text, what] : table) {
    INFO(text);
    CHECK(tree.judge(text) == Sentences{refusal(what)});
  }
}

TEST_CASE("what a policy allows by name is let through, and that very thing only") {
  const Tree tree;
  const std::vector<std::pair<std::string, std::string>> table{
      {"privileged: true", "privileged"},
      {"volumes: ['/var/run/docker.sock:/x']", "docker.sock"},
      {"devices: ['/dev/kvm:/dev/kvm']", "device /dev/kvm"},
      {"volumes: ['/etc:/x']", "bind /etc"},
      {"volumes: ['./etc:/x']", "bind /etc"},
      {"volumes: ['./link/../../../etc:/x']", "bind " + (tree.root.parent_path().parent_path() / "etc").string()},
      {"network_mode: host", "host-network"},
      {"pid: host", "host-pid"},
      {"cap_add: [NET_ADMIN]", "cap_add NET_ADMIN"},
      {"sysctls: {net.core.somaxconn: 1024}", "sysctls net.core.somaxconn=1024"},
      {"security_opt: ['seccomp:unconfined']", "security_opt seccomp:unconfined"},
      {"gpus: all", "gpus all"},
      {"scale: 3", "scale 3"},
      {"deploy: {replicas: 3}", "deploy.replicas 3"},
  };
  for (const auto& [text, name] : table) {
    INFO(text);
    const Judged refused = tree.judged(text);
    REQUIRE(refused.refused.size() == 1);
    CHECK(refused.refused.front().name == name);
    CHECK(refused.refused.front().sentence.find("allow = [\"" + name + "\"]") != std::string::npos);
    const Judged allowed = tree.judged(text, "", {name});
    CHECK(allowed.refused.empty());
    CHECK(allowed.let_through == Sentences{name});
    CHECK(tree.judged(text, "", {"*", "other", name + "x", name.substr(0, name.size() - 1)}).refused.size() == 1);
  }
  CHECK(tree.judged("cap_add: [NET_ADMIN, SYS_ADMIN]", "", {"cap_add NET_ADMIN"}).refused.size() == 1);
}

TEST_CASE("an external network or volume is allowed by its real name") {
  const Tree tree;
  const std::string network = "networks: {n: {external: true, name: theirs}}";
  CHECK(tree.judged("networks: [n]", network).refused.front().name == "external network theirs");
  CHECK(tree.judged("networks: [n]", network, {"external network theirs"}).refused.empty());
  CHECK(tree.judged("networks: [n]", network, {"external network n"}).refused.size() == 1);
  CHECK(tree.judged("volumes: ['v:/v']", "volumes: {v: {external: {name: theirs}}}").refused.front().name == "external volume theirs");
}

TEST_CASE("nothing allows what gate would not carry out, or what compose reads from outside") {
  const Tree tree;
  for (const std::string text : {"build: {context: web, ssh: [default]}", "build: ..", "build: 'https://example.com/x.git'", "volumes: ['./web:/x:rshared']"}) {
    INFO(text);
    const Judged judged = tree.judged(text);
    REQUIRE(judged.refused.size() == 1);
    CHECK(judged.refused.front().name.empty());
    CHECK(judged.refused.front().sentence.find("allow") == judged.refused.front().sentence.rfind("allowed"));
  }
}

TEST_CASE("an Engine of another machine has no file of this one") {
  const auto model = parse_compose("services: {a: {volumes: ['./web:/x', 'v:/y']}, b: {secrets: [s]}, c: {volumes: ['v:/y']}}\nsecrets: {s: {file: ./x}}\n");
  REQUIRE(model);
  CHECK(binds_of_this_machine(*model, {"a", "b", "c"}).size() == 2);
  CHECK(binds_of_this_machine(*model, {"c"}).empty());
}

TEST_CASE("a suite without a network has no way out") {
  const auto model = parse_compose("services: {a: {network_mode: host}, b: {networks: [n]}, c: {network_mode: bridge}, d: {networks: {m: null}}, e: {image: x}}\n"
                                   "networks: {n: {external: true}, m: {driver: bridge}}\n");
  REQUIRE(model);
  CHECK(ways_out(*model, {"a", "b", "c", "d", "e"}).size() == 2);
  CHECK(ways_out(*model, {"c", "d", "e"}).empty());
}

TEST_CASE("binds outside of the tree are refused in both spellings") {
  const Tree tree;
  for (const std::string source :
       {"/etc", "/", "..", "./../outside", "./etc", "./etc/ssh", "link/../../outside", "./dangling", "~/x",
        "./dangling/x", "./web/../../outside"}) {
    INFO(source);
    const Sentences expected{refusal("the bind of " + source + ", which lies outside of the tree,")};
    CHECK(tree.judge("volumes: ['" + source + ":/x']") == expected);
    CHECK(tree.judge("volumes: ['" + source + ":/x:ro']") == expected);
    CHECK(tree.judge("volumes: [{type: bind, source: " + source + ", target: /x}]") == expected);
  }
}

TEST_CASE("a limit that can't be read is refused") {
  const Tree tree;
  const std::vector<std::pair<std::string, std::string>> table{
      {"pids_limit: -5", "pids_limit: -5"},
      {"mem_limit: '+8g'", "mem_limit: +8g"},
      {"mem_limit: -1", "mem_limit: -1"},
      {"cpus: '-1'", "cpus: -1"},
      {"deploy: {resources: {limits: {memory: '+8g'}}}", "deploy.resources.limits.memory: +8g"},
      {"deploy: {resources: {limits: {pids: many}}}", "deploy.resources.limits.pids: many"},
  };
  for (const auto& [text, what] : table) {
    INFO(text);
    CHECK(tree.judge(text) == Sentences{"service \"api\": " + what + " can't be read as a limit"});
  }
  CHECK(tree.judge("pids_limit: -1, mem_limit: 1.5gb, cpus: '0.5'").empty());
}

TEST_CASE("a .dockerignore that leads out of the tree is refused") {
  const Tree tree;
  const auto refused = [&](const std::string& what) { return Sentences{refusal(what)}; };
  fs::create_symlink("/etc/passwd", tree.root / "web" / ".dockerignore");
  CHECK(tree.judge("build: ./web") == refused("the file ./web/.dockerignore outside of the tree"));
  fs::remove(tree.root / "web" / ".dockerignore");
  fs::create_symlink("../../outside/x", tree.root / "web" / "Test.dockerignore");
  CHECK(tree.judge("build: {context: ./web, dockerfile: Test}") == refused("the file ./web/Test.dockerignore outside of the tree"));
  CHECK(tree.judge("build: ./web").empty());
  fs::create_directory(tree.root / "web" / "Dockerfile.dockerignore");
  CHECK(tree.judge("build: ./web") == refused("./web/Dockerfile.dockerignore, which is no file,"));
  fs::remove(tree.root / "web" / "Dockerfile.dockerignore");
  REQUIRE(write_file(tree.root / "ignored", "x\n", 0644));
  fs::create_symlink("../ignored", tree.root / "web" / ".dockerignore");
  CHECK(tree.judge("build: ./web").empty());
}

TEST_CASE("sockets are refused, wherever they are") {
  const Tree tree;
  CHECK(tree.judge("volumes: ['/var/run/docker.sock:/x']") ==
        Sentences{refusal("the bind of the socket /var/run/docker.sock")});
  const fs::path path = tree.root / "s";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(tree.judge("volumes: ['./s:/x']") == Sentences{refusal("the bind of the socket ./s")});
  close(fd);
}

TEST_CASE("volume entries that can't be judged are refused") {
  const Tree tree;
  for (const std::string entry :
       {"'./web:/x:rshared'", "'./web:/x:shared'", "'a:b:c:d'", "{type: npipe, source: x, target: /x}",
        "{type: bind, target: /x}", "{type: volume, source: /etc, target: /x}",
        "{type: bind, source: ./web, target: /x, bind: {propagation: shared}}",
        "{type: bind, source: ./web, target: /x, unknown: 1}", "7"}) {
    INFO(entry);
    const Sentences found = tree.judge("volumes: [" + entry + "]");
    REQUIRE(found.size() == 1);
    CHECK(found.front().find("the volume ") != std::string::npos);
  }
}

TEST_CASE("a bind that another container could turn into a symlink is refused") {
  const Tree tree;
  CHECK(tree.judge("volumes: ['.:/a', './web:/b']").size() == 1);
  CHECK(tree.judge("volumes: ['./web:/a', './web/deep:/b:ro']").size() == 1);
  CHECK(tree.judge("volumes: ['.:/a:ro', './web:/b']").empty());
  CHECK(tree.judge("volumes: ['./web:/a', './web:/b']").empty());
}

TEST_CASE("networks, volumes, secrets and configs that a service uses are judged") {
  const Tree tree;
  const auto judge = [&](const std::string& use, const std::string& rest) { return tree.judge(use, rest); };
  CHECK(judge("networks: [n]", "networks: {n: {external: true}}") ==
        Sentences{"network \"n\": external is not allowed in a suite"});
  CHECK(judge("networks: {n: {}}", "networks: {n: {external: {name: x}}}").size() == 1);
  CHECK(judge("image: x", "networks: {default: {external: true}}").size() == 1);
  CHECK(judge("networks: [n]", "networks: {n: {driver: macvlan}}") ==
        Sentences{"network \"n\": driver: macvlan is not allowed in a suite"});
  CHECK(judge("networks: [n]", "networks: {n: {driver_opts: {parent: eth0}}}").size() == 1);
  CHECK(judge("networks: [n]", "networks: {n: {ipam: {config: [{subnet: 8.8.8.0/24}]}}}").size() == 1);
  CHECK(judge("networks: {n: {ipv4_address: 10.0.0.2}}", "networks: {n: {}}").size() == 1);
  CHECK(judge("volumes: ['v:/v']", "volumes: {v: {external: true}}") ==
        Sentences{"volume \"v\": external is not allowed in a suite"});
  CHECK(judge("volumes: [{type: volume, source: v, target: /v}]",
              "volumes: {v: {driver_opts: {device: /etc, type: none, o: bind}}}")
            .size() == 1);
  CHECK(judge("volumes: ['v:/v']", "volumes: {v: {driver: rexray}}").size() == 1);
  CHECK(judge("secrets: [s]", "secrets: {s: {file: /etc/shadow}}") ==
        Sentences{"secret \"s\": the bind of /etc/shadow, which lies outside of the tree, is not allowed in "
                  "a suite"});
  CHECK(judge("configs: [{source: c}]", "configs: {c: {file: ./etc/shadow}}").size() == 1);
  CHECK(judge("secrets: [s]", "secrets: {s: {external: true}}").size() == 1);
  CHECK(judge("image: x", "networks: {n: {external: true}}\nvolumes: {v: {external: true}}").empty());
}

TEST_CASE("anchors and merge keys hide nothing") {
  const Tree tree;
  const auto model = parse_compose(
      "x-a: &a {privileged: true}\nx-b: &b ['/etc:/x']\nservices:\n  api: {<<: *a, volumes: *b}\n");
  REQUIRE(model);
  CHECK(Tree::plain(hazards(*model, {"api"}, tree.root)) ==
        Sentences{refusal("privileged"), refusal("the bind of /etc, which lies outside of the tree,")});
}

TEST_CASE("all refusals come at once, and only for services that are started") {
  const Tree tree;
  const auto model = parse_compose(
      "services:\n  api: {privileged: true, pid: host}\n  db: {ipc: host}\n  other: {privileged: true}\n");
  REQUIRE(model);
  CHECK(hazards(*model, {"api", "db"}, tree.root).refused.size() == 3);
}

TEST_CASE("harmless services pass") {
  const Tree tree;
  for (const std::string text :
       {"image: x, privileged: false, cap_add: [], devices: null, ports: ['80:80'], restart: always, "
        "container_name: n",
        "build: ./web", "build: {context: ./web, args: {A: 1}, target: t, network: none, labels: {a: b}}",
        "network_mode: none", "network_mode: 'service:db'", "pid: 'service:db'", "ipc: shareable",
        "volumes: ['data:/d', './web:/code', './web/deep', '/anonymous', {type: tmpfs, target: /t}]",
        "volumes: ['./link:/x', './new:/y']", "security_opt: ['no-new-privileges:true']",
        "cap_drop: [ALL], read_only: true, user: '1000'",
        "scale: 1, deploy: {replicas: 1, resources: {limits: {cpus: '1', memory: 64M}}, restart_policy: {condition: "
        "any}}",
        "environment: {A: b}, command: [x], healthcheck: {test: [CMD, true]}, depends_on: {db: {condition: "
        "service_healthy}}",
        "logging: {driver: syslog}, x-own: {privileged: true}, tmpfs: [/tmp], ulimits: {nofile: 1024}, init: "
        "true"}) {
    INFO(text);
    CHECK(tree.judge(text, "volumes: {data: {name: fixed, driver: local}}\nnetworks: {default: {driver: "
                           "bridge, internal: true}}") == Sentences{});
  }
}

TEST_CASE("files that compose would read from outside are refused in every spelling") {
  const Tree tree;
  for (const std::string text :
       {"env_file: /etc/passwd", "env_file: [/etc/passwd]",
        "env_file: [{path: /etc/passwd, required: false}]", "env_file: ../outside/x", "env_file: etc/passwd",
        "env_file: '${HOME}/.aws/credentials'", "env_file: ~/.aws/credentials", "label_file: /etc/passwd",
        "extends: {file: ../outside/c.yml, service: x}", "\"e\\x6ev_file\": /etc/passwd",
        "<<: {env_file: /etc/passwd}", "extends: {file: 'https://example.com/c.yml', service: x}"}) {
    INFO(text);
    CHECK(tree.hidden("services:\n  api: {" + text + "}\n").size() == 1);
  }
  for (const std::string text :
       {"include: [../outside/c.yml]", "include: [{path: [../outside/c.yml]}]",
        "include: [{path: inner.yml, env_file: /etc/passwd}]", "include: ['oci://registry/x']",
        "secrets: {s: {file: /etc/shadow}}", "configs: {s: {file: ~/x}}"}) {
    INFO(text);
    REQUIRE(write_file(tree.root / "inner.yml", "services: {}\n", 0644));
    CHECK(tree.hidden("services: {}\n" + text + "\n").size() == 1);
  }
}

TEST_CASE("files in the tree are followed, and judged as well") {
  const Tree tree;
  REQUIRE(write_file(tree.root / "web" / "base.yml", "services: {b: {env_file: ../../outside/x}}\n", 0644));
  CHECK(tree.hidden("services: {a: {extends: {file: web/base.yml, service: b}}}\n") ==
        Sentences{"service \"b\": env_file ../../outside/x lies outside of the tree"});
  REQUIRE(write_file(tree.root / "web" / "base.yml",
                     "services: {b: {extends: {file: ../docker-compose.yml, service: a}}}\n", 0644));
  CHECK(tree.hidden("services: {a: {extends: {file: web/base.yml, service: b}, env_file: [web/x.env]}}\n")
            .empty());
  CHECK(tree.hidden("services: {a: {extends: b}, b: {image: x}}\n").empty());
}

TEST_CASE("several files are read from the folder of the first, and everything that they draw in is known") {
  const Tree tree;
  REQUIRE(write_file(tree.root / "a.yml", "services: {api: {env_file: web/a.env}}\n", 0644));
  REQUIRE(write_file(tree.root / "web" / "b.yml", "services: {api: {env_file: web/b.env}}\n", 0644));
  REQUIRE(write_file(tree.root / "web" / "c.yml", "volumes: {v: {}}\n", 0644));
  REQUIRE(write_file(tree.root / "web" / "a.env", "A=1\n", 0644));
  const DrawnFiles drawn = drawn_files(tree.root, {tree.root / "a.yml", tree.root / "web" / "b.yml", tree.root / "web" / "c.yml"});
  CHECK(drawn.hazards.empty());
  CHECK(drawn.complete);
  std::map<std::string, bool> found;
  for (const auto& content : drawn.contents) {
    found[content.path.lexically_relative(tree.root).string()] = content.text.has_value();
  }
  CHECK(found == std::map<std::string, bool>{{"a.yml", true}, {"web/a.env", true}, {"web/b.env", false}, {"web/b.yml", true}, {"web/c.yml", true}});
  CHECK(drawn.variables.front().path == tree.root / ".env");
  REQUIRE(write_file(tree.root / "web" / "b.yml", "services: {api: {env_file: ../outside/x}}\n", 0644));
  CHECK(drawn_files(tree.root, {tree.root / "a.yml", tree.root / "web" / "b.yml"}).hazards.size() == 1);
}

TEST_CASE("a compose file or .env that leads out of the tree is refused") {
  const Tree tree;
  fs::create_symlink("/etc/passwd", tree.root / ".env");
  CHECK(tree.hidden("services: {}\n") == Sentences{".env lies outside of the tree"});
  fs::create_symlink("/etc/passwd", tree.root / "c.yml");
  CHECK(drawn_files(tree.root, {tree.root / "c.yml"}).hazards ==
        Sentences{"the compose file c.yml lies outside of the tree"});
}
