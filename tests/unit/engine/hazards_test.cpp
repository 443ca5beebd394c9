#include "engine/hazards.hpp"

#include <filesystem>
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

  Sentences judge(const std::string& service, const std::string& rest = "") const {
    const auto model = parse_compose("services:\n  api: {" + service + "}\n" + rest);
    REQUIRE(model);
    return hazards(*model, {"api"}, root);
  }

  Sentences hidden(const std::string& text) const {
    REQUIRE(write_file(root / "docker-compose.yml", text, 0644));
    return hidden_hazards(root, root / "docker-compose.yml");
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
      {"devices: ['/dev/sda:/dev/sda']", "devices"},
      {"devices: [{source: /dev/sda}]", "devices"},
      {"device_cgroup_rules: ['c 1:3 mr']", "device_cgroup_rules"},
      {"cap_add: [SYS_ADMIN]", "cap_add"},
      {"security_opt: ['seccomp:unconfined']", "security_opt: seccomp:unconfined"},
      {"sysctls: {net.core.somaxconn: 1024}", "sysctls"},
      {"sysctls: ['net.core.somaxconn=1024']", "sysctls"},
      {"runtime: nvidia", "runtime: nvidia"},
      {"volumes_from: ['container:x']", "volumes_from: container:x"},
      {"external_links: [x]", "external_links"},
      {"gpus: all", "gpus: all"},
      {"gpus: [{count: 1}]", "gpus"},
      {"credential_spec: {file: x}", "credential_spec"},
      {"oom_kill_disable: true", "oom_kill_disable"},
      {"use_api_socket: true", "use_api_socket"},
      {"provider: {type: x}", "provider"},
      {"post_start: [{command: x, privileged: true}]", "post_start"},
      {"isolation: hyperv", "isolation: hyperv"},
      {"some_new_key: 1", "some_new_key"},
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
  CHECK(hazards(*model, {"api"}, tree.root) ==
        Sentences{refusal("privileged"), refusal("the bind of /etc, which lies outside of the tree,")});
}

TEST_CASE("all refusals come at once, and only for services that are started") {
  const Tree tree;
  const auto model = parse_compose(
      "services:\n  api: {privileged: true, pid: host}\n  db: {ipc: host}\n  other: {privileged: true}\n");
  REQUIRE(model);
  CHECK(hazards(*model, {"api", "db"}, tree.root).size() == 3);
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
        "deploy: {replicas: 2, resources: {limits: {cpus: '1', memory: 64M}}, restart_policy: {condition: "
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

TEST_CASE("a compose file or .env that leads out of the tree is refused") {
  const Tree tree;
  fs::create_symlink("/etc/passwd", tree.root / ".env");
  CHECK(tree.hidden("services: {}\n") == Sentences{".env lies outside of the tree"});
  fs::create_symlink("/etc/passwd", tree.root / "c.yml");
  CHECK(hidden_hazards(tree.root, tree.root / "c.yml") ==
        Sentences{"the compose file c.yml lies outside of the tree"});
}
