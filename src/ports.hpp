// The seams between the use cases and the world. Owned by those who use them (src/app); each adapter implements its own.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"
#include "base/secret.hpp"
#include "policy/facts.hpp"
#include "policy/image_name.hpp"
#include "policy/outbox_entry.hpp"
#include "policy/policy.hpp"
#include "policy/push.hpp"
#include "policy/verdict.hpp"
#include "policy/verdict_trust.hpp"

namespace gate {

/// Facts of a repository. Reads only; replace refs and grafts are ignored. Never fetches.
class Repository {
public:
  virtual ~Repository() = default;

  /// What the object is once tags are peeled; `missing` is an answer, not an error.
  virtual Result<Peeled> peel(const Oid& object) = 0;
  /// The bytes of a regular file in a commit's tree (or in a tree); nothing when there is none. An error of kind policy
  /// for a path that is a symlink or a folder, or over 1 MiB.
  virtual Result<std::optional<std::string>> file_at(const Oid& commit, std::string_view path) = 0;
  /// The object id that `path` ("" is the tree itself) would have if the tree had only `paths` (files and folders; empty: all it has).
  /// Nothing when there is nothing at the path. Writes no object. Any thread may call it, one at a time.
  virtual Result<std::optional<Oid>> object_at(const Oid& tree, const std::vector<std::string>& paths, std::string_view path) = 0;
  /// Nothing for a root commit and at the edge of a shallow clone.
  virtual Result<std::optional<Oid>> first_parent(const Oid& commit) = 0;
  /// The name of the remote that pre-push was given: itself, or for a URL the configured remote that has this URL;
  /// nothing when no remote has it.
  virtual Result<std::optional<std::string>> remote_named(const std::string& name_or_url) = 0;
  /// The branch that refs/remotes/<remote>/HEAD stands for.
  virtual Result<std::optional<RefName>> remote_head(const std::string& remote) = 0;
  /// The tips of the remote's branches as last seen (refs/remotes/<remote>/*, without HEAD).
  virtual Result<std::vector<BranchTip>> tracking_tips(const std::string& remote) = 0;
  virtual Result<std::optional<Oid>> tracking_tip(const std::string& remote, const RefName& branch) = 0;
  /// How the new tip relates to the old one; `sources` are the tips of branches that merges and fast-forwards may come
  /// from. Exact also where commit dates lie. A cut (shallow clone, missing object) is `cannot_tell`.
  virtual Result<History> history(const Oid& old_tip, const Oid& new_tip, const std::vector<BranchTip>& sources) = 0;
};

/// What the rules on commits, merges and files ask of a repository. Reads only, never fetches. An error means that something is not
/// here or can't be read: nothing is let through.
class Commits {
public:
  virtual ~Commits() = default;

  /// The tips of all refs that the remote has, as far as is known here, tags peeled.
  virtual Result<std::vector<Oid>> known_tips(const std::string& remote) = 0;
  /// The commits that some of `tips` contain and no commit of `known` does; children before parents. What of `known` is not here is left
  /// out. Where commit dates lie it may give more, never less. A shallow clone whose end is new is an error: what lies behind can't be told.
  virtual Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>& tips, const std::vector<Oid>& known) = 0;
  /// What the commit has that none of its parents has, and what it takes away from all of them. Renames are one of each.
  virtual Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) = 0;
  /// The bytes of a blob, whatever its size.
  virtual Result<std::string> content(const Oid& blob) = 0;
  /// Makes the merge again. Starts git.
  virtual Result<RemadeMerge> remake(const NewCommit& merge) = 0;
  /// What git says of the signatures of these commits and annotated tags; for SSH each of the texts (allowed_signers files) must know the
  /// signer. Starts git: once for a thousand commits and once for a tag, and that for each text.
  virtual Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& allowed_signers) = 0;
};

/// Policy files that are not in the commit that extends them.
class PolicySources {
public:
  virtual ~PolicySources() = default;
  /// A file of this machine's, e.g. /etc/gate/policy.toml, which stands above all others.
  struct SystemFile {
    std::string path;
    std::string text;
  };
  virtual Result<std::optional<SystemFile>> system() = 0;
  /// Ready-made, by what follows "gate:"; nothing when there is none of that name.
  virtual std::optional<std::string> ready_made(const std::string& name) = 0;
  /// From the local store of what was fetched before, never from the network; the content is what its SHA-256 says. A missing one is
  /// an error whose remedy fetches it.
  virtual Result<std::string> pinned(const Extension::Pinned& pin) = 0;
  /// An allowed_signers file of this machine, named by a system policy (an absolute path).
  virtual Result<std::string> machine_file(const std::string& path) = 0;
};

/// Writes a tree to a folder.
class TreeCheckout {
public:
  virtual ~TreeCheckout() = default;

  /// Fills the empty folder `into` with exactly this tree: no attributes, no filters, no work tree. Files are 0644 or
  /// 0755, folders 0755, whatever the umask; symlinks are written as links and never followed. Git LFS files and
  /// submodules come from what this repository has of them; one that is not here is an error that names it and the
  /// command that fetches it. Names that git itself refuses ("..", ".git" in any spelling) are errors. With `paths` only these files and
  /// folders of the tree are written; one that the tree has not is left out.
  virtual Result<void> check_out(const Oid& tree, const std::vector<std::string>& paths, const std::filesystem::path& into) = 0;
};

/// Watches a suite run; gate's terminal implements it.
class Progress {
public:
  virtual ~Progress() = default;
  /// The run has come to its next step, e.g. "building api".
  virtual void step(std::string_view suite, std::string_view what) = 0;
  /// Called several times a second while a step goes on.
  virtual void tick() = 0;
  /// How long this suite usually takes.
  virtual void usual(std::string_view, std::chrono::milliseconds) {}
  /// The run is over; `how` is e.g. "passed".
  virtual void ended(std::string_view, std::string_view) {}
  /// So many bytes of a layer have gone to the registry; `total` is 0 where it is not known. `layer` is e.g. "5f70bf18a086".
  virtual void sent(std::string_view /*layer*/, std::int64_t /*bytes*/, std::int64_t /*total*/) {}
};

/// Variables of the machine that gate runs on.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

struct SuiteRequest {
  Suite suite;
  std::filesystem::path tree; ///< a private checkout that nobody else uses; absolute
  std::filesystem::path log;  ///< where the whole output goes; its folder exists
  /// Stays the same for one repository: images that a run leaves as build cache are named by it.
  std::string repository_id;
  /// "repository:tag" under which the tested image is kept after a pass, until it is released; empty: it is not.
  std::string keep_as;
  /// Services of the compose file whose images are kept, too: as `keep_as` + "-" + service.
  std::vector<std::string> keep_services;
  /// For people, progress and log: the suite's name, with a commit where there are several of it, with " 2/4" for a shard.
  std::string shown;
  /// The suite's `env` with nothing left to be put in, and what tells a shard which one it is.
  std::map<std::string, std::string> env;
  /// The object id of what the tree has at a path ("" is the tree): images are known by it. Nothing when it can't be told.
  std::function<std::optional<Oid>(const std::string& path)> id_of;
  /// Ends the run with an error of kind interrupted once it is true; may be null.
  std::shared_ptr<const std::atomic<bool>> stop;
};

struct SuiteRun {
  enum class Outcome {
    passed,    ///< the container's process was seen to end with 0
    failed,    ///< it ended with something else, or an image did not build
    timed_out, ///< killed at its timeout
    refused,   ///< the compose file asks for what a suite may not have
  };
  Outcome outcome = Outcome::failed;
  std::string reason; ///< one sentence for people unless passed
  std::string remedy;
  std::string tail;   ///< the last lines of the output, raw and hostile
  std::string image_id; ///< of the image that was tested, "sha256:…"
  std::map<std::string, std::string> images; ///< of the services that `keep_services` names: "sha256:…" by service
  std::chrono::milliseconds duration{0};
};

/// The machine that suites run on.
struct EngineMachine {
  unsigned cores = 1;
  std::int64_t memory = 0; ///< bytes
};

/// Runs suites in containers. Whatever a run has made (containers, networks, volumes) is being removed by another process when it
/// returns, or is removed already.
class SuiteRunner {
public:
  virtual ~SuiteRunner() = default;
  /// To be called once, before `run` and before any thread is started. An error: the Engine does not answer.
  virtual Result<EngineMachine> begin() = 0;
  /// Several may run at once, each in a thread of its own. An error is could_not_run (engine gone, disk full: no verdict either way) or
  /// interrupted (INT, TERM, HUP, or the request's `stop`).
  virtual Result<SuiteRun> run(const SuiteRequest& request, Progress& progress) = 0;
};

/// The images that a policy names, as the Engine has them.
class NamedImages {
public:
  virtual ~NamedImages() = default;
  /// The image's id, "sha256:…"; nothing when the Engine does not have it.
  virtual Result<std::optional<std::string>> id_of(const std::string& reference) = 0;
};

/// Who is in: given back when it goes.
class Turn {
public:
  virtual ~Turn() = default;
};

/// Several gates on one repository test the same tree once: whoever has the turn for a verdict's key runs, the others wait and then
/// look for the verdict.
class Turns {
public:
  virtual ~Turns() = default;
  /// Waits for as long as somebody else has it, which ends with their process at the latest; `waiting` is called several times a second
  /// meanwhile, and says whether to wait on. An error is interrupted (also when it says no), or could_not_run when it can't be had at all.
  /// Any threads may call it, several at once.
  virtual Result<std::unique_ptr<Turn>> take(const Digest& key, const std::function<bool()>& waiting) = 0;
};

/// One run of a suite, as it is remembered.
struct RunRecord {
  enum class Outcome { passed, failed, timed_out, refused, could_not_run, interrupted };
  std::string id; ///< what `gate log` calls it: short, of letters and digits; empty until it is kept
  std::string suite;
  Oid tree;
  Oid commit;
  Outcome outcome = Outcome::could_not_run;
  std::chrono::system_clock::time_point began;
  std::chrono::milliseconds duration{0}; ///< of all attempts
  unsigned attempts = 1;                 ///< more than one and passed: flaky
  unsigned shards = 1;
  std::string reason;                      ///< unless passed
  std::vector<std::filesystem::path> logs; ///< of all attempts, by shard, a shard's attempts in order
};

/// The runs of this repository on this machine. Of old ones only the newest thousand are kept.
class RunHistory {
public:
  virtual ~RunHistory() = default;
  /// Gives the record's id.
  virtual Result<std::string> add(const RunRecord& record) = 0;
  /// The median of the suite's last passed runs; nothing when there are none.
  virtual std::optional<std::chrono::milliseconds> usual_duration(const std::string& suite) = 0;
  /// Newest first.
  virtual Result<std::vector<RunRecord>> newest(std::size_t count) = 0;
  virtual Result<std::optional<RunRecord>> find(const std::string& id) = 0;
};

/// A verdict that came from elsewhere, and who stands behind it.
struct VouchedVerdict {
  Verdict verdict;
  Voucher voucher;
  std::string envelope; ///< one line of JSON, as it came
};

/// Passed runs, kept.
class VerdictStore {
public:
  virtual ~VerdictStore() = default;
  /// Of a run on this machine. Nothing when there is none that holds.
  virtual std::optional<Verdict> find(const Digest& key, const Oid& tree) = 0;
  /// On return the verdict is on disk, whole.
  virtual Result<void> store(const Verdict& verdict) = 0;
  /// One from elsewhere that was verified by equal terms (VerdictTrust::digest); its age is the asker's to judge. No signature is checked here.
  virtual std::optional<VouchedVerdict> find_vouched(const Digest& key, const Oid& tree, const Digest& terms) = 0;
  virtual Result<void> store_vouched(const VouchedVerdict& verdict, const Digest& terms) = 0;
  /// All of runs on this machine, the newest first, at most so many.
  virtual std::vector<Verdict> newest(std::size_t most) = 0;
};

/// What an envelope says, once its signature was found good.
struct SignedStatement {
  std::string statement; ///< exactly the bytes that were signed
  std::string payload_type;
  PublicKey key; ///< of the signature; whether it may vouch for anything is not looked at
};

/// Signed statements: DSSE 1.0.2 envelopes (https://github.com/secure-systems-lab/dsse) of one line, with one signature, which is an SSHSIG
/// (PROTOCOL.sshsig) in the namespace k_verdict_namespace, or plain ed25519 (RFC 8032).
class Envelopes {
public:
  virtual ~Envelopes() = default;
  /// The payload, if the signature is good and the envelope has nothing else in it; else why not, a clause for people. The envelope is hostile. A
  /// plain ed25519 signature does not say whose it is: it is tried with those of `keys` that are ed25519. Any thread may call it.
  virtual tl::expected<SignedStatement, std::string> open(std::string_view envelope, const std::vector<PublicKey>& keys) const = 0;
  /// The key that this machine signs with; nothing: none is configured. An error: one is, and can't be used.
  virtual Result<std::optional<PublicKey>> own_key() = 0;
  /// An envelope of one line, without its line feed. May ask a person (a passphrase, a touch of a security key), and may start ssh-keygen.
  virtual Result<std::string> seal(const std::string& statement) = 0;
};

/// Verdicts from elsewhere, as they were brought here: refs/notes/gate/<PublicKey::id()>, notes on the tree, an envelope a line.
class VerdictNotes {
public:
  virtual ~VerdictNotes() = default;
  /// Lines that are noted for the tree under these refs, each once: of each ref the first 64, those over 256 KiB left out. Nothing of it is
  /// verified. What can't be read is not there.
  virtual std::vector<std::string> envelopes(const Oid& tree, const std::vector<std::string>& ids) = 0;
};

/// Verdicts on their way from and to a git remote. Never by way of the user's own push.
class VerdictExchange {
public:
  virtual ~VerdictExchange() = default;
  /// Brings the notes of these keys here: refs/notes/gate/<id> become what the remote has; one that it has not stays what it is. Gives how many
  /// refs there are.
  virtual Result<std::size_t> fetch(const std::string& remote, const std::vector<std::string>& ids) = 0;
  struct Noted {
    Oid tree;
    std::string envelope; ///< one line
    std::function<bool(const std::string&)> replaces = {}; ///< a line of the same note that this one takes the place of; may be empty
  };
  struct Sent {
    enum class Outcome {
      sent,    ///< the remote has all of them, some from before perhaps
      refused, ///< it does not take such refs from us; see `reason`
      raced,   ///< others wrote all the time
    };
    Outcome outcome = Outcome::sent;
    std::string reason;     ///< the remote's own words
    std::size_t added = 0;  ///< that it did not have
    std::size_t dropped = 0; ///< lines that a note had no more room for: the oldest ones
  };
  /// Adds lines to what the remote has under this id, there where a push to the remote goes, and makes refs/notes/gate/<id> here the same. Several
  /// writers lose nothing: whoever loses a race adds to what is there then. An error: the remote can't be reached.
  virtual Result<Sent> send(const std::string& remote, const std::string& id, const std::vector<Noted>& notes) = 0;
  /// Adds lines to refs/notes/gate/<id> here, and asks no remote: what could not be sent is there for the next push.
  virtual Result<void> keep(const std::string& id, const std::vector<Noted>& notes) = 0;
};

/// Stands for the user where docker has an identity token instead of a password (docker-credential-helpers).
inline constexpr std::string_view k_identity_token_user = "<token>";

/// A user and a password, or k_identity_token_user and the token, for a registry.
struct RegistryLogin {
  std::string user;
  Secret password;
};

/// A push that did not get there.
struct PushFailure {
  Error error;
  bool login_is_old = false; ///< the registry says that the login has expired: another try with a new one may do
};

/// The images of the Engine.
class ImageStore {
public:
  virtual ~ImageStore() = default;
  /// `image_id` is "sha256:…".
  virtual Result<bool> has(const std::string& image_id) = 0;
  /// Gives the image this name in the registry, pushes it there, and takes the name away again. Returns the digest of the
  /// manifest that the Engine says it has put there: of what had the name at that moment, so look whether it is the
  /// image. `login` is null for a registry that asks for none; it goes to the Engine in a header and nowhere else.
  /// `progress` is ticked several times a second, and told how far each layer is. What may pass by itself is tried again, with growing
  /// pauses that are not the same for everybody.
  virtual tl::expected<Digest, PushFailure> push(const std::string& image_id, const ImageName& name, const std::string& tag,
                                                 const RegistryLogin* login, Progress& progress) = 0;
  /// Takes away what a push that was killed has left: the name in the registry, if it is still this image's. Nothing else.
  virtual Result<void> clear_after_push(const std::string& image_id, const ImageName& name, const std::string& tag) = 0;
  /// Gives the image one more name ("repository:tag") in the Engine, so that it stays.
  virtual Result<void> keep(const std::string& image_id, const std::string& name) = 0;
  /// Takes such a name away, and the image if it has no other.
  virtual Result<void> release(const std::string& name) = 0;
  /// The names in use of this repository ("gate-image/…"); one that ends in "/*" means all one level below it.
  virtual Result<std::vector<std::string>> names(const std::string& repository) = 0;
};

/// What a registry has under a tag (OCI distribution-spec; OCI image-spec manifest.md, or docker's schema 2).
struct Manifest {
  Digest digest;          ///< of `bytes`: computed, and compared with what the registry says
  std::string media_type;
  std::string bytes;      ///< exactly as the registry sent them
  std::string image_id;   ///< "sha256:…" of the configuration, which is the image's id; empty for an index of several platforms
};

/// A document that says something of an image: a referrer (OCI image-spec 1.1, manifest.md, "subject").
struct Attachment {
  std::string artifact_type; ///< and the media type of the document: "application/vnd.dsse.envelope.v1+json"
  std::string document;
  std::map<std::string, std::string> annotations = {}; ///< of the manifest
};

/// One repository of a registry, opened with credentials. Errors are could_not_run: one sentence that says what the
/// registry at which host refused, and the command that mends it where there is one.
class RemoteRepository {
public:
  virtual ~RemoteRepository() = default;
  /// Null when the registry asks for none.
  virtual const RegistryLogin* login() const = 0;
  /// Nothing when there is no such tag.
  virtual Result<std::optional<Manifest>> find(const std::string& tag) = 0;
  /// Puts the manifest, byte for byte, under one more tag.
  virtual Result<void> put(const Manifest& manifest, const std::string& tag) = 0;
  /// All tags, in the registry's order. A repository that does not exist yet has none.
  virtual Result<std::vector<std::string>> tags() = 0;
  /// Gets a new login where the one it has has expired. An error where there is no newer one to be had.
  virtual Result<void> renew_login() = 0;
  /// Makes what this manifest of another repository of the same registry consists of (configuration, layers; the manifests of an index)
  /// known in this one, without moving a byte (distribution-spec, "Mounting a blob from another repository"). False: the registry does not
  /// do that.
  virtual Result<bool> take_over(const Manifest& manifest, const ImageName& from) = 0;
  /// Could a tag of this name, once it is there, never be moved? An error that says so, with the command that mends it (an AWS ECR
  /// repository whose tags are immutable). Nothing where it can be moved, or where that can't be told.
  virtual std::optional<Error> why_fixed(const std::string& tag) const = 0;
  /// Puts a document beside the manifest, which is there already: as a referrer, and where the registry does not list referrers, in the index
  /// under the tag sha256-<digest> as well (distribution-spec 1.1, "Referrers Tag Schema"). One that is there already is not put again.
  virtual Result<void> attach(const Manifest& subject, const Attachment& attachment) = 0;
  /// The documents of this type beside the manifest, at most 64, none over 256 KiB; each was compared with its digest.
  virtual Result<std::vector<std::string>> attached(const Digest& subject, const std::string& artifact_type) = 0;
};

/// What is wanted of a repository.
struct RepositoryTerms {
  bool may_create = false; ///< AWS ECR: one that is not there is made, scanning on push, its tags immutable but for `moving_tags`
  std::vector<std::string> moving_tags;
};

class Registries {
public:
  virtual ~Registries() = default;
  /// Finds the credentials, and where the registry can tell (AWS ECR) that the repository exists, and that they are of its account. For
  /// ECR a missing one is made, or is an error whose remedy is the command that makes it.
  virtual Result<std::unique_ptr<RemoteRepository>> open(const ImageName& name, const RepositoryTerms& terms) = 0;
};

/// What came of asking Docker Hub for a build.
struct TriggerAnswer {
  enum class Outcome {
    accepted, ///< a 2xx: no more than that, a build may never start
    refused,  ///< nothing was sent, or the answer says no
    unknown,  ///< it was sent, and what came of it can't be told
  };
  Outcome outcome = Outcome::unknown;
  std::string reason; ///< one sentence unless accepted; without the URL
};

/// Docker Hub's build triggers.
class BuildTriggers {
public:
  virtual ~BuildTriggers() = default;
  /// Is there a trigger's URL in this text (a URL, or a whole curl command with one)? It is then used by `fire`.
  virtual bool is_usable(const Secret& text) const = 0;
  /// POSTs once, and never again by itself.
  virtual TriggerAnswer fire(const Secret& text, const RefName& branch) = 0;
};

/// What is told to somebody's own server once a publication is done.
class Webhooks {
public:
  virtual ~Webhooks() = default;
  /// Is this a URL that may be called: https, or http to this machine?
  virtual bool is_usable(const Secret& url) const = 0;
  /// POSTs the JSON. `key` is the same for the same publication (draft-ietf-httpapi-idempotency-key-header). What certainly never arrived, and
  /// a 429 or 503, is tried again some times; what may have arrived is not.
  virtual TriggerAnswer call(const Secret& url, const std::string& json, const std::string& key) = 0;
};

/// What was published, as everybody can read it.
struct PublishedRecord {
  std::string destination; ///< the image's name
  std::string rule;
  RefName branch;
  Oid commit;
  std::optional<Oid> tree;
  std::string digest;            ///< "sha256:…"
  std::vector<std::string> tags; ///< that show it
  std::string by;                ///< "NAME <EMAIL>", as git has it
  std::chrono::system_clock::time_point when;
  bool telling = false; ///< the webhook was about to be called: nobody else calls it for this publication
  bool is_own = false;  ///< this clone has written it; set by who reads it
};

/// Who publishes to a destination, and what was published there: a ref of the git remote for each destination
/// (docs/publishing.md), so that publishers on several machines come one after the other.
class PublicationLedger {
public:
  virtual ~PublicationLedger() = default;
  enum class Claimed {
    ours,    ///< until `until`, or record or let_go
    others,  ///< somebody else is at it; see `by` and `until`
    refused, ///< the remote does not take such a ref from us; see `reason`
  };
  struct Claim {
    Claimed claimed = Claimed::ours;
    std::string by;
    std::chrono::system_clock::time_point until;
    std::string reason; ///< the remote's own words, for people
    std::vector<PublishedRecord> records; ///< the newest first; not all there ever were
  };
  /// Claims the destination, for a quarter of an hour; a claim that has run out counts for nothing. Whoever loses a race looks again. An
  /// error: the remote can't be asked.
  virtual Result<Claim> claim(const std::string& remote, const std::string& destination) = 0;
  /// Writes down what was published, and keeps the claim or ends it. False: the claim ran out, and somebody else has taken it.
  enum class Then { keep, end };
  virtual Result<bool> record(const std::string& remote, const PublishedRecord& record, Then then) = 0;
  /// Ends the claim, if it is ours still.
  virtual Result<void> let_go(const std::string& remote, const std::string& destination) = 0;
  /// Of all destinations, the newest first, at most so many. Asks the remote.
  virtual Result<std::vector<PublishedRecord>> records(const std::string& remote, std::size_t most) = 0;
};

/// Tags in git.
class GitTags {
public:
  virtual ~GitTags() = default;
  /// Makes the annotated tag `name` (without refs/tags/) of the commit here and on the remote. One that is there for the same commit is
  /// as good. An error: it is there for another one, or the remote does not take it.
  virtual Result<void> make(const std::string& remote, const std::string& name, const Oid& commit, const std::string& message) = 0;
};

/// An image for several platforms, which one Engine alone can't have tested.
class PlatformBuilds {
public:
  virtual ~PlatformBuilds() = default;
  /// Builds the entry's commit by the suite's own `build` for each of the platforms, and pushes what comes of it under its first commit
  /// tag: docker buildx does both. Gives the digest of the index. `tick` as with ImageStore::push. An error where there is no buildx.
  virtual Result<Digest> push(const OutboxEntry& entry, const RegistryLogin* login, Progress& progress) = 0;
};

/// The branches of a remote as they are now.
class RemoteBranches {
public:
  virtual ~RemoteBranches() = default;
  /// Asks the remote, unless it was asked just now. Nothing when it has no such branch.
  virtual Result<std::optional<Oid>> tip(const std::string& remote, const RefName& branch) = 0;
  /// Its tip will be wanted in a moment: whoever can asks for it meanwhile. Does not wait.
  virtual void expect(const std::string& /*remote*/, const RefName& /*branch*/) {}
  /// Fetches the branch's commits into this repository, without moving any ref.
  virtual Result<void> bring(const std::string& remote, const RefName& branch) = 0;
};

/// The publications of this repository: which are under way, and which are done. On return of every call that changes one,
/// the change is on disk.
class Outbox {
public:
  virtual ~Outbox() = default;
  /// Writes new publications down as armed, all or none, and gives them with their ids; one that is there already for the same rule,
  /// destination, branch and commit is given as it stands.
  virtual Result<std::vector<OutboxEntry>> arm(std::vector<OutboxEntry> entries) = 0;
  virtual Result<void> update(const OutboxEntry& entry) = 0;
  /// Oldest first.
  virtual Result<std::vector<OutboxEntry>> entries() = 0;
};

/// What `gate init` must know of a service of a compose file.
struct ComposeService {
  std::string name;
  std::string build_context; ///< path beside the compose file, "" for the top, e.g. "api"; nothing built: `built` is false
  bool built = false;
};

} // namespace gate
