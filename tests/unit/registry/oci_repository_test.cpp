#include "registry/oci_repository.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "support/local_http_server.hpp"
#include "registry/manifest.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

const std::string k_oci = "application/vnd.oci.image.manifest.v1+json";
const std::string k_index = "application/vnd.oci.image.index.v1+json";
const std::string k_config = "sha256:" + std::string(64, 'a');
const std::string k_layer = "sha256:" + std::string(64, 'b');
const std::string k_image = R"({"mediaType": ")" + k_oci + R"(", "config": {"digest": ")" + k_config + R"("}, "layers": [{"digest": ")" +
                            k_layer + R"("}]})";

Manifest manifest_of(const std::string& bytes, const std::string& type) {
  return *read_manifest(bytes, type, "");
}

/// A registry that answers to what it was told to know, and to all else with 404.
class FakeRegistry {
public:
  std::map<std::string, test::Answer> answers; ///< by "METHOD target"
  std::function<std::optional<test::Answer>(const test::Asked&)> first = [](const test::Asked&) { return std::nullopt; };

  ImageName name() const { return {m_server.url().substr(std::string("http://").size()), "team/app"}; }
  std::string url() const { return m_server.url(); }
  OciRepository open(RepositoryTraits traits = {}) {
    return OciRepository(std::make_unique<HttpClient>(Environment{}, m_interrupt, name().registry), name(),
                         RegistryLogin{"me", Secret("canary")}, std::move(traits));
  }
  /// What was asked, without the question whether there is TLS.
  std::vector<std::string> log() const {
    std::vector<std::string> lines;
    for (const test::Asked& asked : m_server.asked()) {
      lines.push_back(asked.method + " " + asked.target);
    }
    return lines;
  }
  std::size_t count(const std::string& line) const {
    const std::vector<std::string> lines = log();
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
  }
  std::vector<test::Asked> asked() const { return m_server.asked(); }

private:
  test::Answer answer(const test::Asked& asked) {
    if (std::optional<test::Answer> said = first(asked)) {
      return *said;
    }
    const auto found = answers.find(asked.method + " " + asked.target);
    return found == answers.end() ? test::Answer{404, ""} : found->second;
  }

  Interrupt m_interrupt;
  test::LocalHttpServer m_server{[this](const test::Asked& asked) { return answer(asked); }};
};

std::string authorization(const test::Asked& asked) {
  return asked.headers.count("authorization") != 0 ? asked.headers.at("authorization") : "";
}

std::string mount_of(const std::string& digest) {
  return "POST /v2/team/app/blobs/uploads/?mount=" + digest + "&from=team%2Fbase";
}

} // namespace

TEST_CASE("parts of another repository are mounted, and no byte is moved") {
  FakeRegistry registry;
  registry.answers = {{mount_of(k_config), {201, ""}}, {mount_of(k_layer), {201, ""}}};
  OciRepository repository = registry.open();
  const ImageName base{registry.name().registry, "team/base"};
  const Manifest image = manifest_of(k_image, k_oci);

  CHECK_FALSE(*repository.take_over(image, {"other.example.com", "team/base"}));
  CHECK(*repository.take_over(image, registry.name()));
  CHECK(registry.log().empty());

  CHECK(*repository.take_over(image, base));
  CHECK(registry.log() == std::vector<std::string>{mount_of(k_config), mount_of(k_layer)});
  CHECK(registry.asked().front().headers.count("content-type") == 0);

  // An upload instead of a mount is called off, but nowhere else than there.
  registry.answers[mount_of(k_layer)] = {202, "", "Location: /v2/team/app/blobs/uploads/7?_state=x\r\n"};
  CHECK_FALSE(*repository.take_over(image, base));
  CHECK(registry.log().back() == "DELETE /v2/team/app/blobs/uploads/7?_state=x");
  registry.answers[mount_of(k_config)] = {202, "", "Location: http://127.0.0.1:1/v2/x\r\n"};
  CHECK_FALSE(*repository.take_over(image, base));
  CHECK(registry.log().back() == mount_of(k_config));

  registry.answers[mount_of(k_config)] = {405, ""};
  CHECK_FALSE(*repository.take_over(image, base));
}

TEST_CASE("with an index, the manifests that it names are taken over as well") {
  FakeRegistry registry;
  const std::string child = Digest::of(k_image).str();
  const std::string there = "GET /v2/team/base/manifests/" + child;
  const std::string here = "/v2/team/app/manifests/" + child;
  registry.answers = {{mount_of(k_config), {201, ""}},
                      {mount_of(k_layer), {201, ""}},
                      {there, {200, k_image, "Content-Type: " + k_oci + "\r\n"}},
                      {"PUT " + here, {201, ""}}};
  OciRepository repository = registry.open();
  const ImageName base{registry.name().registry, "team/base"};
  const Manifest index =
      manifest_of(R"({"mediaType": ")" + k_index + R"(", "manifests": [{"digest": ")" + child + R"("}]})", k_index);
  CHECK(*repository.take_over(index, base));
  CHECK(registry.log() == std::vector<std::string>{"GET " + here, there, mount_of(k_config), mount_of(k_layer), "PUT " + here});
  CHECK(registry.asked().back().body == k_image);

  // Once it is here, nothing is left to do.
  registry.answers["GET " + here] = {200, k_image, "Content-Type: " + k_oci + "\r\n"};
  CHECK(*repository.take_over(index, base));
  CHECK(registry.log().back() == "GET " + here);

  // Another text than its name says is nobody's.
  registry.answers["GET " + here] = {200, k_image + " ", "Content-Type: " + k_oci + "\r\n"};
  CHECK(repository.take_over(index, base).error().message.find("its digest is not the one that was asked for") != std::string::npos);
}

TEST_CASE("a token is asked for with the scopes of what is done") {
  FakeRegistry registry;
  bool base_is_forbidden = false;
  registry.first = [&](const test::Asked& asked) -> std::optional<test::Answer> {
    if (asked.target.rfind("/token?", 0) == 0) {
      return base_is_forbidden && asked.target.find("base") != std::string::npos ? test::Answer{403, "denied"}
                                                                                 : test::Answer{200, R"({"token": "t"})"};
    }
    return authorization(asked).rfind("Bearer ", 0) == 0
               ? std::nullopt
               : std::optional<test::Answer>(
                     {401, "", "WWW-Authenticate: Bearer realm=\"" + registry.url() + "/token\",service=\"s\",scope=\"ignored\"\r\n"});
  };
  registry.answers = {{mount_of(k_config), {201, ""}}, {mount_of(k_layer), {201, ""}}};
  OciRepository repository = registry.open();
  const std::string own = "GET /token?service=s&scope=repository%3Ateam%2Fapp%3Apull%2Cpush";
  const std::string both = own + "&scope=repository%3Ateam%2Fbase%3Apull";
  CHECK(repository.tags()->empty());
  CHECK(registry.count(own) == 1);
  CHECK(*repository.take_over(manifest_of(k_image, k_oci), {registry.name().registry, "team/base"}));
  CHECK(registry.count(both) == 1);
  CHECK(repository.tags()->empty());
  CHECK(registry.count(own) == 2);

  base_is_forbidden = true;
  CHECK_FALSE(*repository.take_over(manifest_of(k_image, k_oci), {registry.name().registry, "team/base"}));
  CHECK(repository.tags()->empty());
}

TEST_CASE("a login that has expired is renewed once, for all who hold it") {
  FakeRegistry registry;
  registry.first = [](const test::Asked& asked) -> std::optional<test::Answer> {
    return authorization(asked) == "Basic bWU6ZnJlc2g=" // me:fresh
               ? std::optional<test::Answer>({200, R"({"tags": ["a"]})"})
               : std::optional<test::Answer>({403, "Your Authorization Token has Expired."});
  };
  int renewed = 0;
  bool there_is_one = true;
  RepositoryTraits traits;
  traits.logs_in_at_once = true;
  traits.new_login = [&](const RegistryLogin* old) -> Result<RegistryLogin> {
    ++renewed;
    REQUIRE(old != nullptr);
    if (!there_is_one) {
      return could_not_run("there is no newer one");
    }
    return RegistryLogin{"me", Secret("fresh")};
  };
  OciRepository repository = registry.open(std::move(traits));
  const RegistryLogin* const held = repository.login();
  SECTION("by itself") {
    CHECK(*repository.tags() == std::vector<std::string>{"a"});
    CHECK(renewed == 1);
    CHECK(held == repository.login());
    CHECK(held->password.reveal() == "fresh");
  }
  SECTION("there is none") {
    there_is_one = false;
    CHECK(repository.tags().error().message.find("Your Authorization Token has Expired.") != std::string::npos);
    CHECK(renewed == 1);
    CHECK(repository.renew_login().error().message == "there is no newer one");
    CHECK(held->password.reveal() == "canary");
  }
}

TEST_CASE("a login goes nowhere but to the registry") {
  FakeRegistry registry;
  RepositoryTraits traits;
  traits.logs_in_at_once = true;
  const std::string tag = "/v2/team/app/manifests/1";
  registry.answers = {{"GET " + tag, {307, "", "Location: " + registry.url() + "/store\r\n"}},
                      {"PUT " + tag, {307, "", "Location: " + registry.url() + "/store\r\n"}},
                      {"GET /store", {200, k_image, "Content-Type: " + k_oci + "\r\n"}}};
  OciRepository repository = registry.open(std::move(traits));
  const auto found = repository.find("1");
  REQUIRE((found && *found));
  CHECK(authorization(registry.asked().front()) == "Basic bWU6Y2FuYXJ5");
  CHECK(registry.log().back() == "GET /store");
  CHECK(authorization(registry.asked().back()).empty());
  CHECK(repository.put(**found, "1").error().message.find("sends gate elsewhere (307)") != std::string::npos);
  CHECK(registry.log().back() == "PUT " + tag);
}

TEST_CASE("a tag that can't be moved is no error where it shows the same image already") {
  FakeRegistry registry;
  RepositoryTraits traits;
  traits.why_fixed = [](const std::string& tag) { return std::optional<Error>({ErrorKind::could_not_run, "fixed", "loosen " + tag}); };
  const std::string tag = "/v2/team/app/manifests/1";
  registry.answers = {{"PUT " + tag, {400, R"({"errors":[{"code":"TAG_INVALID","message":"immutable"}]})"}},
                      {"GET " + tag, {200, k_image, "Content-Type: " + k_oci + "\r\n"}},
                      {"GET /v2/team/app/tags/list?n=1", {200, R"({"tags": ["1"]})"}}};
  OciRepository repository = registry.open(std::move(traits));
  CHECK(repository.put(manifest_of(k_image, k_oci), "1"));
  const auto moved = repository.put(manifest_of(k_image + "\n", k_oci), "1");
  REQUIRE_FALSE(moved);
  CHECK(moved.error().message.find("refuses tagging team/app:1 (400): \"immutable\"") != std::string::npos);
  CHECK(moved.error().remedy == "loosen 1");
  CHECK(*repository.is_known());
  registry.answers.erase("GET /v2/team/app/tags/list?n=1");
  CHECK_FALSE(*repository.is_known());
}
