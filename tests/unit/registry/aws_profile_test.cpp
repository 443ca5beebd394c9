#include "registry/aws_profile.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/aws_stand.hpp"

using namespace gate;
using namespace gate::registry;
using gate::test::AwsStand;

namespace {

std::string said_of(const std::string& text) {
  const auto sections = aws_sections(text);
  if (!sections) {
    return sections.error().message;
  }
  std::string result;
  for (const auto& [name, settings] : *sections) {
    result += "[" + name + "]";
    for (const auto& [setting, value] : settings) {
      result += setting + "=" + value.reveal() + ";";
    }
  }
  return result;
}

} // namespace

TEST_CASE("AWS's files are read as Python's configparser reads them") {
  CHECK(said_of("") == "");
  CHECK(said_of("[a]\nX = 1\ny:2\n# no\n; no\n\n[b]\n") == "[a]x=1;y=2;[b]");
  CHECK(said_of("[a]\r\nx = 1 # is of it\r\n") == "[a]x=1 # is of it;");
  CHECK(said_of("  [a]\n  x = 1\n  y = 2\n") == "[a]x=1;y=2;");
  CHECK(said_of("[a]\ns3 =\n  z = 1\n  u = 2\nx = 3") == "[a]s3=\nz = 1\nu = 2;x=3;");
  CHECK(said_of("[a]\nx = b=c:d\n") == "[a]x=b=c:d;");
  CHECK(said_of("[a] trailing\nx =\n") == "[a]x=;");
}

TEST_CASE("what AWS's own programs would not read is an error with its line, and never quoted") {
  CHECK(said_of("x = 1\n") == "line 1: a setting stands before the first [SECTION]");
  CHECK(said_of("[a]\ncanary\n") == "line 2: it is neither [SECTION] nor NAME = VALUE");
  CHECK(said_of("[a]\n= canary\n") == "line 2: it is neither [SECTION] nor NAME = VALUE");
  CHECK(said_of("[a]\nx=1\nX=2\n") == "line 3: its section has that setting already");
  CHECK(said_of("[a]\n[a]\n") == "line 2: the section [a] is there already");
}

TEST_CASE("a section of the config file is a profile's") {
  CHECK(profile_of_section("default") == "default");
  CHECK(profile_of_section("profile dev") == "dev");
  CHECK(profile_of_section("profile \"two words\"") == "two words");
  for (const char* const other : {"dev", "profile", "profile a b", "sso-session x", "services x", "profile 'x", ""}) {
    CAPTURE(other);
    CHECK(profile_of_section(other).empty());
  }
}

TEST_CASE("words are split as shlex does") {
  using Words = std::vector<std::string>;
  CHECK(*shlex_words("") == Words{});
  CHECK(*shlex_words(" a  b\tc\n") == Words{"a", "b", "c"});
  CHECK(*shlex_words(R"(/x/y --to "a b" 'c "d"' e\ f)") == Words{"/x/y", "--to", "a b", "c \"d\"", "e f"});
  CHECK(*shlex_words(R"("a\"b\\c\d" '\' x"y"'z' "")") == Words{"a\"b\\c\\d", "\\", "xyz", ""});
  CHECK(*shlex_words("a; rm $(x) | y") == Words{"a;", "rm", "$(x)", "|", "y"});
  CHECK_FALSE(shlex_words("'a"));
  CHECK_FALSE(shlex_words("\"a"));
  CHECK_FALSE(shlex_words("a\\"));
}

TEST_CASE("a setting comes from the credentials file before the config file") {
  AwsStand stand;
  stand.write(".aws/config", "[default]\nregion = x\n[profile dev]\nrole_arn = from config\nsource_profile = a\n[other]\nx = 1\n");
  stand.write(".aws/credentials", "[dev]\nrole_arn = from credentials\n[only]\nx = 1\n");
  const auto profiles = AwsProfiles::read(stand.env);
  REQUIRE(profiles);
  CHECK(profiles->text("dev", "role_arn") == "from credentials");
  CHECK(profiles->find_in_config("dev", "role_arn")->reveal() == "from config");
  CHECK(profiles->text("dev", "source_profile") == "a");
  CHECK(profiles->text("dev", "region").empty());
  CHECK(profiles->has("only"));
  CHECK(profiles->has("default"));
  CHECK_FALSE(profiles->has("other"));
}

TEST_CASE("the files may be elsewhere, and need not be there") {
  AwsStand stand;
  CHECK_FALSE(AwsProfiles::read(stand.env)->has("default"));
  CHECK_FALSE(AwsProfiles::read({})->has("default"));
  stand.set("AWS_CONFIG_FILE", stand.write("c", "[profile dev]\n"));
  stand.set("AWS_SHARED_CREDENTIALS_FILE", "~/d");
  stand.write("d", "[ci]\n");
  CHECK(AwsProfiles::read(stand.env)->has("dev"));
  CHECK(AwsProfiles::read(stand.env)->has("ci"));
  stand.write("d", "canary\n");
  const auto bad = AwsProfiles::read(stand.env);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message == "AWS's file ~/d can't be read: line 1: it is neither [SECTION] nor NAME = VALUE");
  CHECK(bad.error().remedy == "mend that line, or name another file in AWS_SHARED_CREDENTIALS_FILE");
}

TEST_CASE("a file may be a device or a pipe") {
  AwsStand stand;
  stand.set("AWS_CONFIG_FILE", "/dev/null");
  stand.set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  CHECK_FALSE(AwsProfiles::read(stand.env)->has("default"));
  stand.set("AWS_CONFIG_FILE", "/dev/zero");
  CHECK(AwsProfiles::read(stand.env).error().message == "cannot read /dev/zero: it is larger than 1048576 bytes");
  stand.set("AWS_CONFIG_FILE", stand.home());
  CHECK_FALSE(AwsProfiles::read(stand.env));

  const std::string fifo = stand.home() + "/fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  stand.set("AWS_CONFIG_FILE", fifo);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::ofstream(fifo) << "[profile dev]\n" << std::flush << "x = 1\n";
  });
  const auto profiles = AwsProfiles::read(stand.env);
  writer.join();
  REQUIRE(profiles);
  CHECK(profiles->text("dev", "x") == "1");

  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  const Fd out(ends[0]);
  {
    const Fd in(ends[1]);
    REQUIRE(write_all(in.get(), "[profile ci]\n"));
  }
  stand.set("AWS_CONFIG_FILE", "/dev/fd/" + std::to_string(out.get()));
  CHECK(AwsProfiles::read(stand.env)->has("ci"));
}

TEST_CASE("the profile is the one that is named") {
  CHECK(chosen_profile({}) == "default");
  CHECK(chosen_profile({"AWS_PROFILE=b"}) == "b");
  CHECK(chosen_profile({"AWS_PROFILE=b", "AWS_DEFAULT_PROFILE=a"}) == "a");
  CHECK(chosen_profile({"AWS_PROFILE=b", "AWS_DEFAULT_PROFILE="}) == "b");
}
