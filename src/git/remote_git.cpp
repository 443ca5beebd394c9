#include "git/remote_git.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <unistd.h>

#include "base/ascii.hpp"
#include "git/live_remotes.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr std::chrono::seconds k_patience{60};

bool is_variable(const std::string& variable, std::string_view name_and_equals) { return variable.rfind(name_and_equals, 0) == 0; }

// As live_remotes has it; and in English, since what came of a push is told apart by git's words. Dates are of now, and not what a hook's
// commit has.
Environment for_git(const Environment& environment) {
  constexpr std::array<std::string_view, 10> k_replaced{
      "GIT_TERMINAL_PROMPT=", "GIT_ASKPASS=",      "SSH_ASKPASS_REQUIRE=", "LC_ALL=",          "LANGUAGE=", "GIT_NO_REPLACE_OBJECTS=",
      "GIT_AUTHOR_NAME=",     "GIT_AUTHOR_EMAIL=", "GIT_AUTHOR_DATE=",     "GIT_COMMITTER_DATE="};
  Environment result{"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS_REQUIRE=never", "LC_ALL=C", "GIT_NO_REPLACE_OBJECTS=1"};
  std::copy_if(environment.begin(), environment.end(), std::back_inserter(result), [&](const std::string& variable) {
    return std::none_of(k_replaced.begin(), k_replaced.end(), [&](std::string_view name) { return is_variable(variable, name); });
  });
  return result;
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

// In git's own sources: transport.c, send-pack.c (the first five), receive-pack.c and refs/ (the others).
bool is_race(std::string_view summary) {
  constexpr std::array<std::string_view, 11> k_races{
      "(stale info)",   "(fetch first)",        "(non-fast-forward)",       "(already exists)",             "(needs force)", "cannot lock ref",
      "failed to lock", "failed to update ref", "reference already exists", "incorrect old value provided", "but expected"};
  return std::any_of(k_races.begin(), k_races.end(), [&](std::string_view race) { return summary.find(race) != std::string_view::npos; });
}

// A server that is in trouble, not one that does not want it: receive-pack.c (the first), and what GitHub says.
bool is_trouble(std::string_view summary) {
  constexpr std::array<std::string_view, 3> k_troubles{"unpacker error", "internal server error", "internal error"};
  const std::string said = lower(summary);
  return std::any_of(k_troubles.begin(), k_troubles.end(), [&](std::string_view trouble) { return said.find(trouble) != std::string::npos; });
}

// Names of files and URLs stand between quotation marks, and may say anything.
std::string without_quoted(std::string_view text) {
  std::string result;
  bool is_quoted = false;
  char before = '\n';
  for (const char c : text) {
    const bool opens = c == '\'' && (before == ' ' || before == '\n'); // "can't" does not
    is_quoted = is_quoted ? c != '\'' && c != '\n' : opens;
    result += is_quoted ? '\'' : c;
    before = c;
  }
  return result;
}

// No right to write, in the words of git (http.c, credential.c), ssh and servers. The remote could be read a moment before.
bool is_not_permitted(std::string_view err) {
  constexpr std::array<std::string_view, 19> k_words{
      "error: 401",      "error: 403",    "http 401",        "http 403",                "denied",                "read-only",               "read only",
      "not allowed",     "deploy key",    "forbidden",       "unauthorized",            "not authorized",        "not permitted",           "have permission",
      "insufficient permission", "authentication failed", "could not read username", "could not read password", "service not enabled"};
  const std::string said = lower(without_quoted(err));
  return std::any_of(k_words.begin(), k_words.end(), [&](std::string_view word) { return said.find(word) != std::string::npos; });
}

// "[remote rejected] (why)": the why. A hook's own words are among what the remote printed besides.
std::string reason_of(std::string_view summary, std::string_view err) {
  const auto open = summary.find('(');
  std::string reason(open == std::string_view::npos ? summary : summary.substr(open + 1));
  if (open != std::string_view::npos && !reason.empty() && reason.back() == ')') {
    reason.pop_back();
  }
  constexpr std::string_view k_remote = "remote: ";
  while (!err.empty()) {
    auto line = take_line(err);
    if (line.rfind(k_remote, 0) != 0) {
      continue;
    }
    line.remove_prefix(k_remote.size());
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) {
      return reason + ": " + without_secrets_in(line);
    }
  }
  return reason;
}

} // namespace

std::vector<RemoteRef> remote_refs_in(std::string_view listing) {
  std::vector<RemoteRef> refs;
  while (!listing.empty()) {
    const auto line = take_line(listing);
    const auto tab = line.find('\t');
    const auto oid = tab == std::string_view::npos ? std::nullopt : Oid::parse(line.substr(0, tab));
    if (oid) {
      refs.push_back({std::string(line.substr(tab + 1)), *oid});
    }
  }
  return refs;
}

PushAnswer push_answer_in(std::string_view out, std::string_view err, std::string_view ref, bool is_ok) {
  using Outcome = PushAnswer::Outcome;
  const std::string to = ":" + std::string(ref);
  while (!out.empty()) {
    // <flag> TAB <from>:<to> TAB <summary> (<reason>)
    const auto line = take_line(out);
    const auto tab = line.find('\t', 2);
    if (line.size() < 2 || line[1] != '\t' || tab == std::string_view::npos) {
      continue;
    }
    const auto names = line.substr(2, tab - 2);
    if (names.size() < to.size() || names.substr(names.size() - to.size()) != to) {
      continue;
    }
    const auto summary = line.substr(tab + 1);
    if (line[0] != '!') {
      return {Outcome::done, {}};
    }
    if (is_race(summary)) {
      return {Outcome::raced, reason_of(summary, {})};
    }
    // "[remote failure]" and others: nobody knows what came of it.
    const bool is_rejected = summary.rfind("[remote rejected]", 0) == 0 && !is_trouble(summary);
    return {is_rejected || is_not_permitted(err) ? Outcome::refused : Outcome::failed, reason_of(summary, err)};
  }
  if (is_ok) {
    return {Outcome::done, {}};
  }
  return {is_not_permitted(err) ? Outcome::refused : Outcome::failed, without_secrets_in(reason_in(err))};
}

RemoteGit::RemoteGit(Environment environment, const Interrupt& interrupt, std::function<void()> tick)
    : m_environment(for_git(environment)), m_interrupt(&interrupt), m_tick(std::move(tick)) {}

bool RemoteGit::is_interrupted() const { return m_interrupt != nullptr && m_interrupt->raised(); }

RemoteGit RemoteGit::past_interrupts(std::chrono::steady_clock::time_point deadline) const {
  RemoteGit result = *this;
  result.m_interrupt = nullptr;
  result.m_deadline = deadline;
  return result;
}

Result<Captured> RemoteGit::run(std::vector<std::string> arguments, const std::string& input, const Environment& more) const {
  arguments.insert(arguments.begin(), {"git", "-c", "gc.auto=0", "-c", "maintenance.auto=false"});
  Environment environment = more;
  std::copy_if(m_environment.begin(), m_environment.end(), std::back_inserter(environment), [&](const std::string& variable) {
    const auto name = variable.substr(0, variable.find('=') + 1);
    return std::none_of(more.begin(), more.end(), [&](const std::string& other) { return is_variable(other, name); });
  });
  const auto end = std::chrono::steady_clock::now() + k_patience;
  const CommandLimits limits{std::min(end, m_deadline.value_or(end)), m_interrupt, m_tick};
  return run_captured({std::move(arguments), std::move(environment), {}, input}, limits);
}

Result<std::string> RemoteGit::here(std::vector<std::string> arguments, const std::string& what, const std::string& input, const Environment& more) const {
  auto ran = run(std::move(arguments), input, more);
  if (!ran) {
    return tl::unexpected(ran.error());
  }
  if (!ran->end.ok()) {
    const bool is_late = ran->end.how == CommandEnd::How::timed_out;
    return could_not_run(what + ": " + (is_late ? "git does not end" : without_secrets_in(reason_in(ran->err))));
  }
  return std::move(ran->out);
}

Result<std::string> RemoteGit::ask(std::vector<std::string> arguments, const std::string& remote) const {
  auto asked = run(std::move(arguments));
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  const std::string name = without_secrets(remote); // a branch may follow a URL
  const std::string how = "try it by hand: git ls-remote " + name;
  if (asked->end.how == CommandEnd::How::timed_out) {
    return could_not_run("the remote " + name + " does not answer", how);
  }
  if (!asked->end.ok()) {
    return could_not_run("the remote " + name + " could not be asked: " + without_secrets_in(reason_in(asked->err)), how);
  }
  return std::move(asked->out);
}

Result<std::vector<RemoteRef>> RemoteGit::list(const std::string& remote, const std::vector<std::string>& patterns) const {
  std::vector<std::string> arguments{"ls-remote", "--", remote};
  arguments.insert(arguments.end(), patterns.begin(), patterns.end());
  const auto listing = ask(std::move(arguments), remote);
  return listing ? Result<std::vector<RemoteRef>>(remote_refs_in(*listing)) : tl::unexpected(listing.error());
}

Result<std::optional<Oid>> RemoteGit::find(const std::string& remote, const std::string& ref) const {
  const auto refs = list(remote, {ref});
  if (!refs) {
    return tl::unexpected(refs.error());
  }
  // A pattern fits the end of a name, too.
  const auto found = std::find_if(refs->begin(), refs->end(), [&](const RemoteRef& candidate) { return candidate.name == ref; });
  return found == refs->end() ? std::optional<Oid>() : found->oid;
}

Result<PushAnswer> RemoteGit::push(const std::string& remote, const std::string& from, const std::string& ref, std::vector<std::string> options) const {
  std::vector<std::string> arguments{"-c", "push.followTags=false", "-c", "push.pushOption=", "push", "--porcelain", "--no-verify", "--no-recurse-submodules"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(), {"--", remote, from + ":" + ref});
  const auto pushed = run(std::move(arguments));
  if (!pushed) {
    return tl::unexpected(pushed.error());
  }
  if (pushed->end.how == CommandEnd::How::timed_out) {
    const std::string name = without_secrets(remote);
    return could_not_run("the remote " + name + " does not answer", "try it by hand: git ls-remote " + name);
  }
  return push_answer_in(pushed->out, pushed->err, ref, pushed->end.ok());
}

Result<std::string> RemoteGit::identity() const {
  // "NAME <EMAIL> SECONDS ZONE", and a failure where git would have to make up one of the two.
  const auto told = run({"var", "GIT_COMMITTER_IDENT"});
  if (!told) {
    return tl::unexpected(told.error());
  }
  const auto end = told->out.rfind('>');
  if (told->end.ok() && end != std::string::npos) {
    return told->out.substr(0, end + 1);
  }
  std::array<char, 256> host{};
  const bool is_known = gethostname(host.data(), host.size() - 1) == 0 && host.front() != '\0';
  return "gate <gate@" + std::string(is_known ? host.data() : "localhost") + ">";
}

Environment RemoteGit::as_writer(const std::string& identity) {
  const auto open = identity.find(" <");
  const std::string name = identity.substr(0, open);
  std::string address = open == std::string::npos ? "" : identity.substr(open + 2);
  if (!address.empty()) {
    address.pop_back();
  }
  return {"GIT_AUTHOR_NAME=" + name, "GIT_AUTHOR_EMAIL=" + address, "GIT_COMMITTER_NAME=" + name, "GIT_COMMITTER_EMAIL=" + address};
}

} // namespace gate
