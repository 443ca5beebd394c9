#include "cli/verify_image.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/foreign_verdicts.hpp"
#include "app/policies.hpp"
#include "app/required_suites.hpp"
#include "base/base64.hpp"
#include "cli/sharing.hpp"
#include "cli/wiring.hpp"
#include "policy/image_statement.hpp"
#include "report/clean.hpp"
#include "report/time_text.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

using ImageJson = nlohmann::ordered_json;
using ImageClock = std::chrono::system_clock;

constexpr std::string_view k_signed_type = "application/vnd.in-toto+json";

struct ImageReference {
  ImageName name;
  std::string reference; ///< a tag, or "sha256:…"
};

/// One that holds.
struct ImageVoucher {
  ImageStatement statement;
  Voucher voucher;
};

struct ImageStanding {
  ImageReference image;
  std::optional<RefName> branch; ///< that was asked for
  Digest digest;
  std::vector<ImageVoucher> vouchers;
  std::vector<DoubtedVerdict> doubts;
};

Result<ImageReference> parse_image(const std::string& text) {
  constexpr std::string_view k_sha256_prefix = "sha256:";
  const auto at = text.find('@');
  std::string name = text.substr(0, at);
  const auto colon = name.rfind(':');
  const bool has_tag = colon != std::string::npos && name.find('/', colon) == std::string::npos;
  std::string reference = has_tag ? name.substr(colon + 1) : "latest";
  name = has_tag ? name.substr(0, colon) : name;
  bool is_well = is_tag(reference);
  if (at != std::string::npos) {
    reference = text.substr(at + 1);
    is_well = is_well && reference.rfind(k_sha256_prefix, 0) == 0 && Digest::parse(reference.substr(k_sha256_prefix.size())).has_value();
  }
  auto parsed = ImageName::parse(name);
  if (!parsed || !is_well) {
    return fail(ErrorKind::usage, "\"" + text + "\" is no image of a registry", "gate verify registry.example.com/api:staging, or …/api@sha256:…");
  }
  return ImageReference{*std::move(parsed), std::move(reference)};
}

// Whose word is to be asked for: nobody has signed that yet. What is signed must say the same.
std::optional<RefName> branch_hinted(const std::string& envelope, const Digest& digest) {
  const auto json = ImageJson::parse(envelope, nullptr, false);
  const auto payload = json.is_object() ? json.find("payload") : json.end();
  const auto bytes = json.is_object() && payload != json.end() && payload->is_string() ? from_base64(payload->get_ref<const std::string&>()) : std::nullopt;
  const auto statement = bytes ? from_image_statement(*bytes, digest) : std::nullopt;
  return statement ? std::optional(statement->branch) : std::nullopt;
}

/// Whose word counts for an image of a branch. The statement names the branch, and whoever wrote it may have pushed one for that: only branches
/// count that are protected by the policy which no pusher of the branch can change.
class BranchTrusts {
public:
  BranchTrusts(Session& session, std::string remote)
      : m_repository(session.repository()), m_remote(std::move(remote)), m_policies(m_repository, session.sources(), own_identity().version),
        m_trusts(m_repository, session.sources()) {}

  /// Null: nobody's; a clause says why.
  struct Trust {
    std::shared_ptr<const VerdictTrust> terms;
    std::string why;
  };
  Result<Trust> of(const RefName& branch) {
    auto known = m_known.find(branch);
    if (known == m_known.end()) {
      auto found = find(branch);
      if (!found) {
        return found;
      }
      known = m_known.emplace(branch, *std::move(found)).first;
    }
    return known->second;
  }

private:
  Result<Trust> find(const RefName& branch) {
    const std::string named = branch.brief() + " of " + m_remote;
    const auto tip = branch.is_branch() ? m_repository.tracking_tip(m_remote, branch) : Result<std::optional<Oid>>(std::nullopt);
    if (!tip) {
      return tl::unexpected(tip.error());
    }
    if (!*tip) {
      return Trust{nullptr, "there is no " + named + " here, of which it says to be (git fetch " + m_remote + ")"};
    }
    const auto guard = m_policies.judging(branch, std::nullopt, m_remote, std::nullopt);
    if (!guard) {
      return tl::unexpected(guard.error());
    }
    const auto rules = guard->policy != nullptr ? rules_for(*guard->policy, branch, m_remote) : RefRules{};
    const bool is_guard_itself = guard->commit && *guard->commit == **tip;
    if (!is_guard_itself && !(rules && rules->is_protected())) {
      return Trust{nullptr, named + ", of which it says to be, is not protected: whoever pushes there could say whose word counts"};
    }
    auto side = m_policies.judging(branch, *tip, m_remote, std::nullopt);
    side = side ? m_policies.usable(*std::move(side), branch, m_remote) : std::move(side);
    const auto trust = side ? m_trusts.of(*side) : tl::unexpected(side.error());
    if (!trust) {
      return tl::unexpected(trust.error());
    }
    const std::string why = trust->notice.empty() ? "the policy of " + named + " has no [verdicts]: nobody's word counts" : trust->notice;
    return Trust{trust->terms, trust->terms ? "" : why};
  }

  OpenRepository& m_repository;
  std::string m_remote;
  Policies m_policies;
  VerdictTrusts m_trusts;
  std::map<RefName, Trust> m_known;
};

/// Looks at one envelope after the other.
class ImageVerifier {
public:
  ImageVerifier(BranchTrusts& trusts, const Envelopes& envelopes, ImageStanding& standing) : m_trusts(trusts), m_envelopes(envelopes), m_standing(standing) {}

  Result<void> look_at(const std::string& envelope) {
    const auto branch = branch_hinted(envelope, m_standing.digest);
    if (!branch) {
      return doubt("", "it is no statement of gate's about this image");
    }
    if (m_standing.branch && !(*m_standing.branch == *branch)) {
      return doubt("", "it says to be of " + branch->brief() + ", not of " + m_standing.branch->brief());
    }
    const auto trust = m_trusts.of(*branch);
    if (!trust || !trust->terms) {
      return trust ? doubt("", trust->why) : tl::unexpected(trust.error());
    }
    const auto opened = m_envelopes.open(envelope, trust->terms->keys());
    if (!opened) {
      return doubt("", opened.error());
    }
    const auto statement = from_image_statement(opened->statement, m_standing.digest);
    if (!statement || !(statement->branch == *branch) || opened->payload_type != k_signed_type) {
      return doubt(opened->key.fingerprint(), "it is no statement of gate's about this image");
    }
    if (statement->published > ImageClock::now() + k_clock_slack) {
      return doubt(opened->key.fingerprint(), "it says to be of " + minute_text(statement->published) + ", which is in the future");
    }
    const auto held = trust->terms->standing_of(opened->key, statement->published);
    if (!held) {
      return doubt(opened->key.fingerprint(), held.error());
    }
    if (!trust->terms->admits(held->role, Asker::authority)) {
      return doubt(held->principal, "its role is " + std::string(name_of(held->role)) + ", and [verdicts] asks for ci");
    }
    m_standing.vouchers.push_back({*statement, *held});
    return {};
  }

private:
  Result<void> doubt(std::string who, std::string why) {
    constexpr std::size_t k_most_doubts = 8;
    if (m_standing.doubts.size() < k_most_doubts) {
      m_standing.doubts.push_back({std::move(who), std::move(why)});
    }
    return {};
  }

  BranchTrusts& m_trusts;
  const Envelopes& m_envelopes;
  ImageStanding& m_standing;
};

Result<std::string> remote_to_trust(const std::optional<std::string>& wanted, OpenRepository& repository) {
  if (wanted) {
    const auto known = repository.remote_named(*wanted);
    if (known && !*known) {
      return fail(ErrorKind::usage, "there is no remote " + *wanted, "git remote -v shows which there are");
    }
    return known ? Result<std::string>(*wanted) : tl::unexpected(known.error());
  }
  const auto branch = repository.current_branch();
  const auto upstream = branch && *branch ? repository.upstream_of(**branch) : Result<std::optional<Upstream>>(std::nullopt);
  if (!upstream) {
    return tl::unexpected(upstream.error());
  }
  return *upstream ? (*upstream)->remote : std::string("origin");
}

Result<PlatformSource> builds_nothing(const OutboxEntry&) { return could_not_run("nothing is built to verify an image"); }

/// What a registry has of an image.
struct FoundImage {
  Digest digest;
  std::vector<std::string> documents;
};

Result<FoundImage> find_image(const ImageReference& image, const Invocation& invocation, const Interrupt& interrupt) {
  auto adapters = wire_publishing(invocation, interrupt, builds_nothing);
  if (!adapters) {
    return tl::unexpected(adapters.error());
  }
  const auto repository = adapters->registries->open(image.name, {});
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  const auto found = (*repository)->find(image.reference);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return could_not_run(image.name.registry + " has no " + image.name.repository + " with " + image.reference, "gate publish --list names what was published");
  }
  auto documents = (*repository)->attached((*found)->digest, std::string(k_envelope_type));
  return documents ? Result<FoundImage>(FoundImage{(*found)->digest, *std::move(documents)}) : tl::unexpected(documents.error());
}

std::string text_of(const ImageStanding& standing, const TextStyle& style) {
  const bool is_good = !standing.vouchers.empty();
  std::string text = "gate: " + clean_line(standing.image.name.str() + "@" + standing.digest.str()) + ": " +
                     toned(is_good ? "it was tested" : "nobody whose word counts says that it was tested", is_good ? Tone::good : Tone::bad, style) + "\n";
  for (const auto& [statement, voucher] : standing.vouchers) {
    text += "  " + toned("holds", Tone::good, style) + ": suite " + clean_line(statement.suite) + " passed on " + statement.commit.brief() + " of " +
            clean_line(statement.branch.brief()) + " (tree " + statement.tree.brief() + "), published by [publish." + clean_line(statement.publication) + "] to " +
            clean_line(statement.destination) + ", says " + clean_line(voucher.principal) + " (" +
            std::string(name_of(voucher.role)) + "), " + clean_line(voucher.fingerprint) + ", " + minute_text(statement.published) + "\n";
  }
  for (const auto& doubt : standing.doubts) {
    text += "  doubted: the one" + (doubt.who.empty() ? "" : " by " + clean_line(doubt.who)) + ": " + clean_line(doubt.why) + "\n";
  }
  return text + (is_good ? "" : "      mend: publish it from where CI tests it: gate check && gate publish\n");
}

std::string json_of(const ImageStanding& standing) {
  ImageJson vouched = ImageJson::array();
  for (const auto& [statement, voucher] : standing.vouchers) {
    vouched.push_back({{"suite", statement.suite},
                       {"commit", statement.commit.hex()},
                       {"tree", statement.tree.hex()},
                       {"ref", statement.branch.full()},
                       {"publication", statement.publication},
                       {"destination", statement.destination},
                       {"published", rfc3339_text(statement.published)},
                       {"by", voucher.principal},
                       {"role", name_of(voucher.role)},
                       {"signer", voucher.fingerprint}});
  }
  ImageJson doubts = ImageJson::array();
  for (const auto& doubt : standing.doubts) {
    doubts.push_back({{"by", doubt.who}, {"why", doubt.why}});
  }
  const ImageJson document = {{"schema", "gate-verify-image/1"}, {"version", 1},
                              {"image", standing.image.name.str()}, {"digest", standing.digest.str()},
                              {"holds", !standing.vouchers.empty()}, {"vouched", std::move(vouched)},
                              {"doubts", std::move(doubts)}};
  return document.dump(2, ' ', false, ImageJson::error_handler_t::replace) + "\n";
}

} // namespace

bool is_name_of_image(std::string_view word) {
  const auto slash = word.find('/');
  const auto host = word.substr(0, slash);
  const bool has_host = slash != std::string_view::npos && (host == "localhost" || host.find_first_of(".:") != std::string_view::npos);
  return has_host || word.find("@sha256:") != std::string_view::npos;
}

Result<ExitCode> verify_image(const ImageQuestion& question, Session& session, const Invocation& invocation, const Terminal& out, const Terminal& err) {
  auto reference = parse_image(question.image);
  if (!reference) {
    return tl::unexpected(reference.error());
  }
  const auto branch = question.branch ? RefName::branch(*question.branch) : std::nullopt;
  if (question.branch && !branch) {
    return fail(ErrorKind::usage, "no branch can be called \"" + *question.branch + "\"", "gate verify IMAGE --branch NAME");
  }
  const auto remote = remote_to_trust(question.remote, session.repository());
  if (!remote) {
    return tl::unexpected(remote.error());
  }
  const Interrupt interrupt;
  const auto found = find_image(*reference, invocation, interrupt);
  if (!found) {
    return tl::unexpected(found.error());
  }
  auto sharing = Sharing::open(session, invocation, interrupt, err, Sharing::Key::none);
  if (!sharing) {
    return tl::unexpected(sharing.error());
  }
  ImageStanding standing{*std::move(reference), branch, found->digest, {}, {}};
  BranchTrusts trusts(session, *remote);
  ImageVerifier verifier(trusts, sharing->envelopes(), standing);
  for (const auto& document : found->documents) {
    if (auto looked = verifier.look_at(document); !looked) {
      return tl::unexpected(looked.error());
    }
  }
  out.print(question.as_json ? json_of(standing) : text_of(standing, out.style("verify")));
  return standing.vouchers.empty() ? ExitCode::refused : ExitCode::allowed;
}

} // namespace gate
