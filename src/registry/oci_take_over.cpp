// Parts of another repository of the same registry (distribution-spec, "Mounting a blob from another
// repository").
#include <utility>

#include "base/ascii.hpp"
#include "registry/manifest.hpp"
#include "registry/oci_repository.hpp"

namespace gate::registry {

namespace {

constexpr int k_deepest_index = 2; // an index of indexes

bool is_for_later(long status) {
  return status == 429 || status >= 500;
}

} // namespace

Result<bool> OciRepository::take_over(const Manifest& manifest, const ImageName& from) {
  if (from.registry != m_name.registry) {
    return false;
  }
  if (from.repository == m_name.repository) {
    return true;
  }
  m_authorizer.also_read(from.repository);
  Result<bool> taken = take_parts(manifest, from.repository, 0);
  // Who may not read it there may still push it from here.
  if (!taken && taken.error().kind == ErrorKind::could_not_run && m_authorizer.was_denied()) {
    taken = false;
  }
  m_authorizer.also_read("");
  return taken;
}

Result<bool> OciRepository::take_parts(const Manifest& manifest, const std::string& from, int depth) {
  const Result<ManifestParts> parts = parts_of(manifest);
  if (!parts) {
    return false;
  }
  for (const std::string& blob : parts->blobs) {
    if (Result<bool> mounted = mount(blob, from); !mounted || !*mounted) {
      return mounted;
    }
  }
  for (const std::string& digest : parts->manifests) {
    if (Result<bool> taken = take_manifest(digest, from, depth + 1); !taken || !*taken) {
      return taken;
    }
  }
  return true;
}

Result<bool> OciRepository::take_manifest(const std::string& digest, const std::string& from, int depth) {
  if (depth > k_deepest_index) {
    return false;
  }
  if (const Result<std::optional<Manifest>> here = find(digest); !here) {
    return Failure(here.error());
  } else if (*here) {
    return true;
  }
  const Request request = request_for("reading " + from + "@" + digest);
  Result<HttpAnswer> answer = ask({"GET", "/v2/" + from + "/manifests/" + digest, nullptr, true}, request);
  if (!answer) {
    return Failure(answer.error());
  }
  if (answer->status != 200 && !is_for_later(answer->status)) {
    return false;
  }
  const Result<std::optional<Manifest>> there = manifest_from(std::move(*answer), digest, request);
  if (!there) {
    return Failure(there.error());
  }
  if (Result<bool> taken = take_parts(**there, from, depth); !taken || !*taken) {
    return taken;
  }
  if (Result<void> put_there = put(**there, digest); !put_there) {
    return Failure(put_there.error());
  }
  return true;
}

Result<bool> OciRepository::mount(const std::string& digest, const std::string& from) {
  const Request request = request_for("taking " + digest + " over from " + from);
  const Question question{"POST", path("/blobs/uploads/?mount=" + digest + "&from=" + percent_encoded(from))};
  const Result<HttpAnswer> answer = ask(question, request);
  if (!answer) {
    return Failure(answer.error());
  }
  if (answer->status == 201) {
    return true;
  }
  if (answer->status == 202) {
    call_off(answer->header("location"), question, request);
    return false;
  }
  if (is_for_later(answer->status)) {
    return Failure(refusal(request, answer->status, answer->body));
  }
  return false;
}

// Instead of a mount the registry has begun an upload. Whether it can be called off does not matter: it runs
// out.
void OciRepository::call_off(const std::string& location, const Question& question, const Request& request) {
  const std::optional<Url> upload = resolved({*m_origin, question.target}, location);
  if (upload && upload->origin == *m_origin) {
    static_cast<void>(ask({"DELETE", upload->target}, request));
  }
}

} // namespace gate::registry
