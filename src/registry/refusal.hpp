// Sentences for what a registry answers instead of doing what it was asked.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/redact.hpp"

namespace gate::registry {

/// Who asked whom for what.
struct Request {
  std::string registry; ///< as the image's name has it
  std::string doing;    ///< "reading team/app:1.0"
  std::string user;     ///< "" for one that did not log in
  std::string login_command;
  const Redactor* unsaid = nullptr; ///< what is taken out of the answer before it is told
};

/// What the error body of a registry (distribution-spec, "Error codes"), of AWS or of a proxy says; may be
/// "".
std::string server_words(std::string_view body);

/// For any status that is no success.
Error refusal(const Request& request, long status, std::string_view body);

/// For a success that makes no sense.
Error nonsense(const Request& request, const std::string& why);

} // namespace gate::registry
