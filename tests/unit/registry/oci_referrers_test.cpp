#include "registry/oci_repository.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "registry/manifest.hpp"
#include "support/local_http_server.hpp"

using namespace gate;
using namespace gate::registry;
using Json = nlohmann::json;

namespace {

const std::string k_manifest_type = "application/vnd.oci.image.manifest.v1+json";
const std::string k_index_type = "application/vnd.oci.image.index.v1+json";
const std::string k_dsse = "application/vnd.dsse.envelope.v1+json";
const std::string k_subject_text = R"({"mediaType": ")" + k_manifest_type + R"(", "config": {"digest": "sha256:)" + std::string(64, 'a') + R"("}, "layers": []})";

/// A registry that keeps what it is given, as far as documents beside images need it.
struct KeepingRegistry {
  bool lists_referrers = true;
  bool says_so = true; ///< OCI-Subject
  std::string any_page; ///< instead of an answer to what it does not know
  int refuses_manifests = 0;               ///< with this status
  bool refuses_tags = false;
  std::string elsewhere;                   ///< uploads are sent there
  std::string lost_tag;                    ///< once, somebody else writes this over the tag's index
  bool loses_answers = false;              ///< an upload arrives, and its answer says something else
  std::map<std::string, std::string> blobs;
  std::map<std::string, std::string> manifests; ///< by reference
  Interrupt interrupt;
  test::LocalHttpServer server{[this](const test::Asked& asked) { return answer(asked); }};

  KeepingRegistry() { manifests[subject().digest.str()] = k_subject_text; }
  static Manifest subject() { return *read_manifest(k_subject_text, k_manifest_type, ""); }
  std::string host() const { return server.url().substr(7); }
  OciRepository open() {
    return OciRepository(std::make_unique<HttpClient>(Environment{}, interrupt, host()), ImageName{host(), "team/app"}, std::nullopt, {});
  }
  std::string tag() const { return "sha256-" + subject().digest.hex(); }
  std::size_t count(const std::string& method) const {
    const auto asked = server.asked();
    return static_cast<std::size_t>(std::count_if(asked.begin(), asked.end(), [&](const test::Asked& one) { return one.method == method; }));
  }

  test::Answer answer(const test::Asked& asked) {
    const std::string base = "/v2/team/app/";
    const std::string what = asked.target.rfind(base, 0) == 0 ? asked.target.substr(base.size()) : "";
    if (what.rfind("manifests/", 0) == 0) {
      return of_manifests(asked, what.substr(10));
    }
    if (what.rfind("blobs/uploads/", 0) == 0) {
      return of_uploads(asked);
    }
    if (what.rfind("blobs/", 0) == 0) {
      return blobs.count(what.substr(6)) == 0 ? test::Answer{404, ""} : test::Answer{200, blobs.at(what.substr(6))};
    }
    if (what.rfind("referrers/", 0) == 0 && !any_page.empty()) {
      return {200, any_page, "Content-Type: text/html\r\n"};
    }
    if (what.rfind("referrers/", 0) == 0 && lists_referrers) {
      return {200, list_of(what.substr(10, 71)).dump(), "Content-Type: " + k_index_type + "\r\n"};
    }
    return {404, ""};
  }

  test::Answer of_manifests(const test::Asked& asked, const std::string& reference) {
    const bool is_digest = reference.rfind("sha256:", 0) == 0;
    if (asked.method == "PUT") {
      if (refuses_manifests != 0 || (refuses_tags && !is_digest)) {
        return {refuses_manifests != 0 ? refuses_manifests : 400, R"({"errors":[{"code":"MANIFEST_INVALID","message":"no such manifests"}]})"};
      }
      manifests[reference] = asked.body;
      if (!is_digest && !lost_tag.empty()) {
        manifests[reference] = std::exchange(lost_tag, "");
      }
      const Json json = Json::parse(asked.body);
      return {201, "", lists_referrers && says_so && any_page.empty() && json.contains("subject") ? "OCI-Subject: " + json["subject"]["digest"].get<std::string>() + "\r\n" : ""};
    }
    const auto found = manifests.find(reference);
    return found == manifests.end() ? test::Answer{404, ""} : test::Answer{200, found->second, "Docker-Content-Digest: " + Digest::of(found->second).str() + "\r\n"};
  }

  test::Answer of_uploads(const test::Asked& asked) {
    if (asked.method == "POST") {
      return {202, "", "Location: " + elsewhere + "/v2/team/app/blobs/uploads/7?_state=x\r\n"};
    }
    const std::string digest = "sha256:" + asked.target.substr(asked.target.size() - 64);
    CHECK(asked.target == "/v2/team/app/blobs/uploads/7?_state=x&digest=" + percent_encoded(digest));
    CHECK(asked.headers.at("content-type") == "application/octet-stream");
    CHECK(Digest::of(asked.body).str() == digest);
    blobs[digest] = asked.body;
    return {loses_answers ? 404 : 201, ""};
  }

  Json list_of(const std::string& subject_digest) const {
    Json list = {{"schemaVersion", 2}, {"mediaType", k_index_type}, {"manifests", Json::array()}};
    for (const auto& [reference, bytes] : manifests) {
      const Json json = Json::parse(bytes);
      if (reference.rfind("sha256:", 0) == 0 && json.contains("subject") && json["subject"]["digest"] == subject_digest) {
        list["manifests"].push_back({{"digest", reference}, {"mediaType", k_manifest_type}, {"size", bytes.size()}, {"artifactType", json["artifactType"]}});
      }
    }
    return list;
  }

  /// As another tool might put it there.
  std::string plant(const Json& change, const std::string& document) {
    const std::string digest = Digest::of(document).str();
    blobs[digest] = document;
    Json json = {{"schemaVersion", 2},
                 {"mediaType", k_manifest_type},
                 {"artifactType", k_dsse},
                 {"config", {{"mediaType", "application/vnd.oci.empty.v1+json"}, {"digest", Digest::of("{}").str()}, {"size", 2}}},
                 {"layers", Json::array({{{"mediaType", k_dsse}, {"digest", digest}, {"size", document.size()}}})},
                 {"subject", {{"mediaType", k_manifest_type}, {"digest", subject().digest.str()}, {"size", k_subject_text.size()}}}};
    json.merge_patch(change);
    const std::string bytes = json.dump();
    manifests[Digest::of(bytes).str()] = bytes;
    return Digest::of(bytes).str();
  }
};

Attachment envelope(const std::string& document) { return {k_dsse, document, {{"org.opencontainers.image.created", "2026-03-01T10:00:00Z"}}}; }

} // namespace

TEST_CASE("a document is put beside an image, as a manifest that names it") {
  KeepingRegistry registry;
  OciRepository repository = registry.open();
  const Manifest subject = KeepingRegistry::subject();
  const auto attached = repository.attach(subject, envelope("{\"payload\":1}"));
  INFO((attached ? "" : attached.error().message));
  REQUIRE(attached);
  REQUIRE(registry.manifests.size() == 2);
  CHECK(registry.blobs.count(Digest::of("{}").str()) == 1);
  const auto put = std::find_if(registry.manifests.begin(), registry.manifests.end(), [&](const auto& one) { return one.first != subject.digest.str(); });
  CHECK(put->first == Digest::of(put->second).str());
  const Json json = Json::parse(put->second);
  CHECK(json["schemaVersion"] == 2);
  CHECK(json["mediaType"] == k_manifest_type);
  CHECK(json["artifactType"] == k_dsse);
  CHECK(json["config"]["mediaType"] == "application/vnd.oci.empty.v1+json");
  CHECK(json["config"]["digest"] == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  CHECK(json["config"]["size"] == 2);
  REQUIRE(json["layers"].size() == 1);
  CHECK(json["layers"][0]["mediaType"] == k_dsse);
  CHECK(json["layers"][0]["size"] == 13);
  CHECK(json["subject"]["mediaType"] == k_manifest_type);
  CHECK(json["subject"]["digest"] == subject.digest.str());
  CHECK(json["subject"]["size"] == k_subject_text.size());
  CHECK(json["annotations"]["org.opencontainers.image.created"] == "2026-03-01T10:00:00Z");
  CHECK(*repository.attached(subject.digest, k_dsse) == std::vector<std::string>{"{\"payload\":1}"});
  CHECK(repository.attached(subject.digest, "application/other")->empty());

  // Once is enough.
  const auto puts = registry.count("PUT");
  CHECK(repository.attach(subject, envelope("{\"payload\":1}")));
  CHECK(registry.count("PUT") == puts);
  CHECK(repository.attach(subject, envelope("another")));
  CHECK(repository.attached(subject.digest, k_dsse)->size() == 2);
}

TEST_CASE("a registry that lists referrers and does not say so gets no tag") {
  KeepingRegistry registry;
  registry.says_so = false;
  OciRepository repository = registry.open();
  REQUIRE(repository.attach(KeepingRegistry::subject(), envelope("one")));
  CHECK(registry.manifests.count(registry.tag()) == 0);
  CHECK(*repository.attached(KeepingRegistry::subject().digest, k_dsse) == std::vector<std::string>{"one"});
}

TEST_CASE("where a registry does not list referrers, an index under a tag does") {
  KeepingRegistry registry;
  registry.lists_referrers = false;
  OciRepository repository = registry.open();
  const Manifest subject = KeepingRegistry::subject();
  CHECK(repository.attached(subject.digest, k_dsse)->empty());
  REQUIRE(repository.attach(subject, envelope("one")));
  REQUIRE(repository.attach(subject, envelope("two")));
  const Json index = Json::parse(registry.manifests.at(registry.tag()));
  CHECK(index["mediaType"] == k_index_type);
  REQUIRE(index["manifests"].size() == 2);
  CHECK(index["manifests"][0]["mediaType"] == k_manifest_type);
  CHECK(index["manifests"][0]["artifactType"] == k_dsse);
  CHECK(index["manifests"][0]["annotations"]["org.opencontainers.image.created"] == "2026-03-01T10:00:00Z");
  const auto& referrer = registry.manifests.at(index["manifests"][1]["digest"].get<std::string>());
  CHECK(index["manifests"][1]["size"] == referrer.size());
  CHECK(*repository.attached(subject.digest, k_dsse) == std::vector<std::string>{"one", "two"});

  SECTION("what is there already is not listed twice") {
    const auto puts = registry.count("PUT");
    REQUIRE(repository.attach(subject, envelope("one")));
    CHECK(registry.count("PUT") == puts);
  }
  SECTION("what was put, but never listed, is listed") {
    registry.manifests.erase(registry.tag());
    REQUIRE(repository.attach(subject, envelope("one")));
    CHECK(*repository.attached(subject.digest, k_dsse) == std::vector<std::string>{"one"});
  }
  SECTION("what others write at the same time stays") {
    const std::string theirs = registry.plant({{"annotations", {{"by", "others"}}}}, "theirs");
    Json list = index;
    list["manifests"].push_back({{"mediaType", k_manifest_type}, {"digest", theirs}, {"size", 1}, {"artifactType", k_dsse}});
    registry.lost_tag = list.dump();
    REQUIRE(repository.attach(subject, envelope("three")));
    CHECK(*repository.attached(subject.digest, k_dsse) == std::vector<std::string>{"one", "two", "theirs", "three"});
  }
  SECTION("a tag that can't be moved") {
    registry.refuses_tags = true;
    const auto refused = repository.attach(subject, envelope("three"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("tag, which has to be moved") != std::string::npos);
  }
  SECTION("an image under that tag is left alone") {
    registry.manifests[registry.tag()] = k_subject_text;
    CHECK_FALSE(repository.attach(subject, envelope("three")));
    CHECK(registry.manifests[registry.tag()] == k_subject_text);
    CHECK(repository.attached(subject.digest, k_dsse)->empty());
  }
}

TEST_CASE("a registry that answers any question with some page lists no referrers") {
  KeepingRegistry registry;
  registry.any_page = "<html>welcome</html>";
  OciRepository repository = registry.open();
  CHECK(repository.attached(KeepingRegistry::subject().digest, k_dsse)->empty());
  REQUIRE(repository.attach(KeepingRegistry::subject(), envelope("one")));
  CHECK(registry.manifests.count(registry.tag()) == 1);
  CHECK(*repository.attached(KeepingRegistry::subject().digest, k_dsse) == std::vector<std::string>{"one"});
}

TEST_CASE("a registry that takes no such manifests says so, plainly") {
  KeepingRegistry registry;
  registry.refuses_manifests = GENERATE(400, 405, 415);
  OciRepository repository = registry.open();
  const auto refused = repository.attach(KeepingRegistry::subject(), envelope("one"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::could_not_run);
  CHECK(refused.error().message.find("refuses keeping a document beside team/app@sha256:") != std::string::npos);
  CHECK(refused.error().message.find("no such manifests") != std::string::npos);
}

TEST_CASE("an upload goes nowhere but to the registry, and one whose answer was lost is looked for") {
  KeepingRegistry registry;
  OciRepository repository = registry.open();
  SECTION("elsewhere") {
    registry.elsewhere = "http://127.0.0.1:1";
    CHECK_FALSE(repository.attach(KeepingRegistry::subject(), envelope("one")));
    CHECK(registry.count("PUT") == 0);
  }
  SECTION("lost") {
    registry.loses_answers = true;
    CHECK(repository.attach(KeepingRegistry::subject(), envelope("one")));
  }
}

TEST_CASE("of what others put beside an image only what is such a document of it is read") {
  KeepingRegistry registry;
  registry.lists_referrers = GENERATE(true, false);
  OciRepository repository = registry.open();
  const Manifest subject = KeepingRegistry::subject();
  std::vector<std::string> planted;
  const auto plant = [&](const Json& change, const std::string& document) { planted.push_back(registry.plant(change, document)); };
  const std::string other = "sha256:" + std::string(64, 'b');
  plant(Json::object(), "good");
  plant({{"subject", {{"digest", other}}}}, "of another image");
  plant({{"layers", Json::array()}}, "no layer");
  plant({{"layers", "text"}}, "no list");
  plant({{"layers", Json::array({{{"mediaType", "text/plain"}, {"digest", Digest::of("plain").str()}, {"size", 5}}})}}, "plain");
  plant({{"layers", Json::array({{{"mediaType", k_dsse}, {"digest", other}, {"size", 5}}})}}, "gone");
  plant({{"layers", Json::array({{{"mediaType", k_dsse}, {"digest", Digest::of("good").str()}, {"size", 1U << 20U}}})}}, "says that it is large");
  plant({{"annotations", {{"x", "y"}}}}, std::string((256U << 10U) + 1, 'x'));
  plant({{"annotations", {{"again", "y"}}}}, "good");
  const std::string lying = registry.plant({{"annotations", {{"lying", "y"}}}}, "before");
  planted.push_back(lying);
  registry.blobs[Digest::of("before").str()] = "after";
  if (!registry.lists_referrers) {
    Json list = {{"schemaVersion", 2}, {"mediaType", k_index_type}, {"manifests", Json::array({nullptr, 7, {{"digest", "md5:1"}, {"artifactType", k_dsse}}})}};
    for (const auto& digest : planted) {
      list["manifests"].push_back({{"digest", digest}, {"mediaType", k_manifest_type}, {"size", 1}, {"artifactType", k_dsse}});
    }
    registry.manifests[registry.tag()] = list.dump();
  }
  const auto found = repository.attached(subject.digest, k_dsse);
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  CHECK(*found == std::vector<std::string>{"good"});
}

TEST_CASE("no more than 64 documents are read") {
  KeepingRegistry registry;
  for (int i = 0; i < 100; ++i) {
    registry.plant({{"annotations", {{"number", std::to_string(i)}}}}, "document " + std::to_string(i));
  }
  CHECK(registry.open().attached(KeepingRegistry::subject().digest, k_dsse)->size() == 64);
}
