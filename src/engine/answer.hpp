// Reading what the Engine answers, and asking it for some of what it has.
#pragma once

#include <string>

#include "base/error.hpp"
#include "engine/http.hpp"
#include "engine/json.hpp"

namespace gate {

/// "the Engine could not <what>: <the Engine's reason>".
inline Failure refusal(const HttpResponse& response, const std::string& what) {
  std::string reason = text_of(member(parse_json(response.body), "message"));
  if (reason.empty()) {
    reason = "HTTP status " + std::to_string(response.status);
  }
  return could_not_run("the Engine could not " + what + ": " + reason);
}

/// The id in the answer to a request that makes something.
inline Result<std::string> id_of_new(const Result<HttpResponse>& response, const std::string& what) {
  if (!response) {
    return Failure(response.error());
  }
  std::string id = text_of(member(parse_json(response->body), "Id"));
  if (response->status != 201 || id.empty()) {
    return refusal(*response, what);
  }
  return id;
}

inline std::string filter_query(const char* name, const std::string& value) {
  return "filters=" + percent_encoded(Json{{name, Json::array({value})}}.dump());
}

} // namespace gate
