#include <catch2/catch.hpp>

#include "app/share_verdicts.hpp"
#include "support/foreign_world.hpp"

using namespace gate;
using namespace gate::test;
using namespace std::chrono_literals;

namespace {

class FakeExchange final : public VerdictExchange {
public:
  Result<Sent> answer = Sent{};
  std::vector<Noted> sent;
  std::string id;
  Result<std::size_t> fetch(const std::string&, const std::vector<std::string>&) override { return std::size_t{0}; }
  Result<Sent> send(const std::string&, const std::string& to, const std::vector<Noted>& notes) override {
    id = to;
    sent = notes;
    if (asks) {
      asks(notes);
    }
    return answer;
  }
  Result<void> keep(const std::string&, const std::vector<Noted>& notes) override {
    kept = notes;
    return keeps;
  }
  std::function<void(const std::vector<Noted>&)> asks;
  std::vector<Noted> kept;
  Result<void> keeps;
};

struct Sender {
  FakeEnvelopes envelopes;
  FakeNotes notes;
  FakeExchange exchange;

  static Verdict verdict(const std::string& tree) {
    Suite suite;
    suite.name = "api";
    suite.source = BuildSource{"api", "", "", {}};
    const auto then = std::chrono::system_clock::from_time_t(1'780'000'000);
    return {verdict_key(oid(tree), suite, "linux/amd64"), oid(tree), oid("commit"), "api", suite.definition(), "linux/amd64", then, then + 1min, "0.1.0", "", {}};
  }
  Result<Shared> share(const std::vector<Verdict>& own, const std::string& remote = "origin") { return share_verdicts(own, remote, {envelopes, notes, exchange}); }
};

const PublicKey k_me = key_of("me@example.com");

} // namespace

TEST_CASE("what ran here is signed, each once, and sent under this machine's key") {
  Sender sender;
  sender.exchange.answer->added = 2;
  const auto shared = sender.share({Sender::verdict("a"), Sender::verdict("b"), Sender::verdict("a")});
  REQUIRE(shared);
  CHECK(shared->sent == 2);
  CHECK(shared->key == k_me.fingerprint());
  CHECK(shared->problem.empty());
  CHECK(sender.exchange.id == k_me.id());
  REQUIRE(sender.exchange.sent.size() == 2);
  CHECK(sender.exchange.sent[0].tree == oid("a"));
  CHECK(sender.exchange.sent[0].envelope == FakeEnvelopes::line("me@example.com", to_statement(Sender::verdict("a"))));
}

TEST_CASE("what our notes have is not signed again, and goes where it may be missing") {
  Sender sender;
  const auto line = FakeEnvelopes::line("me@example.com", to_statement(Sender::verdict("a")));
  sender.notes.add(oid("a"), "me@example.com", line);
  REQUIRE(sender.share({Sender::verdict("a")}));
  CHECK(sender.envelopes.sealed == 0);
  REQUIRE(sender.exchange.sent.size() == 1);
  CHECK(sender.exchange.sent[0].envelope == line);
  CHECK(sender.exchange.kept.empty());
  // Under our ref, and signed by somebody else: that is not ours.
  sender.notes.add(oid("b"), "me@example.com", FakeEnvelopes::line("you@example.com", to_statement(Sender::verdict("b"))));
  REQUIRE(sender.share({Sender::verdict("a"), Sender::verdict("b")}));
  CHECK(sender.envelopes.sealed == 1);
  REQUIRE(sender.exchange.sent.size() == 2);
  CHECK(sender.exchange.sent[1].tree == oid("b"));
}

TEST_CASE("what could not be sent is kept") {
  using Outcome = VerdictExchange::Sent::Outcome;
  Sender sender;
  Result<VerdictExchange::Sent> answer = could_not_run("no way to origin");
  SECTION("no remote") {}
  SECTION("refused") { answer = VerdictExchange::Sent{Outcome::refused, "hook declined", 0, 0}; }
  SECTION("raced") { answer = VerdictExchange::Sent{Outcome::raced, "", 0, 0}; }
  sender.exchange.answer = answer;
  sender.exchange.keeps = could_not_run("no room on the disk"); // that is no reason to say more
  const auto shared = sender.share({Sender::verdict("a")});
  REQUIRE(shared);
  CHECK_FALSE(shared->problem.empty());
  CHECK(shared->problem.find("disk") == std::string::npos);
  REQUIRE(sender.exchange.kept.size() == 1);
  CHECK(sender.exchange.kept[0].envelope == sender.exchange.sent[0].envelope);
  sender.exchange.keeps = fail(ErrorKind::interrupted, "interrupted");
  CHECK_FALSE(sender.share({Sender::verdict("a")}));
}

TEST_CASE("a verdict takes the place of those of earlier runs of the same by us") {
  Sender sender;
  auto earlier = Sender::verdict("a");
  earlier.finished -= 1s;
  auto later = Sender::verdict("a");
  later.finished += 1h;
  auto other = earlier;
  other.suite = "web";
  other.key = Digest::of("web");
  REQUIRE(sender.share({Sender::verdict("a")}));
  REQUIRE(sender.exchange.sent.size() == 1);
  // It is asked while it is sent.
  bool is_asked = false;
  sender.exchange.asks = [&](const std::vector<VerdictExchange::Noted>& notes) {
    const auto& replaces = notes.front().replaces;
    const auto by = [](const std::string& who, const Verdict& verdict) { return FakeEnvelopes::line(who, to_statement(verdict)); };
    CHECK(replaces(by("me@example.com", earlier)));
    CHECK_FALSE(replaces(by("me@example.com", later)));
    CHECK_FALSE(replaces(by("me@example.com", other)));
    CHECK_FALSE(replaces(by("you@example.com", earlier)));
    CHECK_FALSE(replaces("it is no envelope"));
    is_asked = true;
  };
  REQUIRE(sender.share({Sender::verdict("a")}));
  CHECK(is_asked);
}

TEST_CASE("a note that has no more room is said") {
  Sender sender;
  sender.exchange.answer = VerdictExchange::Sent{VerdictExchange::Sent::Outcome::sent, "", 1, 6};
  const auto shared = sender.share({Sender::verdict("a")});
  CHECK(shared->sent == 1);
  CHECK(shared->problem == "one note takes no more verdicts: its 6 oldest made way for newer ones");
}

TEST_CASE("a newer run of the same is sent") {
  Sender sender;
  sender.notes.add(oid("a"), "me@example.com", FakeEnvelopes::line("me@example.com", to_statement(Sender::verdict("a"))));
  auto newer = Sender::verdict("a");
  newer.finished += 1h;
  REQUIRE(sender.share({newer}));
  CHECK(sender.exchange.sent.size() == 1);
}

TEST_CASE("without a key nothing is sent, and it is said how to get one") {
  Sender sender;
  sender.envelopes.key = std::optional<PublicKey>();
  const auto shared = sender.share({Sender::verdict("a")});
  REQUIRE(shared);
  CHECK(shared->problem == "this machine has no key to sign verdicts with");
  CHECK(shared->remedy.find("git config gpg.format ssh") == 0);
  sender.envelopes.key = could_not_run("the key is no key", "mend it");
  CHECK(sender.share({})->problem == "the key is no key");
  CHECK(sender.share({})->remedy == "mend it");
  sender.envelopes.key = fail(ErrorKind::interrupted, "interrupted");
  CHECK_FALSE(sender.share({}));
  CHECK(sender.exchange.id.empty());
}

TEST_CASE("a signature that can't be made is asked for once, and is no error; an interrupt is") {
  Sender sender;
  sender.envelopes.seal_error = Error{ErrorKind::could_not_run, "no passphrase", ""};
  const auto shared = sender.share({Sender::verdict("a"), Sender::verdict("b")});
  REQUIRE(shared);
  CHECK(shared->problem == "no passphrase");
  CHECK(shared->remedy == "gate verdict push origin");
  sender.envelopes.seal_error = Error{ErrorKind::interrupted, "interrupted", ""};
  CHECK_FALSE(sender.share({Sender::verdict("a")}));
}

TEST_CASE("a remote that does not take verdicts is named with its own words, but for what a URL may hold") {
  using Outcome = VerdictExchange::Sent::Outcome;
  Sender sender;
  sender.exchange.answer = VerdictExchange::Sent{Outcome::refused, "hidden ref", 0, 0};
  CHECK(sender.share({Sender::verdict("a")})->problem == "origin does not take refs/notes/gate/" + k_me.id() + ": hidden ref");
  const auto by_url = sender.share({Sender::verdict("a")}, "https://me:secret@example.com/x.git");
  CHECK(by_url->problem.find("the remote does not take") == 0);
  CHECK((by_url->problem + by_url->remedy).find("secret") == std::string::npos);
  sender.exchange.answer = VerdictExchange::Sent{Outcome::raced, "", 1, 0};
  const auto raced = sender.share({Sender::verdict("a")});
  CHECK(raced->sent == 1);
  CHECK(raced->problem.find("all the time") != std::string::npos);
  sender.exchange.answer = could_not_run("no way to origin");
  CHECK(sender.share({Sender::verdict("a")})->problem == "no way to origin");
  sender.exchange.answer = fail(ErrorKind::interrupted, "interrupted");
  CHECK_FALSE(sender.share({Sender::verdict("a")}));
}

TEST_CASE("the ids of those who may vouch: sorted, each once, and none where nobody is trusted") {
  const auto trust = std::make_shared<VerdictTrust>(
      VerdictTrust::Terms{signer_line("a@example.com") + signer_line("b@example.com") + signer_line("c@other.com"), {}, {"*@example.com"}, 24h, {}});
  Need need{{}, oid("t"), oid("t"), oid("c"), Digest::of(""), {}, {}, false, {}, {}};
  Need other = need;
  need.trusts = {trust, nullptr};
  other.trusts = {trust};
  std::vector<std::string> ids = {key_of("a@example.com").id(), key_of("b@example.com").id()};
  std::sort(ids.begin(), ids.end());
  CHECK(signer_ids({need, other}) == ids);
  CHECK(signer_ids({}).empty());
}
