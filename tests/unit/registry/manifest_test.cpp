#include "registry/manifest.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using namespace gate::registry;

namespace {

const std::string k_docker = "application/vnd.docker.distribution.manifest.v2+json";
const std::string k_oci = "application/vnd.oci.image.manifest.v1+json";
const std::string k_index = "application/vnd.oci.image.index.v1+json";
const std::string k_id = "sha256:" + std::string(64, 'a');
const std::string k_body = R"({"config": {"digest": ")" + k_id + R"("}, "layers": []})";

std::string trouble(const std::string& bytes, const std::string& type, const std::string& digest = "") {
  const auto manifest = read_manifest(bytes, type, digest);
  return manifest ? "none" : manifest.error().message;
}

} // namespace

TEST_CASE("a manifest is kept byte for byte, with its digest and the image's id") {
  const auto manifest = read_manifest(k_body, k_oci + "; charset=utf-8", Digest::of(k_body).str());
  REQUIRE(manifest);
  CHECK(manifest->bytes == k_body);
  CHECK(manifest->digest == Digest::of(k_body));
  CHECK(manifest->media_type == k_oci);
  CHECK(manifest->image_id == k_id);
}

TEST_CASE("an index has no image id of its own") {
  const auto index =
      read_manifest(R"({"mediaType": ")" + k_index + R"(", "manifests": []})", "text/plain", "");
  REQUIRE(index);
  CHECK(index->media_type == k_index);
  CHECK(index->image_id.empty());
}

TEST_CASE("a manifest that does not hold what it says is refused") {
  CHECK(trouble(k_body, k_oci, "sha256:" + std::string(64, '0')) ==
        "its digest is not the one that was promised");
  CHECK(trouble("<html>", k_oci) == "it is no JSON object");
  CHECK(trouble(k_body.substr(0, 20), k_oci) == "it is no JSON object");
  CHECK(trouble(std::string(1000000, '['), k_oci) == "it is no JSON object");
  CHECK(trouble(k_body, "text/html") == R"(gate knows no manifest of the type "text/html")");
  CHECK(trouble(R"({"mediaType": ")" + k_docker + R"(", "config": {}})", k_oci) ==
        "its header says another type than its text");
  CHECK(trouble(R"({"manifests": []})", k_oci) == "it is not what its type says");
  CHECK(trouble(R"({"config": {"digest": "x"}, "manifests": []})", k_index) ==
        "it is not what its type says");
  CHECK(trouble(R"({"config": {"digest": "sha256:x"}})", k_docker) == "it names no configuration");
  CHECK(trouble(R"({"config": [1]})", k_docker) == "it names no configuration");
}

TEST_CASE("tags are read, and nothing else is taken for one") {
  CHECK(*read_tags(R"({"name": "a", "tags": ["1", "b"]})") == std::vector<std::string>{"1", "b"});
  CHECK(read_tags(R"({"tags": null})")->empty());
  CHECK(read_tags("{}")->empty());
  for (const char* const body :
       {"", "[]", "{\"tags\": {}}", "{\"tags\": [1]}", "{\"tags\": [\"a b\"]}", "{"}) {
    CAPTURE(body);
    CHECK_FALSE(read_tags(body));
  }
}

TEST_CASE("what a manifest consists of is named once, and by nothing but sha256") {
  const auto parts = [](const std::string& bytes) { return parts_of({Digest::of(bytes), k_oci, bytes, {}}); };
  const std::string other = "sha256:" + std::string(64, 'b');
  const auto of_image = parts(R"({"config": {"digest": ")" + k_id + R"("}, "layers": [{"digest": ")" + other + R"("}, {"digest": ")" + other +
                              R"("}]})");
  REQUIRE(of_image);
  CHECK(of_image->blobs == std::vector<std::string>{k_id, other});
  CHECK(of_image->manifests.empty());
  const auto of_index = parts(R"({"manifests": [{"digest": ")" + other + R"("}]})");
  CHECK(of_index->blobs.empty());
  CHECK(of_index->manifests == std::vector<std::string>{other});
  CHECK_FALSE(parts(R"({"config": {"digest": "sha256:x"}, "layers": []})"));
  CHECK_FALSE(parts(R"({"manifests": [{"digest": "sha512:aa"}]})"));
  CHECK_FALSE(parts(R"({"manifests": [7]})"));
  std::string many = R"({"digest": ")" + other + R"("})";
  for (int i = 0; i < 600; ++i) {
    many += R"(, {"digest": ")" + other + R"("})";
  }
  CHECK_FALSE(parts(R"({"layers": [)" + many + "]}"));
}
