#include <catch2/catch.hpp>

#include "app/foreign_verdicts.hpp"
#include "app/suite_key.hpp"
#include "support/foreign_world.hpp"

using namespace gate;
using namespace gate::test;
using namespace std::chrono_literals;

namespace {

// The only doubt, where nothing was found.
std::string why_of(ForeignWorld& world, Asker asker = Asker::client) {
  const auto found = world.search(asker);
  CHECK_FALSE(found.found);
  CHECK(found.others.empty());
  REQUIRE(found.doubts.size() == 1);
  return found.doubts.front().why;
}

std::string edited(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("a pass that a colleague signed holds for a client, and says who stands behind it") {
  ForeignWorld world;
  world.note(k_dev, world.verdict());
  const auto found = world.search();
  REQUIRE(found.found);
  CHECK(found.found->verdict.key == world.need.key);
  CHECK(found.found->voucher.principal == k_dev);
  CHECK(found.found->voucher.role == SignerRole::dev);
  CHECK(found.found->voucher.fingerprint == key_of(k_dev).fingerprint());
  CHECK(found.found->envelope == FakeEnvelopes::line(k_dev, to_statement(world.verdict())));
  CHECK(found.doubts.empty());
}

TEST_CASE("where a ci signer is configured, an authority asks for one") {
  ForeignWorld world;
  world.note(k_dev, world.verdict());
  CHECK(why_of(world, Asker::authority) == "it is by a dev signer, and one by a ci signer is asked for");
  world.note(k_ci, world.verdict());
  const auto found = world.search(Asker::authority);
  REQUIRE(found.found);
  CHECK(found.found->voucher.role == SignerRole::ci);
  CHECK(found.others.empty());
  world.need.trusts = {ForeignWorld::trust(signer_line(k_ci) + signer_line(k_dev), {})};
  CHECK(world.search(Asker::authority).found->voucher.role == SignerRole::dev);
}

TEST_CASE("one by ci comes before one by a developer, and a newer one before an older one") {
  ForeignWorld world;
  world.note(k_dev, world.verdict());
  auto older = world.verdict();
  older.finished -= 1h;
  world.note(k_ci, older);
  auto oldest = older;
  oldest.finished -= 1h;
  world.note(k_ci, oldest);
  const auto found = world.search();
  REQUIRE(found.found);
  CHECK(found.found->verdict.finished == older.finished);
  REQUIRE(found.others.size() == 2);
  CHECK(found.others[0].verdict.finished == oldest.finished);
  CHECK(found.others[1].voucher.role == SignerRole::dev);
}

TEST_CASE("a verdict of another tree does not hold, also where its note was moved to this one") {
  ForeignWorld world;
  auto verdict = world.verdict();
  verdict.tree = oid("other");
  verdict.key = verdict_key(verdict.tree, world.need.suite, k_host);
  world.note(k_ci, verdict);
  CHECK(why_of(world) == "it is of the tree " + oid("other").brief());
}

TEST_CASE("a verdict of another tree does not hold with this one's name in it") {
  ForeignWorld world;
  auto verdict = world.verdict();
  verdict.key = verdict_key(oid("other"), world.need.suite, k_host);
  world.note(k_ci, verdict);
  CHECK(why_of(world).find("it ran on another platform") == 0);
}

TEST_CASE("a verdict of another suite does not hold, and is nothing to speak of") {
  ForeignWorld world;
  Suite other = world.need.suite;
  other.name = "unit";
  auto verdict = world.verdict();
  verdict.suite = "unit";
  verdict.definition = other.definition();
  verdict.key = verdict_key(world.need.seen, other, k_host);
  world.note(k_ci, verdict);
  const auto found = world.search();
  CHECK_FALSE(found.found);
  CHECK(found.doubts.empty());
}

TEST_CASE("a verdict of another suite does not hold under this one's name or definition") {
  ForeignWorld world;
  Suite other = world.need.suite;
  other.name = "unit";
  auto verdict = world.verdict();
  verdict.key = verdict_key(world.need.seen, other, k_host);
  world.note(k_ci, verdict);
  CHECK_FALSE(world.search().found);
  auto mixed = world.verdict();
  mixed.definition = other.definition();
  ForeignWorld second;
  second.note(k_ci, mixed);
  CHECK(why_of(second) == "it says of itself something else than its key");
}

TEST_CASE("a verdict of a weaker definition of the suite does not hold") {
  ForeignWorld world;
  Suite weaker = world.need.suite;
  weaker.run = {"true"};
  auto verdict = world.verdict();
  verdict.definition = weaker.definition();
  verdict.key = verdict_key(world.need.seen, weaker, k_host);
  world.note(k_ci, verdict);
  CHECK(why_of(world) == "the suite was defined otherwise when it ran");
}

TEST_CASE("a verdict of another platform, image or environment does not hold") {
  ForeignWorld world;
  const std::vector<Digest> others = {world.key("linux/arm64"), world.key(k_host, {{}, "sha256:" + std::string(64, 'e')}), world.key(k_host, {{{"HOST", "db"}}, ""})};
  for (const auto& other : others) {
    ForeignWorld each;
    auto verdict = each.verdict();
    verdict.key = other;
    verdict.platform = "linux/arm64";
    each.note(k_ci, verdict);
    CHECK(why_of(each) == "it ran on another platform, with other variables or on another image (its platform: linux/arm64)");
  }
}

TEST_CASE("a verdict of each platform that the policy names holds") {
  ForeignWorld world;
  auto verdict = world.verdict();
  verdict.key = world.key("linux/arm64");
  verdict.platform = "linux/arm64";
  world.note(k_ci, verdict);
  world.need.vouched_keys.push_back(verdict.key);
  CHECK(world.search().found);
}

TEST_CASE("what did not pass, or was no run, does not hold, whoever signed it") {
  const std::string text = to_statement(ForeignWorld().verdict());
  const auto why_of_signed = [](const std::string& statement) {
    ForeignWorld world;
    world.note(k_ci, statement);
    return why_of(world);
  };
  CHECK(why_of_signed(edited(text, "PASSED", "FAILED")) == "its result is \"FAILED\"");
  CHECK(why_of_signed(edited(text, "PASSED", "WARNED")) == "its result is \"WARNED\"");
  CHECK(why_of_signed(edited(text, "\"origin\":\"run\"", "\"origin\":\"verdict\"")) == "it does not come from a run");
  CHECK(why_of_signed(edited(text, "\"failedTests\":[]", "\"failedTests\":[\"api\"]")) == "it is not written as gate writes one");
  CHECK(why_of_signed(edited(text, "test-result/v0.1", "test-result/v9")) == "it is no result of a test as gate writes one");
  CHECK(why_of_signed(edited(text, "Statement/v1", "Statement/v2")) == "it is no result of a test as gate writes one");
  CHECK(why_of_signed("") == "it is no result of a test as gate writes one");
  CHECK(why_of_signed(std::string(200'000, '"')) == "it is no result of a test as gate writes one");
}

TEST_CASE("tricks of a parser do not hold: doubled keys, two subjects, two digests, two descriptors") {
  const std::string text = to_statement(ForeignWorld().verdict());
  const std::string tree = oid("tree").hex();
  const std::string other = oid("other").hex();
  const std::vector<std::string> tricks = {
      edited(text, "\"result\":\"PASSED\"", "\"result\":\"PASSED\",\"result\":\"PASSED\""),
      edited(text, "\"result\":\"PASSED\"", "\"result\":\"FAILED\",\"result\":\"PASSED\""),
      edited(text, "\"subject\":[", "\"subject\":[{\"digest\":{\"gitTree\":\"" + tree + "\"}},"),
      edited(text, "\"subject\":[", "\"subject\":[{\"digest\":{\"gitTree\":\"" + other + "\"}},"),
      edited(text, "\"gitTree\":\"" + tree + "\"", "\"gitTree\":\"" + tree + "\",\"gitTree\":\"" + other + "\""),
      edited(text, "\"gitTree\":\"" + tree + "\"", "\"gitTree\":\"" + tree + "\",\"sha1\":\"" + other + "\""),
      edited(text, "\"configuration\":[", "\"configuration\":[{\"name\":\"gate:key\",\"digest\":{\"sha256\":\"" + ForeignWorld().need.key.hex() + "\"}},"),
      text + " ",
      " " + text,
  };
  for (const auto& trick : tricks) {
    ForeignWorld world;
    world.note(k_ci, trick);
    CHECK_FALSE(why_of(world).empty());
  }
}

TEST_CASE("a payload of another type does not hold") {
  ForeignWorld world;
  world.notes.add(world.need.seen, k_ci, FakeEnvelopes::line(k_ci, to_statement(world.verdict()), "text/plain"));
  CHECK(why_of(world) == "it is no in-toto statement");
}

TEST_CASE("a verdict from the future does not hold, but for what clocks differ") {
  ForeignWorld world;
  auto verdict = world.verdict();
  verdict.finished = world.now + k_clock_slack;
  world.note(k_ci, verdict);
  CHECK(world.search().found);
  world.need.suite.max_age = 1h;
  CHECK(world.search().found);
  ForeignWorld later;
  verdict.finished += 1s;
  later.note(k_ci, verdict);
  CHECK(why_of(later) == "it ends in the future");
  later.need.suite.max_age = 1h;
  CHECK(why_of(later) == "it ends in the future");
}

TEST_CASE("a verdict that is older than the policy or the suite lets it be does not hold") {
  ForeignWorld world;
  auto verdict = world.verdict();
  verdict.finished = world.now - 24h * 30;
  world.note(k_ci, verdict);
  CHECK(world.search().found);
  world.need.suite.max_age = 24h;
  CHECK(why_of(world) == "it is older than \"max_age\" of the suite");
  ForeignWorld old;
  verdict.finished -= 1s;
  old.note(k_ci, verdict);
  CHECK(why_of(old) == "it is older than \"max_age\" of [verdicts]");
}

TEST_CASE("a key vouches for what ended while it was valid") {
  ForeignWorld world;
  world.need.trusts = {ForeignWorld::trust(signer_line(k_ci, "namespaces=\"verdict@gate\",valid-before=\"20260501\""))};
  world.note(k_ci, world.verdict());
  CHECK(why_of(world).find("was valid until 2026-05-01") != std::string::npos);
  ForeignWorld before;
  before.need.trusts = world.need.trusts;
  auto verdict = before.verdict();
  verdict.finished = before.now - 24h * 28;
  before.note(k_ci, verdict);
  // Also from what was kept of it.
  before.need.suite.max_age = 24h * 30;
  Judgement judgement;
  judgement.needs = {before.need};
  fill_in_foreign(judgement, Asker::client, before.ports(), before.now);
  CHECK(judgement.needs[0].verdict);
  CHECK(vouched_that_counts(before.need, Asker::client, before.store, before.now));
}

TEST_CASE("a key that nobody lists, or lists for something else, vouches for nothing") {
  ForeignWorld world;
  world.note("mallory@example.com", world.verdict());
  CHECK(world.search().doubts.empty()); // its notes are not even read
  world.notes.add(world.need.seen, k_ci, FakeEnvelopes::line("mallory@example.com", to_statement(world.verdict())));
  CHECK(why_of(world).find("is not in allowed_signers") != std::string::npos);
  ForeignWorld git;
  git.need.trusts = {ForeignWorld::trust(signer_line(k_ci) + signer_line(k_dev, "namespaces=\"git\""))};
  git.notes.add(git.need.seen, k_ci, FakeEnvelopes::line(k_dev, to_statement(git.verdict())));
  CHECK(why_of(git).find("is not for verdicts") != std::string::npos);
}

TEST_CASE("an edited payload does not hold") {
  ForeignWorld world;
  world.notes.add(world.need.seen, k_ci, FakeEnvelopes::line("forger", to_statement(world.verdict())));
  CHECK(why_of(world) == "its signature does not fit");
}

TEST_CASE("a flood hides nothing that is there, and is told of briefly") {
  ForeignWorld world;
  for (int i = 0; i < 64; ++i) {
    world.notes.add(world.need.seen, k_ci, "junk " + std::to_string(i));
    auto verdict = world.verdict();
    verdict.tree = oid("other " + std::to_string(i));
    world.note(k_ci, verdict);
  }
  world.note(k_ci, world.verdict());
  const auto found = world.search();
  CHECK(found.found);
  CHECK(found.doubts.size() == 8);
}

TEST_CASE("nobody's verdict holds where a policy that asks trusts nobody") {
  ForeignWorld world;
  world.note(k_ci, world.verdict());
  world.need.trusts.push_back(nullptr);
  CHECK_FALSE(world.search().found);
  world.need.trusts.clear();
  CHECK_FALSE(world.search().found);
  CHECK(world.notes.read == 0);
}

TEST_CASE("two policies must both trust the signer, in a role that is asked for") {
  ForeignWorld world;
  world.note(k_ci, world.verdict());
  world.note(k_dev, world.verdict());
  world.need.trusts.push_back(ForeignWorld::trust(signer_line(k_dev)));
  auto found = world.search();
  REQUIRE(found.found);
  CHECK(found.found->voucher.principal == k_dev);
  CHECK(found.others.empty());
  REQUIRE(found.doubts.size() == 1);
  CHECK(found.doubts.front().why.find("is not in allowed_signers") != std::string::npos);
  // The first asks for ci, the second does not know the one who is.
  CHECK_FALSE(world.search(Asker::authority).found);
  // The lower role counts.
  world.need.trusts = {ForeignWorld::trust(), ForeignWorld::trust(signer_line(k_ci), {})};
  found = world.search();
  REQUIRE(found.found);
  CHECK(found.found->voucher.role == SignerRole::dev);
}

TEST_CASE("what must be run each time is vouched for by nobody") {
  ForeignWorld world;
  world.note(k_ci, world.verdict());
  world.need.suite.reusable = false;
  CHECK_FALSE(world.search().found);
}

TEST_CASE("a verdict whose image is gone, or that lacks one that is published, does not hold") {
  ForeignWorld world;
  auto verdict = world.verdict();
  verdict.image_id = "sha256:" + std::string(64, 'd');
  world.note(k_ci, verdict);
  world.need.lost_image = verdict.image_id;
  CHECK(why_of(world) == "the image that it tested is gone");
  world.need.lost_image.reset();
  world.need.published_services = {"nginx"};
  CHECK(why_of(world) == "it does not have the image of each service that is published");
}

TEST_CASE("what was found is filled in and kept for each of the terms; what is there is left alone") {
  ForeignWorld world;
  world.note(k_dev, world.verdict());
  const auto second = ForeignWorld::trust(signer_line(k_dev));
  world.need.trusts.push_back(second);
  Need own = world.need;
  own.verdict = world.verdict();
  Need missing = world.need;
  missing.suite.run = {"other"};
  missing.vouched_keys = {Digest::of("x")};
  Judgement judgement;
  judgement.needs = {world.need, own, missing};
  const auto doubts = fill_in_foreign(judgement, Asker::client, world.ports(), world.now);
  CHECK(judgement.needs[0].verdict);
  CHECK(judgement.needs[0].voucher->principal == k_dev);
  CHECK_FALSE(judgement.needs[1].voucher);
  CHECK_FALSE(judgement.needs[2].verdict);
  REQUIRE(doubts.size() == 1);
  CHECK(doubts.front().suite == "api");
  CHECK(world.store.vouched() == 2);
  CHECK(world.store.find_vouched(world.need.key, world.need.seen, second->digest()));
  CHECK(world.notes.read == 1);
  CHECK(world.envelopes.opened == 1);
}

TEST_CASE("a disk that is full keeps nobody from what others vouch for") {
  ForeignWorld world;
  world.note(k_dev, world.verdict());
  world.store.fill_disk();
  Judgement judgement;
  judgement.needs = {world.need};
  fill_in_foreign(judgement, Asker::client, world.ports(), world.now);
  CHECK(judgement.needs[0].verdict);
}
