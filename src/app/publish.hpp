// Taking a publication from "armed" to "done", one step at a time, each written down before it is taken.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "policy/outbox_entry.hpp"
#include "ports.hpp"

namespace gate {

struct PublishPorts {
  Repository& repository;
  RemoteBranches& remotes;
  ImageStore& images;
  Registries& registries;
  BuildTriggers& triggers;
  Webhooks& webhooks;
  PublicationLedger& ledger;
  GitTags& git_tags;
  PlatformBuilds& platforms;
  Outbox& outbox;
  Progress& progress;
  /// A variable of the environment that holds a secret; nothing when it is not set.
  std::function<std::optional<Secret>(const std::string&)> variable;
  /// False right after a merge: nobody can have pushed it, and nobody should wait for the network to hear that. A rule whose
  /// branch tag moves at once asks all the same.
  bool ask_remote = true;
  std::string repository_id; ///< images that wait for their publication are named by it
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
  /// How long to wait for somebody else who publishes to the same destination; a hook does not.
  std::chrono::seconds patience{0};
  /// Says for whom, waits some seconds, and gives an error on an interrupt. Only needed with patience.
  std::function<Result<void>(const std::string& why)> wait = nullptr;
  /// What is published is attested with this machine's key (docs/publishing.md, "What is attached to an image"); null: it is not.
  Envelopes* envelopes = nullptr;
  std::string gate_version = {}; ///< of the attestation
};

/// That the suites passed on the commit's tree, here or before.
struct TestedImage {
  std::string image_id; ///< "sha256:…", of the publication's own suite, and of its service if it names one; empty for a trigger
};

/// How far a publication came this time.
struct PublicationReport {
  enum class Standing {
    over,        ///< done or failed, see the entry
    waits,       ///< for the remote's branch to have the commit; nothing is wrong
    needs_tests, ///< nobody has published it yet, and it was not said to be tested or its image is gone
    held_up,     ///< `problem` says by what; it stays pending
    refused,     ///< a push of its commit would be refused, which was said; it stays pending
    given_up,    ///< its merge was undone: there is nothing left to publish
  };
  OutboxEntry entry;
  Standing standing = Standing::over;
  std::vector<std::string> notes; ///< what happened on the way, a sentence each
  std::optional<Error> problem;
  bool waits_for_others = false; ///< what follows it waits for the same publication's other destinations
};

/// Goes on with a publication as far as it gets now. The registry is looked at first: what somebody else has published, or
/// what an interrupted gate had published already, is neither tested nor pushed again. `tested` may be null: then it is not
/// known to be.
PublicationReport advance(OutboxEntry entry, const TestedImage* tested, const PublishPorts& ports);

/// Looks up all that can keep a publication from going out once its suites have passed: login, repository, tags. Changes nothing in the outbox and
/// nothing outside (but for a repository that may be created). Nothing: all is well, or it is published already. Another thread than the one that
/// runs suites may call it; it uses `registries` only, and while it runs nobody else may.
std::optional<Error> look_ahead(const OutboxEntry& entry, Registries& registries);

/// Of the reason of a publication: what it says of branch tags that were left where they were, and all after it; may be empty.
std::string left_in(const OutboxEntry& entry);
/// Its branch tags but for those that were left.
std::vector<std::string> branch_tags_not_left(const OutboxEntry& entry);
/// Was it done without what needs a claim, since the remote takes none? Once it does, the publication may go on from `pushed`.
bool was_left_without_claim(const OutboxEntry& entry);
/// Was it done without the attestation that it should have? Once it can be made, the publication may go on from `tagged`: with its reason
/// left as it is, nothing else is done again.
bool was_left_unattested(const OutboxEntry& entry);

/// The reason for which a person let go of a publication.
inline constexpr const char* k_dropped = "dropped by hand";

/// It will not be published; the reason is for people.
void give_up(OutboxEntry& entry, const std::string& reason);

} // namespace gate
