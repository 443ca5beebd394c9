// A publication as the outbox keeps it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/oid.hpp"
#include "base/ref_name.hpp"

namespace gate {

/// How far a publication has come. A step is written down before it is taken.
enum class PublicationState {
  armed,   ///< decided; nothing has left the machine, or it is not known whether it has
  pushed,  ///< the registry has the image under its commit tags, and the digest was read back
  tagged,  ///< the branch tags show it, too; what is left: the tag in git, the webhook, to let go of the kept image
  done,
  failed,  ///< it will not get there by itself; the reason says why
  unknown, ///< a trigger or a webhook was about to be sent, and what came of it was never written down: a person must look
};

std::string_view name_of(PublicationState state);
std::optional<PublicationState> publication_state_named(std::string_view name);

/// Of the names under which the Engine keeps images for publications that are under way.
inline constexpr std::string_view k_kept_prefix = "gate-publish/";

/// Of the destination of a trigger; the name of the variable that holds its URL follows.
inline constexpr std::string_view k_trigger_prefix = "trigger:";

/// One image (or trigger) for one commit of one branch. `rule`, `destination`, `branch` and `commit` together are its identity.
struct OutboxEntry {
  OutboxEntry(RefName of_branch, Oid of_commit) : branch(std::move(of_branch)), commit(std::move(of_commit)) {}

  std::int64_t id = 0;
  std::string rule;        ///< NAME of [publish.NAME]
  std::string destination; ///< the image's name in the registry; for a trigger "trigger:" and the variable's name
  RefName branch;
  Oid commit;
  std::string remote;                   ///< whose branch is looked at
  std::string suite;                    ///< whose tested image it is; empty for a trigger
  std::string service;                  ///< of the suite's compose file, whose image it is; empty: the one that the test itself ran in
  std::optional<Oid> tree;              ///< the commit's; nothing in what an older gate has written
  std::vector<std::string> commit_tags;
  std::vector<std::string> branch_tags;
  std::vector<std::string> platforms;   ///< empty: the tested image alone
  bool may_create = false;              ///< a repository of AWS ECR that is not there is made
  std::vector<std::string> moving_tags; ///< of all publications to this destination: with "*" where they vary; for a repository that is made
  std::string promoted_from;            ///< an image's name: what that repository has of the commit or its tree is taken; may be empty
  std::string git_tag;                  ///< without refs/tags/; may be empty
  std::string webhook;                  ///< the variable that holds its URL; may be empty
  bool branch_tags_at_once = false;
  bool finishes_itself = true;          ///< a finisher may go on with it after a plain `git push`

  PublicationState state = PublicationState::armed;
  std::string image_id;  ///< "sha256:…" of the tested image, once it is known
  std::string kept_name; ///< under which the Engine keeps it; empty when it was released
  std::string digest;    ///< "sha256:…" of the manifest that the registry was seen to have
  std::string reason;    ///< why it is not further, for people; empty when nothing is the matter
  std::string source;    ///< org.opencontainers.image.source: the remote's URL without user and password
  std::chrono::system_clock::time_point created; ///< org.opencontainers.image.created: when it was armed, whole seconds
  std::chrono::system_clock::time_point changed; ///< when it came to its state

  bool is_over() const { return state == PublicationState::done || state == PublicationState::failed; }
  bool is_trigger() const { return suite.empty(); }
};

} // namespace gate
