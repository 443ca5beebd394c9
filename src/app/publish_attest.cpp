// What is said of an image beside the image: who vouches that it is the one which was tested.
#include <utility>

#include "app/publish_run.hpp"
#include "policy/image_statement.hpp"

namespace gate {

namespace {

class Attesting {
public:
  explicit Attesting(PublicationRun& run) : m_run(run) {}

  Result<void> attest() {
    m_run.why_not_attested = "";
    const auto done = was_promoted() ? take_along() : sign();
    if (done || done.error().kind == ErrorKind::interrupted) {
      return done;
    }
    const auto& error = done.error();
    m_run.why_not_attested = error.message;
    m_run.note(std::string(k_not_attested) + error.message + (error.remedy.empty() ? "" : "; to mend it: " + error.remedy) +
               "; then: gate publish --again " + std::to_string(m_run.entry().id));
    return {};
  }

private:
  // What was pushed from here is kept in the Engine until the publication is out.
  bool was_promoted() {
    const auto from = ImageName::parse(m_run.entry().promoted_from);
    return from && from->registry == m_run.image_name().registry && m_run.entry().kept_name.empty();
  }

  Result<Manifest> image() {
    const auto registry = m_run.registry();
    if (!registry) {
      return tl::unexpected(registry.error());
    }
    m_registry = *registry;
    const auto found = m_registry->find(m_run.first_tag());
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (!*found || (*found)->digest.str() != m_run.entry().digest) {
      return could_not_run(m_run.where(m_run.first_tag()) + " no longer shows " + m_run.entry().digest);
    }
    return **found;
  }

  // Who promotes has tested nothing: what was said by those who did goes along.
  Result<void> take_along() {
    const OutboxEntry& entry = m_run.entry();
    if (entry.promoted_from == entry.destination) {
      return {}; // the same image, with what stands beside it
    }
    const auto promoted = image();
    if (!promoted) {
      return tl::unexpected(promoted.error());
    }
    const auto source = m_run.ports.registries.open(*ImageName::parse(entry.promoted_from), {});
    if (!source) {
      return tl::unexpected(source.error());
    }
    const auto documents = (*source)->attached(promoted->digest, std::string(k_envelope_type));
    if (!documents) {
      return tl::unexpected(documents.error());
    }
    for (const auto& document : *documents) {
      if (auto put = put_beside(*promoted, document, {}); !put) {
        return put;
      }
    }
    m_run.note(documents->empty() ? entry.promoted_from + " has no attestation of it" : "its attestation in " + entry.promoted_from + " goes along");
    return {};
  }

  Result<void> sign() {
    const OutboxEntry& entry = m_run.entry();
    auto& envelopes = *m_run.ports.envelopes;
    const auto key = envelopes.own_key();
    if (!key || !*key || !entry.tree) {
      return key ? Result<void>() : tl::unexpected(key.error());
    }
    if (!entry.platforms.empty()) {
      m_run.note("nothing is attested of an image for several platforms: that very image was not tested");
      return {};
    }
    const auto pushed = image();
    const auto is_there = pushed ? has_ours(pushed->digest, **key) : tl::unexpected(pushed.error());
    if (!is_there || *is_there) {
      return is_there ? Result<void>() : tl::unexpected(is_there.error());
    }
    const auto now = m_run.ports.now();
    const auto statement = to_statement(ImageStatement{entry.destination, pushed->digest, entry.commit, *entry.tree, entry.branch, entry.rule, entry.suite,
                                                       entry.image_id, now, m_run.ports.gate_version});
    if (!statement) {
      return could_not_run("a name in it, of the branch or the suite, has what no statement can hold");
    }
    m_run.step("signing what is attested of " + entry.digest);
    const auto envelope = envelopes.seal(*statement);
    if (!envelope) {
      return tl::unexpected(envelope.error());
    }
    auto put = put_beside(*pushed, *envelope, {{"org.opencontainers.image.created", time_text(now)}});
    if (put) {
      m_run.note("attested that it passed, by the key " + (*key)->fingerprint());
    }
    return put;
  }

  Result<bool> has_ours(const Digest& digest, const PublicKey& key) {
    const auto documents = m_registry->attached(digest, std::string(k_envelope_type));
    if (!documents) {
      return tl::unexpected(documents.error());
    }
    for (const auto& document : *documents) {
      const auto opened = m_run.ports.envelopes->open(document, {key});
      const auto said = opened && opened->key == key ? from_image_statement(opened->statement, digest) : std::nullopt;
      if (said && says_the_same(*said)) {
        return true;
      }
    }
    return false;
  }

  // One image may be published for several branches, and each has its own say of whose word counts.
  bool says_the_same(const ImageStatement& said) {
    const OutboxEntry& entry = m_run.entry();
    return said.branch == entry.branch && said.suite == entry.suite && said.destination == entry.destination;
  }

  Result<void> put_beside(const Manifest& image, const std::string& envelope, std::map<std::string, std::string> annotations) {
    annotations.emplace("in-toto.io/predicate-type", k_test_result_type);
    return m_registry->attach(image, {std::string(k_envelope_type), envelope, std::move(annotations)});
  }

  PublicationRun& m_run;
  RemoteRepository* m_registry = nullptr;
};

} // namespace

Result<void> attest(PublicationRun& run) {
  const bool is_ours = run.ports.envelopes != nullptr && !run.entry().is_trigger() && run.is_own() && !run.entry().digest.empty();
  return is_ours && !run.why_not_attested ? Attesting(run).attest() : Result<void>();
}

bool was_left_unattested(const OutboxEntry& entry) {
  return entry.state == PublicationState::done && entry.reason.find(k_not_attested) != std::string::npos;
}

} // namespace gate
