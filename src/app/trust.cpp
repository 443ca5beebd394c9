#include "app/trust.hpp"

#include <algorithm>
#include <iterator>

#include "app/policies.hpp"

namespace gate {

void join(SurfaceReading& into, SurfaceReading other) {
  std::move(other.lines.begin(), other.lines.end(), std::back_inserter(into.lines));
  for (auto& source : other.sources) {
    if (std::find(into.sources.begin(), into.sources.end(), source) == into.sources.end()) {
      into.sources.push_back(std::move(source));
    }
  }
}

Result<SurfaceReading> whole_surface(const Policy& policy, const TreeReader& read, SuiteSurface& suites) {
  SurfaceReading whole;
  whole.sources.emplace_back(k_policy_file);
  for (const auto& extension : policy.extends) {
    if (const auto* file = std::get_if<Extension::File>(&extension.what)) {
      whole.sources.push_back(file->path);
    }
  }
  for (const auto& [name, suite] : policy.suites) {
    auto reading = suites.of(suite, read);
    if (!reading) {
      return reading;
    }
    join(whole, *std::move(reading));
  }
  for (const auto& rule : policy.publications) {
    join(whole, {publication_lines(rule), {}});
  }
  return whole;
}

std::vector<SurfaceLine> untrusted(const std::vector<SurfaceLine>& wanted, const std::optional<TrustRecord>& record) {
  return new_lines(Surface(wanted), record ? Surface(record->lines) : Surface());
}

bool is_own_commit(const CommitFacts& facts) {
  const auto begins_with = [&](std::string_view text) { return facts.reflog_message.rfind(text, 0) == 0; };
  const bool is_made_here = begins_with("commit: ") || begins_with("commit (initial): ") || begins_with("commit (amend): ");
  const bool is_author = !facts.author_email.empty() && (facts.author_email == facts.committer_email || facts.author_email == facts.own_email);
  return facts.parents <= 1 && is_author && is_made_here;
}

} // namespace gate
