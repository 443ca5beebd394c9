// What the steps of one publication share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/branch_tag.hpp"
#include "app/publish.hpp"
#include "app/publish_claim.hpp"

namespace gate {

/// Of the reason of a publication that has left a branch tag where it was.
inline constexpr std::string_view k_was_left = " was left: ";
/// After the remote's name, where something was left undone for it.
inline constexpr std::string_view k_no_claim = " takes no claim of ours";

class PublicationRun {
public:
  PublicationRun(OutboxEntry of, const TestedImage* tested_image, const PublishPorts& the_ports)
      : ports(the_ports), tested(tested_image), report{std::move(of), PublicationReport::Standing::over, {}, {}},
        claim(the_ports.ledger, the_ports.now, report.entry.remote, report.entry.destination) {
    if (ports.wait) {
      claim.be_patient(ports.patience, ports.wait);
    }
  }

  const PublishPorts& ports;
  const TestedImage* tested;
  PublicationReport report;
  DestinationClaim claim;
  bool has_sent = false; ///< the registry has something from here that is not in the ledger yet
  std::optional<std::string> why_not_attested; ///< once it was looked at; empty: it is, or nobody asks for it

  OutboxEntry& entry() { return report.entry; }
  void note(std::string text) { report.notes.push_back(std::move(text)); }
  void step(const std::string& what) { ports.progress.step("publish " + entry().rule, what); }
  const std::string& first_tag() { return entry().commit_tags.front(); }
  std::string where(const std::string& tag) { return entry().destination + ":" + tag; }
  ImageName image_name() { return *ImageName::parse(entry().destination); }

  /// Once the registry has it: did it get there from here, or is it the very image that passed here (else somebody else has published it)?
  bool is_own() { return !entry().image_id.empty(); }
  /// The configuration's digest is the image's id (OCI image-spec, config.md). An Engine that keeps images as manifests knows
  /// them by the manifest's digest.
  static bool is_image(const Manifest& manifest, const std::string& image_id) {
    return !image_id.empty() && (manifest.image_id == image_id || manifest.digest.str() == image_id);
  }
  bool is_own_image(const Manifest& manifest) { return is_image(manifest, entry().image_id); }

  Result<void> write() { return ports.outbox.update(entry()); }
  Result<void> come_to(PublicationState state, std::string reason = {});
  /// Written down; an interrupt is nobody's fault and no reason to keep.
  void hold_up(const Error& error);
  Result<void> wait_for_remote();
  Failure cannot_tell_of_remote();

  /// Opened once.
  Result<RemoteRepository*> registry();
  /// What the remote's branch has: asked again once the claim was taken after it, since whoever had it before may have gone on.
  Result<RemoteStanding> remote();
  /// The same; an error where the branch no longer has the commit. Where the tags move at once nobody need be reached.
  Result<RemoteStanding> standing();
  /// What is published by this, as of now.
  PublishedRecord record_of(const std::vector<std::string>& tags);
  /// How to go on with what was left since the remote takes no claim.
  std::string again_once_it_does() { return "; once it does: gate publish --again " + std::to_string(entry().id); }
  /// Writes what was published into the ledger, where there is a claim. What does not get through is said, and no error.
  DestinationClaim::Recorded record(const std::vector<std::string>& tags, PublicationLedger::Then then);

  Result<void> put_and_read_back(const Manifest& manifest, const std::string& tag);

private:
  std::unique_ptr<RemoteRepository> m_registry;
  std::optional<RemoteStanding> m_remote;
  unsigned m_asked_at = 0; ///< DestinationClaim::times_taken
};

/// A Docker Hub build is asked for.
Result<void> run_trigger(PublicationRun& run);
/// armed → pushed, where it can be.
Result<void> bring_to_registry(PublicationRun& run);
/// What `promoted_from` has of the commit, or of its tree, in the same registry; nothing: it is to be published the usual way.
Result<std::optional<Manifest>> find_to_promote(PublicationRun& run);
/// Of the reason of a publication whose image has no attestation, and should have one.
inline constexpr std::string_view k_not_attested = "the image has no attestation: ";
/// Puts a signed statement beside the image that was pushed from here (policy/image_statement.hpp), and beside one that was promoted what stands beside its
/// source; once in each run, and at most one of ours for an image and a branch. What is in the way is noted, with the command that does it later: an error is an interrupt.
Result<void> attest(PublicationRun& run);
/// pushed → tagged, where it can be.
Result<void> bring_to_branch_tags(PublicationRun& run);
/// tagged → done: the tag in git, the webhook.
Result<void> finish(PublicationRun& run);
/// For a publication whose webhook was about to be called.
Failure webhook_is_unknown(const OutboxEntry& entry, std::string reason);

} // namespace gate
