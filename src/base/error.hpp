// What goes wrong in the world around gate: a value, never a print and never an exit.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace gate {

/// What kind of failure it is decides the exit code: usage and policy 2, could_not_run 3, interrupted 130.
enum class ErrorKind {
  usage,         ///< the user asked for something that can't be
  policy,        ///< a policy file is wrong
  could_not_run, ///< engine, network, disk or git failed: nothing was judged
  interrupted,   ///< INT, TERM or HUP arrived
};

/// A failure: a plain sentence that says what and where, and the step that mends it (may be empty).
struct Error {
  ErrorKind kind = ErrorKind::could_not_run;
  std::string message;
  std::string remedy;
};

template <typename T> using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

inline Failure fail(ErrorKind kind, std::string message, std::string remedy = {}) {
  return Failure(Error{kind, std::move(message), std::move(remedy)});
}

inline Failure could_not_run(std::string message, std::string remedy = {}) {
  return fail(ErrorKind::could_not_run, std::move(message), std::move(remedy));
}

} // namespace gate
