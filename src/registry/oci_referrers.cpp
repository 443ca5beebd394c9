// Documents beside an image (OCI image-spec 1.1, manifest.md, "subject"; distribution-spec 1.1, "Listing Referrers" and "Referrers Tag Schema").
#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "registry/challenge.hpp"
#include "registry/json.hpp"
#include "registry/manifest.hpp"
#include "registry/oci_repository.hpp"

namespace gate::registry {

namespace {

constexpr std::string_view k_image_manifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view k_image_index = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view k_empty_type = "application/vnd.oci.empty.v1+json";
constexpr std::string_view k_empty = "{}";
constexpr std::size_t k_most_documents = 64;
constexpr std::size_t k_largest_document = 256U << 10U;
constexpr int k_most_referrer_pages = 10;
constexpr int k_tries_at_the_index = 5;

Json descriptor_of(std::string_view type, const Digest& digest, std::size_t size) {
  return {{"mediaType", type}, {"digest", digest.str()}, {"size", size}};
}

// The same for the same document, whoever puts it there and when: so it is known again.
Manifest referrer_of(const Manifest& subject, const Attachment& attachment) {
  Json json = {{"schemaVersion", 2},
               {"mediaType", k_image_manifest},
               {"artifactType", attachment.artifact_type},
               {"config", descriptor_of(k_empty_type, Digest::of(k_empty), k_empty.size())},
               {"layers", Json::array({descriptor_of(attachment.artifact_type, Digest::of(attachment.document), attachment.document.size())})},
               {"subject", descriptor_of(subject.media_type, subject.digest, subject.bytes.size())}};
  if (!attachment.annotations.empty()) {
    json["annotations"] = attachment.annotations;
  }
  std::string bytes = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return {Digest::of(bytes), std::string(k_image_manifest), std::move(bytes), Digest::of(k_empty).str()};
}

std::string referrers_tag(const Digest& subject) { return "sha256-" + subject.hex(); }

bool lists(const Json& index, const Digest& digest) {
  const Json& manifests = member(index, "manifests");
  return manifests.is_array() &&
         std::any_of(manifests.begin(), manifests.end(), [&](const Json& one) { return text_of(member(one, "digest")) == digest.str(); });
}

// What of an index is of this type, each once.
void take_referrers(const Json& index, const std::string& type, std::vector<std::string>& digests) {
  const Json& manifests = member(index, "manifests");
  for (std::size_t i = 0; i < manifests.size() && digests.size() < k_most_documents; ++i) {
    const Json& one = element(manifests, i);
    std::string digest = text_of(member(one, "digest"));
    const bool is_wanted = text_of(member(one, "artifactType")) == type && digest.rfind("sha256:", 0) == 0 && Digest::parse(digest.substr(7)).has_value();
    if (is_wanted && std::find(digests.begin(), digests.end(), digest) == digests.end()) {
      digests.push_back(std::move(digest));
    }
  }
}

// The digest of the one document that a referrer holds; nothing: it is no referrer of this image, or it holds something else.
std::optional<Digest> document_of(const Manifest& referrer, const Digest& subject, const std::string& type) {
  const Json json = parse_json(referrer.bytes);
  const Json& layers = member(json, "layers");
  const Json& layer = element(layers, 0);
  const Json& size = member(layer, "size");
  const std::string digest = text_of(member(layer, "digest"));
  const bool is_one = referrer.media_type == k_image_manifest && layers.size() == 1 && text_of(member(layer, "mediaType")) == type &&
                      text_of(member(member(json, "subject"), "digest")) == subject.str() && size.is_number_unsigned() &&
                      size.get<std::size_t>() <= k_largest_document && digest.rfind("sha256:", 0) == 0;
  return is_one ? Digest::parse(digest.substr(7)) : std::nullopt;
}

// It does not know the question: distribution-spec has 404, others have what they have for any path that they don't know.
bool lists_no_referrers(long status) { return status == 404 || status == 400 || status == 405 || status == 406 || status == 415 || status == 501; }

} // namespace

Result<void> OciRepository::attach(const Manifest& subject, const Attachment& attachment) {
  const Request request = request_for("keeping a document beside " + m_name.repository + "@" + subject.digest.str());
  const Manifest referrer = referrer_of(subject, attachment);
  const Result<std::optional<Manifest>> there = find(referrer.digest.str());
  if (!there) {
    return Failure(there.error());
  }
  if (*there) {
    return see_it_listed(subject.digest, referrer, attachment, request);
  }
  for (const std::string& blob : {std::string(k_empty), attachment.document}) {
    if (Result<void> put = put_blob(blob, request); !put) {
      return put;
    }
  }
  const Result<HttpAnswer> answer = ask({"PUT", path("/manifests/" + referrer.digest.str()), &referrer, false}, request);
  if (!answer) {
    return Failure(answer.error());
  }
  if (answer->status != 201 && answer->status != 200) {
    return Failure(refusal(request, answer->status, answer->body));
  }
  return answer->header("oci-subject").empty() ? see_it_listed(subject.digest, referrer, attachment, request) : Result<void>();
}

// A registry that lists referrers should say so in its answer (OCI-Subject). One that does not say it may do it all the same.
Result<void> OciRepository::see_it_listed(const Digest& subject, const Manifest& referrer, const Attachment& attachment, const Request& request) {
  const Result<Listing> listing = referrers(subject, attachment.artifact_type);
  if (!listing) {
    return Failure(listing.error());
  }
  return listing->is_by_tag ? list_by_tag(subject, referrer, attachment, request) : Result<void>();
}

// In one piece (distribution-spec, "POST then PUT").
Result<void> OciRepository::put_blob(const std::string& bytes, const Request& request) {
  const std::string digest = Digest::of(bytes).str();
  const std::string blob = path("/blobs/" + digest);
  const Result<HttpAnswer> there = ask({"GET", blob}, request);
  if (!there || there->status == 200) {
    return there ? Result<void>() : Failure(there.error());
  }
  const Question begin{"POST", path("/blobs/uploads/")};
  const Result<HttpAnswer> begun = ask(begin, request);
  if (!begun) {
    return Failure(begun.error());
  }
  if (begun->status != 202) {
    return Failure(refusal(request, begun->status, begun->body));
  }
  const std::optional<Url> upload = resolved({*m_origin, begin.target}, begun->header("location"));
  if (!upload || !(upload->origin == *m_origin)) {
    return Failure(nonsense(request, "it sends the upload somewhere else")); // the login is for nobody else
  }
  const std::string target = upload->target + (upload->target.find('?') == std::string::npos ? "?" : "&") + "digest=" + percent_encoded(digest);
  const Result<HttpAnswer> done = ask({"PUT", target, nullptr, false, &bytes}, request);
  if (!done) {
    return Failure(done.error());
  }
  if (done->status == 201 || done->status == 200 || done->status == 204) {
    return {};
  }
  // An answer that was lost on the way, and asked for again.
  const Result<HttpAnswer> after = ask({"GET", blob}, request);
  return after && after->status == 200 ? Result<void>() : Failure(refusal(request, done->status, done->body));
}

// A registry has no compare-and-swap: whoever writes looks again a while later, when those who had read before have written, and writes once
// more what is lost.
Result<void> OciRepository::list_by_tag(const Digest& subject, const Manifest& referrer, const Attachment& attachment, const Request& request) {
  const std::string tag = referrers_tag(subject);
  for (int tries = 0; tries < k_tries_at_the_index; ++tries) {
    const Result<std::optional<Manifest>> found = find(tag);
    if (!found) {
      return Failure(found.error());
    }
    Json index = *found ? parse_json((*found)->bytes) : Json();
    if (*found && lists(index, referrer.digest)) {
      return {};
    }
    if (*found && (*found)->media_type != k_image_index) {
      return Failure(nonsense(request, "the tag " + tag + " shows no list of documents"));
    }
    if (!*found) {
      index = {{"schemaVersion", 2}, {"mediaType", k_image_index}, {"manifests", Json::array()}};
    }
    Json own = descriptor_of(k_image_manifest, referrer.digest, referrer.bytes.size());
    own["artifactType"] = attachment.artifact_type;
    if (!attachment.annotations.empty()) {
      own["annotations"] = attachment.annotations;
    }
    index["manifests"].push_back(std::move(own));
    std::string bytes = index.dump(-1, ' ', false, Json::error_handler_t::replace);
    const Manifest list{Digest::of(bytes), std::string(k_image_index), std::move(bytes), {}};
    if (Result<void> put_there = put(list, tag); !put_there) {
      Error error = put_there.error();
      error.message += "; it lists the documents beside an image under such a tag, which has to be moved";
      return Failure(std::move(error));
    }
    if (Result<void> paused = m_client->pause(retry_delay("", tries + 1)); !paused) {
      return paused;
    }
  }
  const Result<std::optional<Manifest>> last = find(tag);
  const bool is_listed = last && *last && lists(parse_json((*last)->bytes), referrer.digest);
  return is_listed ? Result<void>() : could_not_run(m_name.registry + " has lost the document again and again: others write the tag " + tag + " at the same time");
}

Result<OciRepository::Listing> OciRepository::referrers(const Digest& subject, const std::string& type) {
  const Request request = request_for("listing the documents beside " + m_name.repository + "@" + subject.str());
  Listing listing;
  std::string target = path("/referrers/" + subject.str() + "?artifactType=" + percent_encoded(type));
  for (int page = 0; page < k_most_referrer_pages; ++page) {
    const Result<HttpAnswer> answer = ask({"GET", target, nullptr, true}, request);
    if (!answer) {
      return Failure(answer.error());
    }
    const Json index = answer->status == 200 ? parse_json(answer->body) : Json();
    const bool is_list = member(index, "manifests").is_array();
    if (page == 0 && (lists_no_referrers(answer->status) || (answer->status == 200 && !is_list))) {
      return referrers_by_tag(subject, type);
    }
    if (!is_list) {
      return Failure(answer->status == 200 ? nonsense(request, "it is no list of manifests") : refusal(request, answer->status, answer->body));
    }
    take_referrers(index, type, listing.digests);
    const std::optional<std::string> link = next_link(answer->all_headers("link"));
    const std::optional<Url> next = link ? resolved({*m_origin, target}, *link) : std::nullopt;
    if (!next || !(next->origin == *m_origin) || next->target == target) {
      break;
    }
    target = next->target;
  }
  return listing;
}

Result<OciRepository::Listing> OciRepository::referrers_by_tag(const Digest& subject, const std::string& type) {
  Listing listing;
  listing.is_by_tag = true;
  const Result<std::optional<Manifest>> found = find(referrers_tag(subject));
  if (!found) {
    return Failure(found.error());
  }
  if (*found && (*found)->media_type == k_image_index) {
    take_referrers(parse_json((*found)->bytes), type, listing.digests);
  }
  return listing;
}

// Nothing: it is none. What others put there that can't be read keeps nobody from what can.
Result<std::optional<std::string>> OciRepository::document(const std::string& referrer, const Digest& subject, const std::string& type) {
  const Result<std::optional<Manifest>> manifest = find(referrer);
  if (!manifest) {
    return Failure(manifest.error());
  }
  const std::optional<Digest> wanted = *manifest ? document_of(**manifest, subject, type) : std::nullopt;
  if (!wanted) {
    return std::optional<std::string>();
  }
  Result<HttpAnswer> answer = ask({"GET", path("/blobs/" + wanted->str())}, request_for("reading " + wanted->str()));
  if (!answer) {
    return Failure(answer.error());
  }
  const bool is_it = answer->status == 200 && answer->body.size() <= k_largest_document && Digest::of(answer->body) == *wanted;
  return is_it ? std::optional<std::string>(std::move(answer->body)) : std::nullopt;
}

Result<std::vector<std::string>> OciRepository::attached(const Digest& subject, const std::string& artifact_type) {
  const Result<Listing> listing = referrers(subject, artifact_type);
  if (!listing) {
    return Failure(listing.error());
  }
  std::vector<std::string> documents;
  std::optional<Error> problem;
  for (const std::string& referrer : listing->digests) {
    Result<std::optional<std::string>> found = document(referrer, subject, artifact_type);
    if (!found && found.error().kind == ErrorKind::interrupted) {
      return Failure(found.error());
    }
    if (!found) {
      problem = found.error();
    } else if (*found && std::find(documents.begin(), documents.end(), **found) == documents.end()) {
      documents.push_back(std::move(**found));
    }
  }
  return documents.empty() && problem ? Result<std::vector<std::string>>(Failure(*problem)) : documents;
}

} // namespace gate::registry
