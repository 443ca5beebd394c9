#include <catch2/catch.hpp>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "attest/verdict_files.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

const Oid k_tree = *Oid::parse(std::string(40, 'a'));

Verdict verdict() { return {Digest::of("key"), k_tree, k_tree, "api", Digest::of("spec"), "linux/amd64", {}, {}, "0.1.0", "", {}}; }

std::filesystem::path file_of(const std::filesystem::path& folder) {
  const std::string hex = Digest::of("key").hex();
  return folder / hex.substr(0, 2) / (hex + ".json");
}

} // namespace

TEST_CASE("a stored verdict is found again, in a file that only its owner reads") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path() / "not" / "there");
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
  REQUIRE(store.store(verdict()));
  CHECK(store.find(Digest::of("key"), k_tree));
  CHECK_FALSE(store.find(Digest::of("other"), k_tree));
  struct stat status {};
  REQUIRE(stat(file_of(folder.path() / "not" / "there").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("a damaged verdict is none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  REQUIRE(store.store(verdict()));
  std::filesystem::resize_file(file_of(folder.path()), 100);
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
  std::ofstream(file_of(folder.path())) << "";
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
}

TEST_CASE("a verdict that is a folder or a symlink to nothing is none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  std::filesystem::create_directories(file_of(folder.path()));
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
}

namespace {

const Digest k_terms = Digest::of("terms");

VouchedVerdict vouched() {
  return {verdict(), {"ci@example.com", SignerRole::ci, "SHA256:abc"}, R"({"payload":"…"})"};
}

std::filesystem::path vouched_file(const std::filesystem::path& folder) {
  return file_of(folder).replace_extension("." + k_terms.hex().substr(0, 16) + ".vouched");
}

} // namespace

TEST_CASE("a verdict from elsewhere is found again by the terms that it was verified by, and by no others") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path() / "new");
  CHECK_FALSE(store.find_vouched(verdict().key, k_tree, k_terms));
  REQUIRE(store.store_vouched(vouched(), k_terms));
  const auto found = store.find_vouched(verdict().key, k_tree, k_terms);
  REQUIRE(found);
  CHECK(to_statement(found->verdict) == to_statement(verdict()));
  CHECK(found->voucher.principal == "ci@example.com");
  CHECK(found->voucher.role == SignerRole::ci);
  CHECK(found->voucher.fingerprint == "SHA256:abc");
  CHECK(found->envelope == vouched().envelope);

  CHECK_FALSE(store.find_vouched(verdict().key, k_tree, Digest::of("other terms")));
  CHECK_FALSE(store.find_vouched(Digest::of("other"), k_tree, k_terms));
  CHECK_FALSE(store.find_vouched(verdict().key, *Oid::parse(std::string(40, 'b')), k_terms));
  // Nor does it stand for a run here.
  CHECK_FALSE(store.find(verdict().key, k_tree));
  CHECK(store.newest(10).empty());
  struct stat status {};
  REQUIRE(stat(vouched_file(folder.path() / "new").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("what was verified by two terms stands beside each other, and the oldest of many make room") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  const auto terms = [](int number) { return Digest::of("terms " + std::to_string(number)); };
  const auto found = [&](int number) { return store.find_vouched(verdict().key, k_tree, terms(number)).has_value(); };
  const std::string hex = verdict().key.hex();
  const auto now = std::filesystem::file_time_type::clock::now();
  for (int i = 0; i < 12; ++i) {
    REQUIRE(store.store_vouched(vouched(), terms(i)));
    std::filesystem::last_write_time(folder.path() / hex.substr(0, 2) / (hex + "." + terms(i).hex().substr(0, 16) + ".vouched"), now - std::chrono::hours(12 - i));
  }
  for (int i = 0; i < 12; ++i) {
    INFO(i);
    CHECK(found(i) == (i >= 4));
  }
  REQUIRE(store.store(verdict()));
  REQUIRE(store.store_vouched(vouched(), terms(11))); // takes no other's place
  CHECK(found(4));
  CHECK(store.find(verdict().key, k_tree));
}

TEST_CASE("whoever vouches may be called anything") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  for (const std::string principal : {"", "a\"b", "\\", "\\u0041", "\",\"role\":\"ci", "\n\0x", "gr\xc3\xbc\xc3\x9f", "\x7f\xff"}) {
    auto odd = vouched();
    odd.voucher = {principal, SignerRole::dev, principal};
    REQUIRE(store.store_vouched(odd, k_terms));
    const auto found = store.find_vouched(verdict().key, k_tree, k_terms);
    INFO(principal);
    REQUIRE(found);
    CHECK(found->voucher.principal == principal);
    CHECK(found->voucher.fingerprint == principal);
    CHECK(found->voucher.role == SignerRole::dev);
  }
}

TEST_CASE("a file of a verdict from elsewhere that is cut off or changed anywhere before its envelope is none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  REQUIRE(store.store_vouched(vouched(), k_terms));
  const auto file = vouched_file(folder.path());
  const std::string good = read_file(file).value().value();
  const auto finds = [&](const std::string& text) {
    std::ofstream(file, std::ios::trunc) << text;
    return store.find_vouched(verdict().key, k_tree, k_terms).has_value();
  };
  REQUIRE(finds(good));
  const std::size_t envelope = good.find(vouched().envelope);
  for (std::size_t size = 0; size <= envelope; ++size) {
    INFO(size);
    CHECK_FALSE(finds(good.substr(0, size)));
  }
  // The statement, and by which terms: whatever bit is another, they are no more what gate wrote.
  const std::string bound = k_terms.hex();
  for (std::size_t i = good.find(bound); i < good.find(bound) + bound.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == '0' ? '1' : '0';
    CHECK_FALSE(finds(changed));
  }
  CHECK_FALSE(finds(good + "x"));
  CHECK_FALSE(finds(good + good));
  std::string other = good;
  CHECK_FALSE(finds(other.replace(good.find("PASSED"), 6, "FAILED")));
  other = good;
  CHECK_FALSE(finds(other.replace(good.find("\"role\":\"ci\""), 11, "\"role\":\"xx\"")));
  other = good;
  CHECK_FALSE(finds(other.replace(good.find("{\"terms\""), 1, "{ ")));
}

TEST_CASE("an envelope that is not one line is not kept") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  for (const auto& envelope : {std::string(), std::string("a\nb"), std::string(300000, 'x')}) {
    auto odd = vouched();
    odd.envelope = envelope;
    CHECK_FALSE(store.store_vouched(odd, k_terms));
  }
  CHECK_FALSE(store.find_vouched(verdict().key, k_tree, k_terms));
}

TEST_CASE("the newest runs of this machine come first, and no more than are asked for") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  CHECK(store.newest(3).empty());
  const auto now = std::filesystem::file_time_type::clock::now();
  for (const int age : {2, 0, 3, 1}) {
    auto one = verdict();
    one.key = Digest::of("key " + std::to_string(age));
    one.suite = "suite-" + std::to_string(age);
    REQUIRE(store.store(one));
    const std::string hex = one.key.hex();
    std::filesystem::last_write_time(folder.path() / hex.substr(0, 2) / (hex + ".json"), now - std::chrono::hours(age));
  }
  REQUIRE(store.store_vouched(vouched(), k_terms));
  REQUIRE(write_file(folder.path() / "aa" / "notes.json", "{}", 0600));
  REQUIRE(write_file(folder.path() / "aa" / (Digest::of("damaged").hex() + ".json"), "{}", 0600));
  const auto newest = store.newest(3);
  REQUIRE(newest.size() == 3);
  CHECK(newest[0].suite == "suite-0");
  CHECK(newest[1].suite == "suite-1");
  CHECK(newest[2].suite == "suite-2");
  CHECK(store.newest(100).size() == 4);
}
