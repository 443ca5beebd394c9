#include "cli/look_ahead.hpp"

#include <catch2/catch.hpp>

using namespace gate;

namespace {

OutboxEntry entry_for(std::int64_t id, const std::string& destination) {
  OutboxEntry entry(*RefName::parse("refs/heads/staging"), *Oid::parse(std::string(40, 'a')));
  entry.id = id;
  entry.rule = "api";
  entry.destination = destination;
  entry.suite = "tests";
  entry.commit_tags = {std::string(40, 'a')};
  return entry;
}

class NoRegistries final : public Registries {
public:
  ErrorKind kind = ErrorKind::could_not_run;
  std::vector<std::string> asked = {};

  Result<std::unique_ptr<RemoteRepository>> open(const ImageName& name, const RepositoryTerms&) override {
    asked.push_back(name.str());
    return fail(kind, "no connection to " + name.str(), "look");
  }
};

} // namespace

TEST_CASE("each obstacle is said at once, and known afterwards") {
  NoRegistries registries;
  std::vector<std::string> said;
  LookAhead ahead({entry_for(3, "registry.example/app"), entry_for(5, "registry.example/web")}, registries,
                  [&](const OutboxEntry& entry, const Error& obstacle) { said.push_back(std::to_string(entry.id) + " " + obstacle.message); });
  ahead.begin();
  ahead.end();
  CHECK(said == std::vector<std::string>{"3 no connection to registry.example/app", "5 no connection to registry.example/web"});
  CHECK(ahead.found() == std::vector<std::int64_t>{3, 5});
}

TEST_CASE("an interrupt is no obstacle, and ends it") {
  NoRegistries registries;
  registries.kind = ErrorKind::interrupted;
  LookAhead ahead({entry_for(3, "registry.example/app"), entry_for(5, "registry.example/web")}, registries,
                  [](const OutboxEntry&, const Error&) { FAIL("it was said"); });
  ahead.begin();
  ahead.end();
  CHECK(ahead.found().empty());
  CHECK(registries.asked.size() == 1);
}

TEST_CASE("what was never begun has found nothing") {
  NoRegistries registries;
  LookAhead ahead({entry_for(3, "registry.example/app")}, registries, [](const OutboxEntry&, const Error&) {});
  ahead.end();
  CHECK(ahead.found().empty());
  CHECK(registries.asked.empty());
}
