#include <catch2/catch.hpp>

#include "attest/verdict_files.hpp"
#include "attest/vouched_list.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

namespace fs = std::filesystem;

VouchedVerdict vouched_for(const std::string& suite, const fs::path& folder) {
  Suite own;
  own.name = suite;
  own.run = {"true"};
  Verdict verdict{};
  verdict.tree = *Oid::parse(std::string(40, 'a'));
  verdict.commit = *Oid::parse(std::string(40, 'b'));
  verdict.suite = suite;
  verdict.definition = own.definition();
  verdict.platform = "linux/amd64";
  verdict.key = verdict_key(verdict.tree, own, verdict.platform);
  verdict.started = std::chrono::system_clock::from_time_t(1'767'225'600);
  verdict.finished = verdict.started + std::chrono::seconds(3);
  verdict.gate_version = "1.0.0";
  VouchedVerdict vouched{verdict, {"ci@example.com", SignerRole::ci, "SHA256:x"}, "{}"};
  REQUIRE(VerdictFiles(folder).store_vouched(vouched, Digest::of("terms")));
  return vouched;
}

} // namespace

TEST_CASE("verdicts that were taken are listed by whatever terms, and what is damaged or of this machine is not") {
  const auto folder = TemporaryFolder::make(fs::temp_directory_path(), "vouched-list-");
  REQUIRE(folder);
  CHECK(newest_vouched(folder->path() / "none", 5).empty());
  vouched_for("api", folder->path());
  const auto web = vouched_for("web", folder->path());
  REQUIRE(VerdictFiles(folder->path()).store(web.verdict));
  REQUIRE(write_file(folder->path() / "zz" / "x.vouched", "junk\n", 0600));
  const auto damaged = vouched_for("damaged", folder->path()).verdict.key.hex();
  REQUIRE(write_file(folder->path() / damaged.substr(0, 2) / (damaged + "." + Digest::of("terms").hex().substr(0, 16) + ".vouched"), "{}\n{}\n{}\n", 0600));
  const auto all = newest_vouched(folder->path(), 5);
  REQUIRE(all.size() == 2);
  CHECK(all[0].voucher.principal == "ci@example.com");
  CHECK(newest_vouched(folder->path(), 1).size() == 1);
  REQUIRE(VerdictFiles(folder->path()).store_vouched(web, Digest::of("other terms")));
  CHECK(newest_vouched(folder->path(), 5).size() == 3);
}
