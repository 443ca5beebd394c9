#include "registry/manifest.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "registry/foreign_words.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

struct MediaType {
  std::string_view name;
  bool is_index;
};

constexpr std::array<MediaType, 4> k_types{{
    {"application/vnd.oci.image.manifest.v1+json", false},
    {"application/vnd.oci.image.index.v1+json", true},
    {"application/vnd.docker.distribution.manifest.v2+json", false},
    {"application/vnd.docker.distribution.manifest.list.v2+json", true},
}};

const MediaType* type_named(std::string_view name) {
  const auto* const found =
      std::find_if(k_types.begin(), k_types.end(), [&](const MediaType& type) { return type.name == name; });
  return found == k_types.end() ? nullptr : found;
}

// "type/subtype; charset=utf-8" without what follows.
std::string_view bare(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  return content_type.substr(0, content_type.find_last_not_of(" \t") + 1);
}

constexpr std::size_t k_most_parts = 512;

std::optional<Digest> sha256_from(std::string_view text) {
  constexpr std::string_view k_prefix = "sha256:";
  return text.substr(0, k_prefix.size()) == k_prefix ? Digest::parse(text.substr(k_prefix.size()))
                                                     : std::nullopt;
}

} // namespace

std::string manifest_types() {
  std::string list;
  for (const MediaType& type : k_types) {
    list += (list.empty() ? "" : ", ") + std::string(type.name);
  }
  return list;
}

Result<Manifest> read_manifest(std::string bytes, const std::string& content_type,
                               const std::string& content_digest) {
  const Json json = parse_json(bytes);
  if (!json.is_object()) {
    return could_not_run("it is no JSON object");
  }
  const std::string inner = text_of(member(json, "mediaType"));
  const MediaType* const type = type_named(inner.empty() ? bare(content_type) : inner);
  if (type == nullptr) {
    return could_not_run("gate knows no manifest of the type " +
                         in_quotes(inner.empty() ? bare(content_type) : inner));
  }
  // Two readings of one text: somebody could be shown another image than the one that runs (CVE-2021-41190).
  if (type_named(bare(content_type)) != nullptr && bare(content_type) != type->name) {
    return could_not_run("its header says another type than its text");
  }
  if (type->is_index == json.contains("config") || type->is_index != member(json, "manifests").is_array()) {
    return could_not_run("it is not what its type says");
  }
  Manifest manifest{Digest::of(bytes), std::string(type->name), {}, {}};
  // Digests of other kinds than sha256 can't be compared, and nobody sends them.
  if (content_digest.rfind("sha256:", 0) == 0 && content_digest != manifest.digest.str()) {
    return could_not_run("its digest is not the one that was promised");
  }
  if (!type->is_index) {
    const std::optional<Digest> config = sha256_from(text_of(member(member(json, "config"), "digest")));
    if (!config) {
      return could_not_run("it names no configuration");
    }
    manifest.image_id = config->str();
  }
  manifest.bytes = std::move(bytes);
  return manifest;
}

Result<ManifestParts> parts_of(const Manifest& manifest) {
  const Json json = parse_json(manifest.bytes);
  ManifestParts parts;
  const auto add = [](std::vector<std::string>& to, const Json& descriptor) {
    const std::optional<Digest> digest = sha256_from(text_of(member(descriptor, "digest")));
    if (digest && std::find(to.begin(), to.end(), digest->str()) == to.end()) {
      to.push_back(digest->str());
    }
    return digest.has_value();
  };
  const Json& layers = member(json, "layers");
  const Json& manifests = member(json, "manifests");
  if (layers.size() > k_most_parts || manifests.size() > k_most_parts) {
    return could_not_run("it has too many parts");
  }
  bool is_well = !json.contains("config") || add(parts.blobs, member(json, "config"));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    is_well = add(parts.blobs, element(layers, i)) && is_well;
  }
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    is_well = add(parts.manifests, element(manifests, i)) && is_well;
  }
  if (!is_well) {
    return could_not_run("it names a part by no sha256");
  }
  return parts;
}

Result<std::vector<std::string>> read_tags(const std::string& body) {
  const Json json = parse_json(body);
  const Json& list = member(json, "tags");
  if (!json.is_object() || !(list.is_array() || list.is_null())) {
    return could_not_run("it is no list of tags");
  }
  std::vector<std::string> tags;
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::string tag = text_of(list[i]);
    if (!is_tag(tag)) {
      return could_not_run("it lists what is no tag");
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

} // namespace gate::registry
