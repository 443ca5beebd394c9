// git as gate starts it to write on a remote: refs of gate's own, and tags that the policy asks for. Internal to src/git.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "os/process.hpp"

namespace gate {

class Interrupt;

/// One ref of a remote.
struct RemoteRef {
  std::string name;
  Oid oid;
};

/// What `git ls-remote` prints: "<oid> TAB <ref>" a line; lines that make no sense are left out.
std::vector<RemoteRef> remote_refs_in(std::string_view listing);

/// What came of a push.
struct PushAnswer {
  enum class Outcome {
    done,
    raced,   ///< the ref is not what it was, or somebody is just writing it: look again
    refused, ///< the remote does not want it, or not from us
    failed,  ///< it did not get through; another time it may
  };
  Outcome outcome = Outcome::failed;
  std::string reason; ///< raw, one line
};

/// What a push of one ref said of it: `out` is git-push(1)'s --porcelain output. In git's own words, so for LC_ALL=C only.
PushAnswer push_answer_in(std::string_view out, std::string_view err, std::string_view ref, bool is_ok);

/// Starts git in the current folder, in English, without replace refs. It can't ask anybody for anything, runs no hook of this repository for a
/// push, and does not tidy up.
class RemoteGit {
public:
  RemoteGit(Environment environment, const Interrupt& interrupt, std::function<void()> tick);

  /// Whatever git says. `input` has at most 4 KiB; `more` are variables that come before those of the environment.
  Result<Captured> run(std::vector<std::string> arguments, const std::string& input = {}, const Environment& more = {}) const;
  /// What git prints; an error with git's reason where it fails. `what` is the beginning of it: "cannot read …".
  Result<std::string> here(std::vector<std::string> arguments, const std::string& what, const std::string& input = {}, const Environment& more = {}) const;
  /// The same, of a remote.
  Result<std::string> ask(std::vector<std::string> arguments, const std::string& remote) const;
  /// The remote's refs that fit the patterns (git-ls-remote(1)).
  Result<std::vector<RemoteRef>> list(const std::string& remote, const std::vector<std::string>& patterns) const;
  /// The remote's ref of exactly this name.
  Result<std::optional<Oid>> find(const std::string& remote, const std::string& ref) const;
  /// Pushes `from` to `ref`, and nothing else. `options` come before the remote. An error: interrupted, or no answer in time.
  Result<PushAnswer> push(const std::string& remote, const std::string& from, const std::string& ref, std::vector<std::string> options = {}) const;

  /// "NAME <EMAIL>": the user's own as git has it; where git has none, "gate <gate@HOST>".
  Result<std::string> identity() const;
  /// The variables that make it author and committer, now.
  static Environment as_writer(const std::string& identity);

  bool is_interrupted() const;
  /// The same, for what must still be done after an interrupt: nothing but the deadline ends it.
  RemoteGit past_interrupts(std::chrono::steady_clock::time_point deadline) const;

private:
  Environment m_environment;
  const Interrupt* m_interrupt; ///< null: none counts
  std::function<void()> m_tick;
  std::optional<std::chrono::steady_clock::time_point> m_deadline; ///< of all that it runs; each has one of its own besides
};

} // namespace gate
