// Verdicts in notes (git-notes(1)): the adapters behind VerdictNotes and VerdictExchange (ports.hpp).
//
// refs/notes/gate/<id> is a notes ref of its own for each signer, so that two signers never write the same one. The annotated objects are trees,
// which need not be in the repository: of a suite with `paths` the tree is a part of one. Each note is lines of JSON, an envelope each.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "git/repository.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;

inline constexpr std::string_view k_verdict_refs = "refs/notes/gate/";

/// What PublicKey::id() gives: 16 hexadecimal digits. Refs of other names below k_verdict_refs are nobody's.
bool is_verdict_ref_id(std::string_view id);
std::string verdict_ref_of(const std::string& id);

/// Reads them by libgit2. `arriving` are tips that count instead of what the repository has, by id: those that come with a push which is
/// being judged (zero: the ref goes). The repository must outlive it.
std::unique_ptr<VerdictNotes> verdict_notes_of(OpenRepository& repository, std::map<std::string, Oid> arriving = {});

/// By git itself, which asks nobody for a password and runs no pre-push hook. Nothing in git's protocol says how large a ref is before it has come: what
/// bounds a fetch is a minute. No ref but those under k_verdict_refs moves here or there.
/// `environment` is the one that git is run with, as for live_remotes; `tick` may be empty. The repository must outlive it.
std::unique_ptr<VerdictExchange> verdict_exchange(OpenRepository& repository, Environment environment, const Interrupt& interrupt,
                                                  std::function<void()> tick);

} // namespace gate
