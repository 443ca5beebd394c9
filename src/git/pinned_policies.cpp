#include "git/pinned_policies.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/digest.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"
#include "git/live_remotes.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_fetch_limit{120};
constexpr std::size_t k_largest_policy = 64UL * 1024UL;
constexpr const char* k_fetch_command = "gate policy fetch";
constexpr const char* k_pin_ref = "refs/gate/pin";

// What ties git to a repository (git-rev-parse(1), --local-env-vars) but for its settings, which are the user's: a proxy, a login.
constexpr std::array<std::string_view, 14> k_of_a_repository{
    "GIT_DIR",           "GIT_WORK_TREE",     "GIT_COMMON_DIR",       "GIT_INDEX_FILE",   "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",     "GIT_PREFIX",        "GIT_QUARANTINE_PATH",  "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",       "GIT_IMPLICIT_WORK_TREE",
    "GIT_TEMPLATE_DIR",  "GIT_REPLACE_REF_BASE"};

// The URL comes from a policy that others wrote: a transport that runs a program of its choice must stay shut, whatever is configured.
std::string admitted_protocols(const Environment& environment) {
  constexpr std::array<std::string_view, 5> k_admitted{"file", "git", "http", "https", "ssh"};
  const auto users = value_of(environment, "GIT_ALLOW_PROTOCOL");
  const std::string of_user = users ? ":" + *users + ":" : "";
  std::string admitted;
  for (const auto protocol : k_admitted) {
    if (!users || of_user.find(":" + std::string(protocol) + ":") != std::string::npos) {
      admitted += (admitted.empty() ? "" : ":") + std::string(protocol);
    }
  }
  return admitted;
}

// Nobody is asked for anything, and a repository that `scratch` may lie in is not found.
Environment for_strangers(const Environment& environment, const fs::path& scratch) {
  const std::array<std::pair<std::string_view, std::string>, 6> settings{{{"GIT_TERMINAL_PROMPT", "0"},
                                                                           {"GIT_ASKPASS", ""},
                                                                           {"SSH_ASKPASS_REQUIRE", "never"},
                                                                           {"GIT_ALLOW_PROTOCOL", admitted_protocols(environment)},
                                                                           {"GIT_NO_REPLACE_OBJECTS", "1"},
                                                                           {"GIT_CEILING_DIRECTORIES", scratch.parent_path().string()}}};
  Environment result;
  for (const auto& variable : environment) {
    const auto name = std::string_view(variable).substr(0, variable.find('='));
    const bool is_tied = std::find(k_of_a_repository.begin(), k_of_a_repository.end(), name) != k_of_a_repository.end();
    const bool is_set = std::any_of(settings.begin(), settings.end(), [&](const auto& setting) { return setting.first == name; });
    if (!is_tied && !is_set) {
      result.push_back(variable);
    }
  }
  for (const auto& [name, value] : settings) {
    result.push_back(std::string(name) + "=" + value);
  }
  return result;
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return tl::unexpected(file_error("make the folder", folder, failed.value()));
  }
  return {};
}

std::string file_for_people(const std::string& url, const std::string& path) { return path + " of " + without_secrets(url); }

// git can't say more of what is missing than we can; but Ctrl-C is no answer.
Failure said_no(const Error& error, std::string what) {
  return error.kind == ErrorKind::interrupted ? Failure(error) : could_not_run(std::move(what), "gate policy update moves the pin to what is there");
}

// "<oid> TAB <name>" a line: the names that the remote has, and how long its object names are.
bool lists(std::string_view listing, std::string_view name) {
  return listing.find("\t" + std::string(name) + "\n") != std::string_view::npos;
}

} // namespace

Result<std::string> PolicyStore::read(const Extension::Pinned& pin) const {
  const fs::path file = m_folder / pin.sha256;
  const std::string what = file_for_people(pin.git, pin.path);
  auto text = read_file(file, k_largest_policy);
  if (!text) {
    return tl::unexpected(text.error());
  }
  if (!*text) {
    return fail(ErrorKind::could_not_run, "the policy " + what + " is not on this machine yet", k_fetch_command);
  }
  if (Digest::of(**text).hex() != pin.sha256) {
    return fail(ErrorKind::could_not_run, "this machine's copy of the policy " + what + " is damaged: " + file.string(), k_fetch_command);
  }
  return **std::move(text);
}

Result<void> PolicyStore::keep(std::string_view text) const {
  constexpr mode_t k_readable = 0644;
  return write_file(m_folder / Digest::of(text).hex(), text, k_readable);
}

PolicyFetcher::PolicyFetcher(fs::path scratch, const Environment& environment, const Interrupt* interrupt)
    : m_scratch(std::move(scratch)), m_environment(for_strangers(environment, m_scratch)), m_interrupt(interrupt) {}

Result<std::string> PolicyFetcher::fetch(const Extension::Pinned& pin) const {
  const auto rev = Oid::parse(pin.rev);
  if (!rev) {
    return fail(ErrorKind::usage, "\"" + pin.rev + "\" is no full object name");
  }
  if (auto made = make_folder(m_scratch); !made) {
    return tl::unexpected(made.error());
  }
  auto found = fetch_file(pin.git, {pin.rev, rev->format() == "sha256"}, pin.path);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto digest = Digest::of(found->text).hex();
  if (digest != pin.sha256) {
    return fail(ErrorKind::could_not_run, file_for_people(pin.git, pin.path) + " at " + rev->brief() + " has the SHA-256 " + digest + ", and the policy asks for " + pin.sha256,
                "find out which of them is right; gate policy update moves the pin");
  }
  return std::move(found->text);
}

Result<PolicyFetcher::Found> PolicyFetcher::find(const std::string& url, const std::optional<std::string>& wanted, const std::string& path) const {
  if (auto made = make_folder(m_scratch); !made) {
    return tl::unexpected(made.error());
  }
  const auto tip = tip_of(url, wanted);
  return tip ? fetch_file(url, *tip, path) : tl::unexpected(tip.error());
}

Result<PolicyFetcher::Tip> PolicyFetcher::tip_of(const std::string& url, const std::optional<std::string>& wanted) const {
  if (const auto oid = wanted ? Oid::parse(*wanted) : std::nullopt) {
    return Tip{*wanted, oid->format() == "sha256"};
  }
  const auto branch = wanted ? RefName::branch(*wanted) : std::nullopt;
  if (wanted && !branch) {
    return fail(ErrorKind::usage, "\"" + *wanted + "\" can't be a branch, a tag or a full object name");
  }
  std::vector<std::string> names{"HEAD"};
  if (branch) {
    names = {branch->full()};
    if (branch->is_branch()) {
      names.push_back("refs/tags/" + branch->brief());
    }
  }
  std::vector<std::string> arguments{"ls-remote", "--", url};
  arguments.insert(arguments.end(), names.begin(), names.end());
  const auto listing = git(arguments, url);
  if (!listing) {
    return tl::unexpected(listing.error());
  }
  const auto name = std::find_if(names.begin(), names.end(), [&](const std::string& candidate) { return lists(*listing, candidate); });
  if (name == names.end()) {
    return could_not_run(without_secrets(url) + " has no " + (wanted ? "branch or tag " + *wanted : "HEAD"), "gate policy update --to BRANCH");
  }
  const auto oid = Oid::parse(std::string_view(*listing).substr(0, listing->find('\t')));
  return Tip{*name, oid && oid->format() == "sha256"};
}

Result<PolicyFetcher::Found> PolicyFetcher::fetch_file(const std::string& url, const Tip& tip, const std::string& path) const {
  const auto folder = TemporaryFolder::make(m_scratch, "fetch-");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  const std::string at = "--git-dir=" + folder->path().string();
  const std::string format = tip.is_sha256 ? "--object-format=sha256" : "--object-format=sha1";
  if (auto made = git({"init", "--quiet", "--bare", "--template=", format, "--", folder->path().string()}, url); !made) {
    return tl::unexpected(made.error());
  }
  if (auto fetched = fetch_commit(at, url, tip); !fetched) {
    return tl::unexpected(fetched.error());
  }
  const std::string start = Oid::parse(tip.name) ? tip.name : k_pin_ref;
  auto rev = git({at, "rev-parse", "--verify", "--quiet", "--end-of-options", start + "^{commit}"}, url);
  if (!rev) {
    return said_no(rev.error(), without_secrets(url) + " has no commit " + tip.name + " on any branch or tag");
  }
  rev->erase(rev->find_last_not_of('\n') + 1);
  auto text = git({at, "cat-file", "blob", *rev + ":" + path}, url);
  if (!text) {
    return said_no(text.error(), without_secrets(url) + " has no file " + path + " at " + rev->substr(0, 8));
  }
  if (text->size() > k_largest_policy) {
    return could_not_run(file_for_people(url, path) + " has " + std::to_string(text->size()) + " bytes; a policy has at most 64 KiB");
  }
  return Found{*std::move(rev), *std::move(text)};
}

Result<void> PolicyFetcher::fetch_commit(const std::string& at, const std::string& url, const Tip& tip) const {
  const auto fetch = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{at, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return git(arguments, url);
  };
  auto fetched = fetch({"--depth=1", "--", url, "+" + tip.name + ":" + k_pin_ref});
  if (!fetched && fetched.error().kind != ErrorKind::interrupted && Oid::parse(tip.name)) {
    // Not every server gives a commit by its name (git-config(1), uploadpack.allowAnySHA1InWant).
    fetched = fetch({"--", url, "+refs/heads/*:refs/gate/heads/*", "+refs/tags/*:refs/gate/tags/*"});
  }
  return fetched ? Result<void>() : tl::unexpected(fetched.error());
}

Result<std::string> PolicyFetcher::git(const std::vector<std::string>& arguments, const std::string& url) const {
  std::vector<std::string> argv{"git", "-c", "protocol.ext.allow=never", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const CommandLimits limits{std::chrono::steady_clock::now() + k_fetch_limit, m_interrupt, {}};
  auto ran = run_captured({argv, m_environment, m_scratch}, limits);
  if (!ran) {
    return tl::unexpected(ran.error());
  }
  const std::string name = without_secrets(url);
  if (ran->end.how == CommandEnd::How::timed_out) {
    return could_not_run(name + " does not answer", "try it by hand: git ls-remote " + name);
  }
  if (!ran->end.ok()) {
    return could_not_run(name + " could not be asked: " + without_secrets_in(reason_in(ran->err)), "try it by hand: git ls-remote " + name);
  }
  return std::move(ran->out);
}

} // namespace gate
