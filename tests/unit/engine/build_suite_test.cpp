// What is settled before the Engine is asked for anything.
#include <filesystem>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "engine/content_image.hpp"
#include "engine/endpoint.hpp"
#include "engine/suite_session.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"

using namespace gate;
namespace fs = std::filesystem;

namespace {

struct NoProgress final : Progress {
  void step(std::string_view, std::string_view) override {}
  void tick() override {}
};

/// A tree with its object ids, and a session without an Engine.
class Bench {
public:
  Bench() {
    request.suite.name = "api";
    request.tree = m_folder.path() / "tree";
    request.repository_id = "0a1b";
    request.id_of = [this](const std::string& path) {
      const auto found = ids.find(path);
      return found == ids.end() ? std::nullopt : Oid::parse(std::string(40, found->second));
    };
    write("api/Dockerfile", "FROM scratch\nCOPY . .\n");
    ids = {{"", '1'}, {"api", '2'}, {"api/Dockerfile", '3'}};
  }

  void write(const std::string& path, const std::string& text) { REQUIRE(write_file(request.tree / path, text, 0644)); }
  void link(const std::string& path, const std::string& target) { fs::create_symlink(target, request.tree / path); }
  SuiteSession session() { return {{request, m_progress, m_interrupt, m_api, {"HOME=/nowhere"}, RunOwner::make(), m_folder.path(), {}, {}}, m_log}; }
  std::optional<std::string> name() {
    BuildStep step;
    step.name = "api";
    step.context = request.tree / "api";
    step.dockerfile = step.context / "Dockerfile";
    return content_name(session(), step).value();
  }
  SuiteRun built() {
    SuiteSession here = session();
    return run_build_suite(here, {"api", "", "", {}}).value();
  }

  SuiteRequest request;
  std::map<std::string, char> ids;

private:
  TemporaryFolder m_folder = TemporaryFolder::make(fs::temp_directory_path(), "gate-test-").value();
  NoProgress m_progress;
  Interrupt m_interrupt;
  EngineApi m_api{endpoint_of_host("unix:///no/such/socket", std::nullopt).value()};
  RunLog m_log = RunLog::open(m_folder.path() / "log").value();
};

} // namespace

TEST_CASE("what says from above which files are of LFS is part of an image's content") {
  Bench bench;
  const auto plain = bench.name();
  REQUIRE(plain);
  bench.write(".gitattributes", "x");
  CHECK_FALSE(bench.name()); // nobody knows which object it is
  bench.ids[".gitattributes"] = '4';
  const auto first = bench.name();
  REQUIRE(first);
  CHECK(first != plain);
  bench.ids[".gitattributes"] = '5';
  REQUIRE(bench.name());
  CHECK(bench.name() != first);
  bench.ids[".gitattributes"] = '4';
  CHECK(bench.name() == first);
}

TEST_CASE("an image of gate's own is neither pulled nor built upon") {
  Bench bench;
  const auto pulled = pulled_image(bench.session(), "docker.io/gate-content/0a1b:7", {});
  REQUIRE(pulled);
  REQUIRE_FALSE(*pulled);
  CHECK(pulled->error().outcome == SuiteRun::Outcome::refused);
  CHECK(pulled->error().reason.find("docker.io/gate-content/0a1b:7") != std::string::npos);
  for (const char* const text : {"FROM gate-content/0a1b:7\n", "ARG A=gate-content\nFROM $A/0a1b:7\n", "FROM scratch\nCOPY --from=gate-run/1:2 a b\n",
                                 "FROM --platform=$X gate-image/a:b\n"}) {
    INFO(text);
    bench.write("api/Dockerfile", text);
    BuildStep step;
    step.context = bench.request.tree / "api";
    step.dockerfile = step.context / "Dockerfile";
    CHECK_FALSE(content_name(bench.session(), step));
    step.no_cache = true;
    CHECK_FALSE(content_name(bench.session(), step));
  }
}

TEST_CASE("a file of what docker is to ignore must lie in the tree") {
  Bench bench;
  const std::string file = GENERATE("api/.dockerignore", "api/Dockerfile.dockerignore");
  bench.link(file, GENERATE("/etc/hostname", "../../outside", "/no/such/file"));
  const SuiteRun run = bench.built();
  CHECK(run.outcome == SuiteRun::Outcome::refused);
  CHECK(run.reason == "the file " + file + " lies outside of the tree");
}

TEST_CASE("a folder is no file of what docker is to ignore") {
  Bench bench;
  fs::create_directory(bench.request.tree / "api/.dockerignore");
  CHECK(bench.built().reason == "api/.dockerignore is no file");
}
