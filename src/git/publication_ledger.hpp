// What was published where, and who is at it, kept by the git remote: the adapter behind PublicationLedger (ports.hpp).
//
// For each destination a ref, refs/gate/published/<32 hex digits of the destination's SHA-256>, that only ever moves forward: its tip is a
// commit of the empty tree whose message is a line for people, a blank line, and one line of JSON, a record or a claim
// (docs/publishing.md has the format). It is pushed with --force-with-lease on what was seen, so that of two that write one is refused.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;
class OpenRepository;

/// `environment` is the one that git is run with, as for live_remotes. Objects are made in this repository's object store; no ref of it is
/// changed. `tick` may be empty.
std::unique_ptr<PublicationLedger> git_publication_ledger(Environment environment, const Interrupt& interrupt, std::function<void()> tick);

/// Tags by `git tag` and `git push`, past this repository's own hooks: the policy asks for them itself.
std::unique_ptr<GitTags> git_tags(Environment environment, const Interrupt& interrupt, std::function<void()> tick);

/// What the tags of these rules are made of. Only where one of them has the version is it looked for, by git (git-describe(1)); a tag that fits
/// what the rules tag in git is none. An error: the commit can't be read.
Result<TagFacts> tag_facts(const RefName& branch, const Oid& commit, const std::vector<PublishRule>& rules, const OpenRepository& repository,
                           const Environment& environment, const Interrupt& interrupt);

} // namespace gate
