#include "git/lfs.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "os/files.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;

namespace {

const std::string k_oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
const std::string k_version = "version https://git-lfs.github.com/spec/v1\n";

} // namespace

TEST_CASE("a pointer is read") {
  const auto pointer = parse_lfs_pointer(k_version + "oid sha256:" + k_oid + "\nsize 12345\n");
  REQUIRE(pointer);
  CHECK(pointer->oid == k_oid);
  CHECK(pointer->size == 12345);
  CHECK_FALSE(pointer->extended);
  CHECK(parse_lfs_pointer(k_version + "oid sha256:" + k_oid + "\nsize 0"));
  CHECK(parse_lfs_pointer(k_version + "ext-0-foo sha256:" + k_oid + "\noid sha256:" + k_oid + "\nsize 1\n")
            ->extended);
}

TEST_CASE("anything else is no pointer") {
  const std::string good = k_version + "oid sha256:" + k_oid + "\nsize 1\n";
  for (const std::string& text :
       {std::string(), std::string("version"), k_version, k_version + "size 1\n",
        k_version + "oid sha256:" + k_oid + "\n", k_version + "oid sha1:" + k_oid + "\nsize 1\n",
        k_version + "oid sha256:" + k_oid.substr(1) + "\nsize 1\n",
        k_version + "oid sha256:" + std::string(64, 'X') + "\nsize 1\n",
        k_version + "oid sha256:" + k_oid + "\nsize -1\n", k_version + "oid sha256:" + k_oid + "\nsize 1x\n",
        k_version + "oid sha256:" + k_oid + "\nsize 99999999999999999999\n",
        "version https://example.org/spec\noid sha256:" + k_oid + "\nsize 1\n", good + "other key\n",
        " " + good, good + std::string(1024, '\n')}) {
    CAPTURE(text);
    CHECK_FALSE(parse_lfs_pointer(text));
  }
}

TEST_CASE("content is copied only if it is the pointer's") {
  const test::ScratchRepository scratch;
  const std::string content(600'000, 'x');
  const std::string oid = Digest::of(content).hex();
  const auto storage = scratch.around() / "lfs";
  const auto path = storage / "objects" / oid.substr(0, 2) / oid.substr(2, 2) / oid;
  const auto target = scratch.around() / "target";
  REQUIRE(write_file(target, "", 0600));
  FILE* file = std::fopen(target.c_str(), "w");
  REQUIRE(file != nullptr);
  const auto copy = [&](std::uint64_t size) {
    return copy_lfs_content({oid, size, false}, storage, fileno(file), "target");
  };
  CHECK(*copy(content.size()) == LfsCopy::absent);
  REQUIRE(write_file(path, content, 0644));
  CHECK(*copy(content.size() - 1) == LfsCopy::damaged);
  CHECK(*copy(content.size()) == LfsCopy::copied);
  std::fflush(file);
  CHECK(**read_file(target) == content);
  REQUIRE(write_file(path, std::string(600'000, 'y'), 0644));
  CHECK(*copy(content.size()) == LfsCopy::damaged);
  std::fclose(file);

  SECTION("a full disk is an error that says so") {
    REQUIRE(write_file(path, content, 0644));
    FILE* full = std::fopen("/dev/full", "w");
    REQUIRE(full != nullptr);
    const auto copied = copy_lfs_content({oid, content.size(), false}, storage, fileno(full), "a/b");
    REQUIRE_FALSE(copied);
    CHECK(copied.error().message == "cannot write a/b: No space left on device");
    std::fclose(full);
  }
}

TEST_CASE("lfs.storage moves the storage") {
  const test::ScratchRepository scratch;
  const auto git_dir = scratch.path() / ".git";
  CHECK(*lfs_storage(git_dir, git_dir, scratch.environment()) == git_dir / "lfs");
  scratch.git({"config", "lfs.storage", "/srv/lfs"});
  CHECK(*lfs_storage(git_dir, git_dir, scratch.environment()) == "/srv/lfs");
  scratch.git({"config", "lfs.storage", "other"});
  CHECK(*lfs_storage(git_dir, git_dir, scratch.environment()) == git_dir / "other");
}
