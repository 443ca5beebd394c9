#include "cli/published_elsewhere.hpp"

#include <algorithm>
#include <set>

#include "cli/secret_variables.hpp"
#include "git/publication_ledger.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most = 20;

// Whatever can't be told here keeps nobody from reading the outbox.
std::set<std::string> remotes_to_ask(const std::vector<OutboxEntry>& entries, OpenRepository& repository) {
  std::set<std::string> wanted = {"origin"};
  for (const auto& entry : entries) {
    wanted.insert(entry.remote);
  }
  const auto branch = repository.current_branch();
  const auto upstream = branch && *branch ? repository.upstream_of(**branch) : Result<std::optional<Upstream>>(std::nullopt);
  if (upstream && *upstream) {
    wanted.insert((*upstream)->remote);
  }
  std::set<std::string> there;
  const auto remotes = repository.remotes();
  for (const auto& remote : remotes ? *remotes : std::vector<std::string>()) {
    if (wanted.count(remote) > 0) {
      there.insert(remote);
    }
  }
  return there;
}

bool is_known(const PublishedRecord& record, const std::vector<OutboxEntry>& entries) {
  return std::any_of(entries.begin(), entries.end(), [&](const OutboxEntry& e) {
    return e.destination == record.destination && e.branch == record.branch && e.commit == record.commit && e.digest == record.digest;
  });
}

// Two remotes may have the same.
bool is_same(const PublishedRecord& a, const PublishedRecord& b) {
  return a.destination == b.destination && a.branch == b.branch && a.commit == b.commit && a.digest == b.digest;
}

Environment without_secrets(const std::vector<OutboxEntry>& entries, const Session& session, const Environment& env) {
  std::vector<std::string> secrets = session.secret_variables();
  for (const auto& entry : entries) {
    secrets.push_back(entry.webhook);
  }
  return children_environment(env, secrets);
}

} // namespace

Result<Elsewhere> published_elsewhere(const std::vector<OutboxEntry>& entries, Session& session, const Invocation& invocation) {
  const auto remotes = remotes_to_ask(entries, session.repository());
  Elsewhere elsewhere;
  if (remotes.empty()) {
    return elsewhere;
  }
  const Interrupt interrupt;
  const auto ledger = git_publication_ledger(without_secrets(entries, session, invocation.env), interrupt, {});
  auto& records = elsewhere.records;
  for (const auto& remote : remotes) {
    const auto told = ledger->records(remote, k_most + entries.size()); // those may all be our own
    if (!told && told.error().kind == ErrorKind::interrupted) {
      return tl::unexpected(told.error());
    }
    if (!told) {
      elsewhere.notes.push_back("what was published elsewhere can't be told: " + told.error().message);
      continue;
    }
    for (const auto& record : *told) {
      const bool is_new = std::none_of(records.begin(), records.end(), [&](const PublishedRecord& r) { return is_same(r, record); });
      if (is_new && !record.tags.empty() && !is_known(record, entries)) {
        records.push_back(record);
      }
    }
  }
  std::stable_sort(records.begin(), records.end(), [](const PublishedRecord& a, const PublishedRecord& b) { return a.when > b.when; });
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), k_most)), records.end());
  return elsewhere;
}

} // namespace gate
