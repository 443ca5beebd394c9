#include "git/ledger_refs.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "git/live_remotes.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most_commits = 200;

// With NUL between them.
std::vector<std::string> messages_in(std::string_view log) {
  std::vector<std::string> messages;
  while (!log.empty()) {
    const auto message = log.substr(0, log.find('\0'));
    log.remove_prefix(std::min(message.size() + 1, log.size()));
    messages.emplace_back(message);
  }
  return messages;
}

std::vector<LedgerEntry> entries_of(const std::vector<std::string>& messages, const std::string& publisher) {
  std::vector<LedgerEntry> entries;
  for (const auto& message : messages) {
    auto& entry = entries.emplace_back(ledger_entry_in(message));
    if (entry.record) {
      entry.record->is_own = !publisher.empty() && entry.publisher == publisher;
    }
  }
  return entries;
}

} // namespace

void LedgerRefs::be_in(const std::string& common_dir, std::unique_ptr<LedgerObjects> objects) {
  m_folder = common_dir;
  m_objects = std::move(objects);
  m_remembered = ledger_tips_in(m_folder);
}

void LedgerRefs::remember() const {
  if (!m_folder.empty()) {
    keep_ledger_tips(m_folder, m_known);
  }
}

// No ref holds what is behind a tip: git may have removed it since.
bool LedgerRefs::is_here(const std::string& ref, const Oid& tip) {
  if (const auto known = m_known.find(ref); known != m_known.end() && known->second == tip) {
    return true;
  }
  if (m_objects == nullptr || !m_objects->is_whole(tip)) {
    const auto walked = m_git.run({"rev-list", "--quiet", tip.hex(), "--"}, {}, {"GIT_NO_LAZY_FETCH=1"});
    if (!walked || !walked->end.ok()) {
      return false;
    }
  }
  m_known.insert_or_assign(ref, tip);
  return true;
}

// What is not here of these refs.
Result<void> LedgerRefs::fetch(const std::string& remote, const std::vector<RemoteRef>& refs) {
  // No depth: it would make this repository a shallow one. What is here of it need not come again.
  std::vector<std::string> arguments{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--refmap="};
  const auto without_tips = arguments.size();
  std::vector<RemoteRef> wanted;
  for (const auto& ref : refs) {
    const auto remembered = m_remembered.find(ref.name);
    if (remembered != m_remembered.end() && m_known.count(ref.name) == 0 && !is_here(ref.name, remembered->second)) {
      m_remembered.erase(remembered);
    }
    const auto known = m_known.find(ref.name);
    if (known != m_known.end() && known->second == ref.oid) {
      continue;
    }
    wanted.push_back(ref);
    if (known != m_known.end()) {
      arguments.push_back("--negotiation-tip=" + known->second.hex());
    }
  }
  if (wanted.empty()) {
    return {};
  }
  if (arguments.size() == without_tips) { // branches have nothing in common with it
    arguments.insert(arguments.begin(), {"-c", "fetch.negotiationAlgorithm=noop"});
  }
  arguments.insert(arguments.end(), {"--", remote});
  std::transform(wanted.begin(), wanted.end(), std::back_inserter(arguments), [](const RemoteRef& ref) { return ref.name; });
  if (const auto fetched = m_git.ask(std::move(arguments), remote); !fetched) {
    return tl::unexpected(fetched.error());
  }
  for (const auto& ref : wanted) {
    m_known.insert_or_assign(ref.name, ref.oid);
  }
  return {};
}

Result<std::vector<LedgerEntry>> LedgerRefs::read(const std::string& remote, const RemoteRef& tip, const std::string& publisher) {
  if (const auto messages = m_objects != nullptr ? m_objects->messages(tip.oid, k_most_commits) : std::nullopt) {
    return entries_of(*messages, publisher);
  }
  auto type = m_git.here({"cat-file", "-t", tip.oid.hex()}, "cannot read " + tip.name);
  if (!type) {
    return tl::unexpected(type.error());
  }
  type->erase(type->find_last_not_of('\n') + 1);
  if (*type != "commit") {
    m_known.erase(tip.name);
    const std::string name = without_secrets(remote);
    return could_not_run(tip.name + " on the remote " + name + " is no ledger: it is a " + *type, "git push " + name + " --delete " + tip.name);
  }
  const auto log = m_git.here({"log", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--first-parent", "-z", "--format=%B",
                               "--max-count=" + std::to_string(k_most_commits), tip.oid.hex(), "--"},
                              "cannot read " + tip.name);
  return log ? Result<std::vector<LedgerEntry>>(entries_of(messages_in(*log), publisher)) : tl::unexpected(log.error());
}

std::optional<LedgerRefs::Known> LedgerRefs::known(const std::string& ref, const std::string& publisher) const {
  auto found = m_known.find(ref);
  if (found == m_known.end()) {
    found = m_remembered.find(ref);
    if (found == m_remembered.end()) {
      return std::nullopt;
    }
  }
  const auto messages = m_objects != nullptr ? m_objects->messages(found->second, k_most_commits) : std::nullopt;
  return messages ? std::optional(Known{found->second, entries_of(*messages, publisher)}) : std::nullopt;
}

Result<Oid> LedgerRefs::commit(const std::optional<Oid>& parent, const std::string& message, const std::string& by) {
  if (const auto made = m_objects != nullptr ? m_objects->commit(parent, message, by) : std::nullopt) {
    return *made;
  }
  auto tree = m_git.here({"hash-object", "-t", "tree", "-w", "--stdin"}, "cannot write into this repository");
  if (!tree) {
    return tl::unexpected(tree.error());
  }
  tree->erase(tree->find_last_not_of('\n') + 1);
  std::vector<std::string> arguments{"-c", "i18n.commitEncoding=UTF-8", "commit-tree", *tree, "-m", message};
  if (parent) {
    arguments.insert(arguments.end(), {"-p", parent->hex()});
  }
  const auto made = m_git.here(std::move(arguments), "cannot write into this repository", {}, RemoteGit::as_writer(by));
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto oid = Oid::parse(std::string_view(*made).substr(0, made->find('\n')));
  return oid ? Result<Oid>(*oid) : could_not_run("git commit-tree said something that is no object name");
}

Result<PushAnswer> LedgerRefs::put(const std::string& remote, const Place& on, const std::string& message, const std::string& by) {
  const auto made = commit(on.tip, message, by);
  if (!made) {
    return tl::unexpected(made.error());
  }
  auto answer = m_git.push(remote, made->hex(), on.ref, {"--force-with-lease=" + on.ref + ":" + (on.tip ? on.tip->hex() : "")});
  if (answer && answer->outcome == PushAnswer::Outcome::done) {
    m_known.insert_or_assign(on.ref, *made);
  }
  return answer;
}

} // namespace gate
