#include "cli/platform_source.hpp"

#include <algorithm>

#include "cli/publishing.hpp"
#include "git/checkout.hpp"

namespace gate {

namespace {

Result<Need> need_of(const OutboxEntry& entry, Session& session, const Interrupt& interrupt) {
  auto judgement = judgement_of(entry, session, interrupt);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  const auto found =
      std::find_if(judgement->needs.begin(), judgement->needs.end(), [&](const Need& need) { return need.suite.name == entry.suite; });
  if (judgement->denied() || found == judgement->needs.end()) {
    return could_not_run("what the suite " + entry.suite + " builds of " + entry.commit.brief() + " can't be told: a push of it would be refused",
                         "gate check says why");
  }
  return std::move(*found);
}

} // namespace

Result<PlatformSource> platform_source(const OutboxEntry& entry, Session& session, const Interrupt& interrupt) {
  const auto need = need_of(entry, session, interrupt);
  if (!need) {
    return tl::unexpected(need.error());
  }
  const auto* build = std::get_if<BuildSource>(&need->suite.source);
  if (build == nullptr) {
    return fail(ErrorKind::policy, "the suite " + entry.suite + " builds no image, so that there is none for " + entry.platforms.front(),
                "give the suite a \"build\", or take \"platforms\" out of [publish." + entry.rule + "]");
  }
  auto folder = session.folder().fresh_folder();
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  const std::shared_ptr<RunFolder> kept = *std::move(folder);
  if (auto done = checkout_of(session.repository())->check_out(need->tree, need->suite.seen_paths(), kept->path()); !done) {
    return tl::unexpected(done.error());
  }
  return PlatformSource{kept, kept->path(), *build};
}

} // namespace gate
