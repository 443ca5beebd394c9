// What is attested of a published image.
#include <catch2/catch.hpp>

#include "policy/image_statement.hpp"
#include "support/publish_world.hpp"

using namespace gate;
using namespace gate::test;
using State = PublicationState;

namespace {

const PublicKey k_key{"ssh-ed25519", "AAAA"};

/// An envelope here is the key's base 64, a blank and the statement.
struct FakeEnvelopes final : Envelopes {
  std::optional<PublicKey> key = k_key;
  std::optional<Error> refuses;
  int sealed = 0;

  tl::expected<SignedStatement, std::string> open(std::string_view envelope, const std::vector<PublicKey>& keys) const override {
    const auto blank = envelope.find(' ');
    const PublicKey signer{"ssh-ed25519", std::string(envelope.substr(0, blank))};
    if (std::find(keys.begin(), keys.end(), signer) == keys.end() || blank == std::string_view::npos) {
      return tl::unexpected(std::string("nobody knows its key"));
    }
    return SignedStatement{std::string(envelope.substr(blank + 1)), "application/vnd.in-toto+json", signer};
  }
  Result<std::optional<PublicKey>> own_key() override { return key; }
  Result<std::string> seal(const std::string& statement) override {
    ++sealed;
    return refuses ? Result<std::string>(tl::unexpected(*refuses)) : key->base64 + " " + statement;
  }
};

struct Attested {
  FakeEnvelopes envelopes;
  PublishWorld world = world_with_entry();

  Attested() {
    world.envelopes = &envelopes;
    world.remote_tip = oid("two");
  }
  std::vector<std::string>& documents(const std::string& name = k_home) { return world.documents[name + "@" + manifest_of(k_image).digest.str()]; }
};

} // namespace

TEST_CASE("an image that was pushed from here is attested, once") {
  Attested all;
  const auto report = all.world.advance(&k_tested);
  CHECK(all.world.entry().state == State::done);
  CHECK(all.world.entry().reason.empty());
  CHECK(was_noted(report, "attested that it passed, by the key "));
  REQUIRE(all.documents().size() == 1);
  const auto opened = all.envelopes.open(all.documents()[0], {k_key});
  REQUIRE(opened);
  const auto said = from_image_statement(opened->statement, manifest_of(k_image).digest);
  REQUIRE(said);
  CHECK(said->destination == k_home);
  CHECK(said->commit == oid("two"));
  CHECK(said->tree == oid("tree two"));
  CHECK(said->branch == k_staging);
  CHECK(said->publication == "api");
  CHECK(said->suite == "tests");
  CHECK(said->image_id == k_image);
  CHECK(said->published == all.world.now);
  CHECK(said->gate_version == "1.0.0");

  // However often it is done again.
  all.world.entry().state = State::armed;
  all.world.advance();
  CHECK(all.world.entry().state == State::done);
  CHECK(all.documents().size() == 1);
  CHECK(all.envelopes.sealed == 1);
}

TEST_CASE("what others have attested spares nobody his own word, and junk does not either") {
  Attested all;
  all.documents() = {"BBBB {}", "AAAA {}", "junk"};
  all.world.advance(&k_tested);
  CHECK(all.documents().size() == 4);
}

TEST_CASE("nothing is attested where nobody asks for it, without a key, and of what others have published") {
  Attested all;
  SECTION("nobody asks") { all.world.envelopes = nullptr; }
  SECTION("no key") { all.envelopes.key.reset(); }
  SECTION("several platforms: another image was tested") { all.world.entry().platforms = {"linux/amd64"}; }
  SECTION("of others") { all.world.tags().emplace(oid("two").hex(), manifest_of("sha256:of others")); }
  all.world.advance(&k_tested);
  CHECK(all.world.entry().state == State::done);
  CHECK(all.world.entry().reason.empty());
  CHECK(all.documents().empty());
  CHECK(all.envelopes.sealed == 0);
}

TEST_CASE("the very image that passed here is attested, whoever sent it") {
  Attested all;
  all.world.tags().emplace(oid("two").hex(), manifest_of(k_image));
  const auto report = all.world.advance(&k_tested);
  CHECK(all.world.entry().state == State::done);
  CHECK(all.world.pushes == 0);
  CHECK(all.world.entry().image_id == k_image);
  CHECK(was_noted(report, "is there already: "));
  CHECK(all.documents().size() == 1);
}

TEST_CASE("one image that goes out for two branches is attested for each") {
  Attested all;
  all.world.advance(&k_tested);
  REQUIRE(all.documents().size() == 1);
  OutboxEntry live = world_with_entry().entry();
  live.id = 2;
  live.rule = "live";
  live.branch = *RefName::branch("live");
  live.branch_tags = {"live"};
  using Standing = PublicationReport::Standing;
  const auto of_live = [&] {
    const auto said = from_image_statement(all.envelopes.open(all.documents().back(), {k_key})->statement, manifest_of(k_image).digest);
    REQUIRE(said);
    return said->branch == live.branch && said->commit == oid("two");
  };

  SECTION("under another tag: it is pushed again, to the same digest") {
    live.commit_tags = {"l-" + oid("two").hex()};
    all.world.written.insert_or_assign(2, live);
    all.world.advance(&k_tested, 2);
    REQUIRE(all.documents().size() == 2);
    CHECK(of_live());
  }
  SECTION("under the same tag: its tests must have passed with that image") {
    all.world.written.insert_or_assign(2, live);
    CHECK(all.world.advance(nullptr, 2).standing == Standing::needs_tests);
    CHECK(all.world.entry(2).state == State::armed);
    all.world.advance(&k_tested, 2);
    REQUIRE(all.documents().size() == 2);
    CHECK(of_live());
    CHECK(all.world.pushes == 1);
  }
  SECTION("under the same tag, and its tests have made another image") {
    all.world.written.insert_or_assign(2, live);
    const TestedImage another{"sha256:" + Digest::of("another").hex()};
    CHECK(was_noted(all.world.advance(&another, 2), "was published before, from elsewhere"));
    CHECK(all.documents().size() == 1);
  }
  SECTION("nothing is tested for an attestation that can't be, or that nobody asks for") {
    SECTION("nobody asks") { all.world.envelopes = nullptr; }
    SECTION("no key") { all.envelopes.key.reset(); }
    SECTION("the Engine no longer has the image") { all.world.images.clear(); }
    SECTION("another suite's image") { live.suite = "others"; }
    SECTION("another tree") { live.tree = oid("tree one"); }
    SECTION("promoted") { live.promoted_from = k_home; }
    all.world.written.insert_or_assign(2, live);
    CHECK(all.world.advance(nullptr, 2).standing == Standing::over);
    CHECK(all.documents().size() == 1);
  }
  CHECK(all.world.entry(2).state == State::done);
  const auto documents = all.documents().size();
  all.world.entry(2).state = State::pushed;
  all.world.advance(nullptr, 2);
  CHECK(all.documents().size() == documents);
}

TEST_CASE("an attestation that does not get through fails nothing, and is made later") {
  Attested all;
  all.world.entry().webhook = "HOOK";
  SECTION("the registry") { all.world.attach_error = "the registry takes no documents"; }
  SECTION("the key") { all.envelopes.refuses = Error{ErrorKind::could_not_run, "the registry takes no documents", "ssh-add"}; }
  const auto report = all.world.advance(&k_tested);
  CHECK(report.standing == PublicationReport::Standing::over);
  CHECK_FALSE(report.problem);
  CHECK(was_noted(report, "the registry takes no documents"));
  CHECK(was_noted(report, "gate publish --again 1"));
  CHECK(all.world.entry().state == State::done);
  CHECK(all.world.called.size() == 1);
  CHECK(was_left_unattested(all.world.entry()));

  // As gate publish --again does it; it may fail again.
  all.world.entry().state = State::tagged;
  all.world.advance();
  CHECK(was_left_unattested(all.world.entry()));
  CHECK(all.world.entry().reason == "the image has no attestation: the registry takes no documents");

  all.world.attach_error.reset();
  all.envelopes.refuses.reset();
  all.world.entry().state = State::tagged;
  all.world.advance();
  CHECK(all.world.entry().state == State::done);
  CHECK(all.world.entry().reason.empty());
  CHECK(all.documents().size() == 1);
  CHECK(all.world.called.size() == 1); // the webhook is not called again
}

TEST_CASE("an interrupt while a key is asked for holds the publication up, and is no reason to keep") {
  Attested all;
  all.envelopes.refuses = Error{ErrorKind::interrupted, "interrupted", ""};
  const auto report = all.world.advance(&k_tested);
  CHECK(report.standing == PublicationReport::Standing::held_up);
  CHECK_FALSE(all.world.entry().is_over());
  all.envelopes.refuses.reset();
  all.world.advance();
  CHECK(all.world.entry().state == State::done);
  CHECK(all.documents().size() == 1);
}

TEST_CASE("with a promoted image goes what was attested of it, and nothing of one's own") {
  Attested all;
  const std::string source = "registry.example/staging";
  all.world.entry().promoted_from = source;
  all.world.tags(source).emplace(oid("two").hex(), manifest_of(k_image));
  SECTION("attested there") {
    all.documents(source) = {"BBBB said by CI"};
    const auto report = all.world.advance();
    CHECK(all.documents() == std::vector<std::string>{"BBBB said by CI"});
    CHECK(was_noted(report, "goes along"));
  }
  SECTION("not attested there") {
    CHECK(was_noted(all.world.advance(), "has no attestation of it"));
    CHECK(all.documents().empty());
  }
  SECTION("nothing could be promoted: it was tested and pushed here") {
    all.world.tags(source).clear();
    all.world.advance(&k_tested);
    CHECK(all.documents().size() == 1);
  }
  CHECK(all.world.entry().state == State::done);
}
