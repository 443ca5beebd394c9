#include "git/live_remotes.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <system_error>
#include <utility>

#include "git/repository.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr std::chrono::seconds k_remote_limit{60};
constexpr std::chrono::seconds k_still_true{5}; ///< what a remote said so long ago

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

// Without a terminal (run_captured gives none) whoever can't ask says so. An empty GIT_ASKPASS keeps git from core.askPass and
// SSH_ASKPASS; ssh has its own way to a window. Host keys and passphrases, too: GIT_SSH_COMMAND stays the user's.
Environment asking_nobody(Environment environment) {
  constexpr std::array<std::string_view, 3> k_settings{"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS_REQUIRE=never"};
  for (const auto setting : k_settings) {
    const auto name = setting.substr(0, setting.find('=') + 1);
    const auto is_it = [&](const std::string& variable) { return variable.rfind(name, 0) == 0; };
    environment.erase(std::remove_if(environment.begin(), environment.end(), is_it), environment.end());
    environment.emplace_back(setting);
  }
  return environment;
}

bool is_scheme_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; }

class LiveRemotes final : public RemoteBranches {
public:
  ~LiveRemotes() override { m_stop = true; }

  LiveRemotes(Environment environment, const Interrupt& interrupt, std::function<void()> tick)
      : m_environment(asking_nobody(std::move(environment))), m_interrupt(interrupt), m_tick(std::move(tick)) {}

  Result<std::optional<Oid>> tip(const std::string& remote, const RefName& branch) override {
    auto expected = std::exchange(m_expected, std::nullopt);
    const bool was_asked = expected && expected->is_of(remote, branch) && is_new(*expected);
    const auto listing = was_asked ? expected->listing.get() : ask(tip_command(remote, branch), remote, m_tick);
    return listing ? tip_in(*listing, branch) : tl::unexpected(listing.error());
  }

  void expect(const std::string& remote, const RefName& branch) override {
    try {
      auto listing = std::async(std::launch::async, [this, remote, branch] { return ask(tip_command(remote, branch), remote, {}); });
      m_expected = Expected{remote, branch, Clock::now(), std::move(listing)};
    } catch (const std::system_error&) {
      m_expected.reset(); // no thread is to be had
    }
  }

  Result<void> bring(const std::string& remote, const RefName& branch) override {
    const auto fetched =
        ask({"git", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--refmap=", "--", remote, branch.full()}, remote, m_tick);
    return fetched ? Result<void>() : tl::unexpected(fetched.error());
  }

private:
  using Clock = std::chrono::steady_clock;

  struct Expected {
    std::string remote;
    RefName branch;
    Clock::time_point asked;
    std::future<Result<std::string>> listing;

    bool is_of(const std::string& other_remote, const RefName& other_branch) const { return remote == other_remote && branch == other_branch; }
  };

  // What is still under way is. Waits for that.
  bool is_new(const Expected& expected) const {
    constexpr std::chrono::milliseconds k_tick{100};
    const bool is_there = expected.listing.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    while (expected.listing.wait_for(k_tick) != std::future_status::ready) {
      if (m_tick) {
        m_tick();
      }
    }
    return !is_there || Clock::now() - expected.asked <= k_still_true;
  }

  static std::vector<std::string> tip_command(const std::string& remote, const RefName& branch) { return {"git", "ls-remote", "--", remote, branch.full()}; }

  Result<std::string> ask(const std::vector<std::string>& argv, const std::string& remote, const std::function<void()>& tick) const {
    const CommandLimits limits{Clock::now() + k_remote_limit, &m_interrupt, tick, &m_stop};
    auto asked = run_captured({argv, m_environment, {}}, limits);
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

  Environment m_environment;
  const Interrupt& m_interrupt;
  std::function<void()> m_tick;
  std::atomic<bool> m_stop = false;
  std::optional<Expected> m_expected; // the last member: what it asks uses the others
};

} // namespace

std::unique_ptr<RemoteBranches> live_remotes(Environment environment, const Interrupt& interrupt, std::function<void()> tick) {
  return std::make_unique<LiveRemotes>(std::move(environment), interrupt, std::move(tick));
}

std::string public_url_of(const std::string& remote, OpenRepository& repository, const Environment& environment) {
  if (const auto url = repository.fetch_url(remote); url && *url) {
    return without_secrets(**url);
  }
  const auto asked = run_captured({{"git", "ls-remote", "--get-url", "--", remote}, environment, {}});
  return asked && asked->end.ok() ? without_secrets(first_line(asked->out)) : "";
}

std::string without_secrets(std::string_view url) {
  constexpr std::string_view k_scheme_end = "://";
  const auto scheme = url.find(k_scheme_end);
  if (scheme == std::string_view::npos) {
    return std::string(url);
  }
  const auto begin = scheme + k_scheme_end.size();
  auto host_and_path = url.substr(begin, url.find_first_of("?#", begin) - begin);
  const auto at = host_and_path.substr(0, host_and_path.find('/')).rfind('@');
  if (at != std::string_view::npos) {
    host_and_path.remove_prefix(at + 1);
  }
  return std::string(url.substr(0, begin)) + std::string(host_and_path);
}

std::string without_secrets_in(std::string_view text) {
  constexpr std::string_view k_quotes = "'\"`<(";
  std::string clean;
  for (auto scheme = text.find("://"); scheme != std::string_view::npos; scheme = text.find("://")) {
    auto begin = scheme;
    while (begin > 0 && is_scheme_letter(text[begin - 1])) {
      --begin;
    }
    auto url = text.substr(begin, std::min(text.find_first_of(" \t\r\n", begin), text.size()) - begin);
    if (begin > 0 && k_quotes.find(text[begin - 1]) != std::string_view::npos) {
      // Up to the last one: a password may hold quotation marks.
      const char end = text[begin - 1] == '<' ? '>' : text[begin - 1] == '(' ? ')' : text[begin - 1];
      url = url.substr(0, url.rfind(end));
    }
    clean += std::string(text.substr(0, begin)) + without_secrets(url);
    text.remove_prefix(begin + url.size());
  }
  return clean + std::string(text);
}

std::string reason_in(std::string_view said) {
  std::string before;
  std::string last;
  while (!said.empty()) {
    std::string line = first_line(said);
    said.remove_prefix(std::min(line.size() + 1, said.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) {
      continue;
    }
    before = std::exchange(last, std::move(line));
    if (last.rfind("fatal: ", 0) == 0) {
      // Then it was ssh that knew why.
      const bool is_vague = last.rfind("fatal: Could not read from remote repository", 0) == 0;
      return is_vague && !before.empty() && before.rfind("Warning: ", 0) != 0 ? before : last;
    }
  }
  return last;
}

Result<std::optional<Oid>> tip_in(std::string_view listing, const RefName& branch) {
  // ls-remote's pattern fits the end of a name, too: refs/heads/x/refs/heads/staging.
  while (!listing.empty()) {
    const auto line = listing.substr(0, listing.find('\n'));
    listing.remove_prefix(std::min(line.size() + 1, listing.size()));
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos || line.substr(tab + 1) != branch.full()) {
      continue;
    }
    const auto oid = Oid::parse(line.substr(0, tab));
    if (!oid) {
      return could_not_run("the remote said something that makes no sense of " + branch.full());
    }
    return oid;
  }
  return std::nullopt;
}

} // namespace gate
