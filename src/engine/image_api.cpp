// The Engine's images: the part of EngineApi that looks at them, names them, removes and pushes them.
#include "engine/answer.hpp"
#include "engine/engine_api.hpp"
#include "engine/heartbeat.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> tags_of(const Json& json) {
  std::vector<std::string> tags;
  for (const Json& tag : list_of(json)) {
    if (const std::string text = text_of(tag); text != "<none>:<none>") {
      tags.push_back(text);
    }
  }
  return tags;
}

} // namespace

Result<std::optional<ListedImage>> EngineApi::image(const std::string& reference, const Patience& patience) {
  const Result<HttpResponse> response =
      call("GET", "/images/" + percent_encoded(reference) + "/json", {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  if (response->status == 404) {
    return std::optional<ListedImage>();
  }
  const Json json = parse_json(response->body);
  if (response->status != 200) {
    return refusal(*response, "look at the image " + reference);
  }
  std::vector<std::string> names = tags_of(member(json, "RepoTags"));
  const std::vector<std::string> digests = tags_of(member(json, "RepoDigests"));
  names.insert(names.end(), digests.begin(), digests.end());
  return ListedImage{text_of(member(json, "Id")), names, text_of(member(json, "Created")),
                     text_of(member(json, "Parent")), text_of(member(member(json, "Metadata"), "LastTagTime"))};
}

Result<std::vector<ListedImage>> EngineApi::images(const std::string& pattern, const Patience& patience) {
  const Result<HttpResponse> response =
      call("GET", "/images/json?" + filter_query("reference", pattern), {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  if (response->status != 200) {
    return refusal(*response, "list its images");
  }
  const Json json = parse_json(response->body);
  std::vector<ListedImage> images;
  for (const Json& item : list_of(json)) {
    images.push_back({text_of(member(item, "Id")), tags_of(member(item, "RepoTags")), {}, {}, {}});
  }
  return images;
}

Result<std::vector<std::string>> EngineApi::dangling_images(const Patience& patience) {
  const Result<HttpResponse> response =
      call("GET", "/images/json?" + filter_query("dangling", "true"), {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  if (response->status != 200) {
    return refusal(*response, "list its images");
  }
  const Json json = parse_json(response->body);
  std::vector<std::string> ids;
  for (const Json& item : list_of(json)) {
    ids.push_back(text_of(member(item, "Id")));
  }
  return ids;
}

Result<void> EngineApi::tag_image(const std::string& id, const std::string& repository,
                                  const std::string& tag, const Patience& patience) {
  const std::string path = "/images/" + percent_encoded(id) + "/tag?repo=" + percent_encoded(repository) +
                           "&tag=" + percent_encoded(tag);
  const Result<HttpResponse> response = call("POST", path, {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  return response->status == 201 ? Result<void>() : refusal(*response, "tag the image " + id);
}

Result<void> EngineApi::remove_image(const std::string& reference, const Patience& patience) {
  const Result<HttpResponse> response = call("DELETE", "/images/" + percent_encoded(reference), {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  const bool fine = response->status < 300 || response->status == 404 || response->status == 409;
  return fine ? Result<void>() : refusal(*response, "remove the image " + reference);
}

Result<void> EngineApi::push_image(const PushWish& wish, const std::function<bool(std::string_view)>& sink,
                                   const Patience& patience) {
  HttpRequest request{"POST",
                      m_version + "/images/" + percent_encoded(wish.name.str()) +
                          "/push?tag=" + percent_encoded(wish.tag),
                      {}};
  request.registry_auth = &wish.auth;
  const Heartbeat heartbeat(m_http, patience);
  // A large layer may take hours: only silence has a limit.
  Clock::time_point last_word = Clock::now();
  const auto is_silent = [&] { return Clock::now() - last_word >= wish.silence_limit; };
  Patience watched = heartbeat.patience();
  watched.tick = [&] {
    heartbeat.patience().tick();
    watched.deadline = is_silent() ? Clock::now() : heartbeat.patience().deadline;
  };
  const auto hear = [&](std::string_view bytes) {
    last_word = Clock::now();
    return sink(bytes);
  };
  const Result<HttpResponse> response = m_http.stream(request, watched, hear, {});
  if (!response && response.error().kind != ErrorKind::interrupted && is_silent()) {
    return could_not_run("the push to " + wish.name.registry + " stands still",
                         "see whether " + wish.name.registry + " answers, and push again");
  }
  if (!response) {
    return Failure(response.error());
  }
  if (response->status >= 300) {
    sink(response->body);
  }
  return {};
}

} // namespace gate
