#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/verdict_trust.hpp"

using namespace gate;

namespace {

using Moment = std::chrono::system_clock::time_point;

// As ssh-keygen -l and sha256sum show it.
const PublicKey k_known{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIM5aIePhXVWf2IiJFbPEhkQd3vwKmkdO+Enb/82c+YN7"};
constexpr const char* k_fingerprint = "SHA256:xkwCO44RNc12EVZdoA+pbie3SDVGK0c2pbITMa54vW0";

PublicKey key(char letter) { return {"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIJ" + std::string(41, letter) + "A"}; }

std::string line(const std::string& principals, const std::string& options, const PublicKey& key) {
  return principals + " " + options + (options.empty() ? "" : " ") + key.type + " " + key.base64 + "\n";
}

const std::string k_ours = "namespaces=\"verdict@gate\"";

VerdictTrust::Terms terms(const std::string& signers) { return {signers, {"ci@example.com"}, {"*@example.com"}, std::chrono::hours(24), {}}; }

Moment at(int year, unsigned month, unsigned day) { return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)}; }

const Moment k_now = at(2026, 3, 1);

std::string role_and_principal(const VerdictTrust& trust, const PublicKey& key, Moment when = k_now) {
  const auto standing = trust.standing_of(key, when);
  return standing ? std::string(name_of(standing->role)) + " " + standing->principal : "no: " + standing.error();
}

} // namespace

TEST_CASE("a key has the names that ssh-keygen gives it") {
  CHECK(k_known.fingerprint() == k_fingerprint);
  CHECK(k_known.id() == "c64c023b8e1135cd");
  CHECK(PublicKey{"ssh-ed25519", "!!"}.fingerprint().empty());
  CHECK(PublicKey{"ssh-ed25519", "!!"}.id().empty());
  CHECK(PublicKey{}.id().empty());
}

TEST_CASE("times of allowed_signers are in UTC, with a Z or without") {
  CHECK(signer_time("20260131") == at(2026, 1, 31));
  CHECK(signer_time("20260131Z") == at(2026, 1, 31));
  CHECK(signer_time("202601311230") == at(2026, 1, 31) + std::chrono::minutes(750));
  CHECK(signer_time("20260131123059z") == at(2026, 1, 31) + std::chrono::seconds(45059));
  for (const std::string wrong : {"", "Z", "2026013", "20260231", "20261301", "20260100", "2026013124", "202601312400", "202601311260", "20260131120061", "2026-01-31", "tomorrow"}) {
    CAPTURE(wrong);
    CHECK_FALSE(signer_time(wrong));
  }
  // Beyond what a clock shows is its end: "never".
  REQUIRE(signer_time("99991231"));
  CHECK(*signer_time("99991231") > at(2262, 1, 1));
  CHECK(*signer_time("00010101") < at(1678, 1, 1));
}

TEST_CASE("who vouches with a key: the roles of its line") {
  const VerdictTrust trust(terms(line("ci@example.com", k_ours, key('a')) + line("a@elsewhere.example,b@example.com", "namespaces=\"git,verdict@gate\"", key('b')) +
                                 line("a@elsewhere.example", k_ours, key('c'))));
  CHECK(role_and_principal(trust, key('a')) == "ci ci@example.com");
  CHECK(role_and_principal(trust, key('b')) == "dev b@example.com");
  CHECK(role_and_principal(trust, key('c')) == "no: the key " + key('c').fingerprint() + " of a@elsewhere.example has no role: neither ci nor dev of [verdicts] names a@elsewhere.example");
  CHECK(role_and_principal(trust, key('d')) == "no: the key " + key('d').fingerprint() + " is not in allowed_signers");
  CHECK(trust.standing_of(key('a'), k_now)->fingerprint == key('a').fingerprint());
  CHECK(trust.keys() == std::vector<PublicKey>{key('a'), key('b')});
  CHECK(trust.has_ci());
}

TEST_CASE("a line must name the namespace of verdicts, word for word") {
  for (const std::string options : {"", "namespaces=\"git\"", "namespaces=\"*\"", "namespaces=\"verdict@*\"", "namespaces=\"verdict@gate,!verdict@gate\"", "namespaces=\"verdict@gate2\""}) {
    CAPTURE(options);
    const VerdictTrust trust(terms(line("ci@example.com", options, key('a'))));
    CHECK(role_and_principal(trust, key('a')) ==
          "no: the key " + key('a').fingerprint() + " of ci@example.com is not for verdicts: its line in allowed_signers does not have namespaces=\"verdict@gate\"");
    CHECK(trust.keys().empty());
  }
}

TEST_CASE("principals are matched as texts, and what the line excludes has no role") {
  const auto role = [](const std::string& principals, const std::vector<std::string>& ci) {
    VerdictTrust::Terms all = terms(line(principals, k_ours, key('a')));
    all.ci = ci;
    return role_and_principal(VerdictTrust(all), key('a')).substr(0, 3);
  };
  CHECK(role("*@example.com", {"ci@example.com"}) == "dev"); // not every pattern that might fit
  CHECK(role("\"ci@example.com,!ci@example.com\"", {"ci@example.com"}) == "no:");
  CHECK(role("!ci@example.com", {"ci@example.com", "!*"}) == "no:");
  CHECK(role("c?@example.com", {"ci@example.com"}) == "dev");
  CHECK(role("x@example.com,ci@example.com", {"ci@example.com"}) == "ci ");
  CHECK(role("ci@example.com", {"*@example.com", "!ci@example.com"}) == "dev");
}

TEST_CASE("a key vouches for what was over while it was valid") {
  const auto options = k_ours + ",valid-after=\"20260201\",valid-before=\"20260301120000Z\"";
  const VerdictTrust trust(terms(line("ci@example.com", options, key('a'))));
  const auto before = at(2026, 3, 1) + std::chrono::hours(12);
  const std::string who = "no: the key " + key('a').fingerprint() + " of ci@example.com ";
  CHECK(role_and_principal(trust, key('a'), at(2026, 2, 1)) == "ci ci@example.com");
  CHECK(role_and_principal(trust, key('a'), before) == "ci ci@example.com");
  CHECK(role_and_principal(trust, key('a'), before + std::chrono::seconds(1)) == who + "was valid until 2026-03-01T12:00:00Z");
  CHECK(role_and_principal(trust, key('a'), at(2026, 1, 31)) == who + "is valid from 2026-02-01 on only");
  // A date that no calendar has bounds nothing, so that nothing holds.
  CHECK(role_and_principal(VerdictTrust(terms(line("ci@example.com", k_ours + ",valid-before=\"20260231\"", key('a')))), key('a')) ==
        who + "has a time in allowed_signers that no calendar has");
}

TEST_CASE("of several lines with one key the highest role that holds counts") {
  const auto dev = line("a@example.com", k_ours, key('a'));
  const auto ci = line("ci@example.com", k_ours, key('a'));
  const auto old_ci = line("ci@example.com", k_ours + ",valid-before=\"20260101\"", key('a'));
  CHECK(role_and_principal(VerdictTrust(terms(dev + ci)), key('a')) == "ci ci@example.com");
  CHECK(role_and_principal(VerdictTrust(terms(ci + dev)), key('a')) == "ci ci@example.com");
  CHECK(role_and_principal(VerdictTrust(terms(old_ci + dev)), key('a')) == "dev a@example.com");
  CHECK(VerdictTrust(terms(dev + ci)).keys().size() == 1);
  // What is told of a key with two doubtful lines is told of the higher role.
  CHECK(role_and_principal(VerdictTrust(terms(line("a@example.com", "", key('a')) + old_ci)), key('a')).find("was valid until 2026-01-01") != std::string::npos);
}

TEST_CASE("keys that sign certificates vouch for nothing, and lines that can't be read either") {
  const VerdictTrust trust(terms("nonsense\n" + line("ci@example.com", "cert-authority," + k_ours, key('a')) + "ci@example.com " + k_ours + " ssh-ed25519 AAAA\n"));
  CHECK(trust.keys().empty());
  CHECK_FALSE(trust.standing_of(key('a'), k_now));
  CHECK_FALSE(VerdictTrust(terms("")).standing_of(PublicKey{}, k_now));
}

TEST_CASE("an authority asks for ci where there is such a signer") {
  const VerdictTrust both(terms(line("ci@example.com", k_ours, key('a')) + line("a@example.com", k_ours, key('b'))));
  CHECK(both.admits(SignerRole::ci, Asker::authority));
  CHECK_FALSE(both.admits(SignerRole::dev, Asker::authority));
  CHECK(both.admits(SignerRole::dev, Asker::client));
  const VerdictTrust people({line("a@example.com", k_ours, key('b')), {}, {"*@example.com"}, std::chrono::hours(24), {}});
  CHECK(people.admits(SignerRole::dev, Asker::authority));
  // One whose line has gone, whose time is over, or whose line is wrong, is configured all the same.
  CHECK_FALSE(VerdictTrust(terms(line("a@example.com", k_ours, key('b')))).admits(SignerRole::dev, Asker::authority));
  CHECK_FALSE(VerdictTrust(terms(line("ci@example.com", "valid-before=\"20200101\"", key('a')))).admits(SignerRole::dev, Asker::authority));
}

TEST_CASE("other terms have another digest, wherever the difference stands") {
  const auto digest = [](const VerdictTrust::Terms& all) { return VerdictTrust(all).digest().hex(); };
  const VerdictTrust::Terms base{"a\n", {"x", "y"}, {"z"}, std::chrono::hours(1), {"linux/amd64"}};
  CHECK(digest(base) == digest(base));
  std::vector<VerdictTrust::Terms> others(7, base);
  others[0].allowed_signers = "a\n\n";
  others[1].ci = {"x"};
  others[1].dev = {"y", "z"};
  others[2].ci = {"xy"};
  others[3].ci = {"x1:y"};
  others[4].max_age = std::chrono::hours(2);
  others[5].platforms = {};
  others[6].platforms = {"linux/arm64"};
  for (std::size_t i = 0; i < others.size(); ++i) {
    CAPTURE(i);
    CHECK(digest(others[i]) != digest(base));
    CHECK((i == 0 || digest(others[i]) != digest(others[i - 1])));
  }
}
