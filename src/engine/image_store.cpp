#include "engine/image_store.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <utility>

#include "engine/endpoint.hpp"
#include "engine/engine_api.hpp"
#include "engine/image_cache.hpp"
#include "engine/push_answer.hpp"
#include "engine/push_progress.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes k_silence_limit{5};
constexpr std::chrono::seconds k_restore_limit{30};
constexpr std::chrono::milliseconds k_tick{100};
constexpr std::array k_pauses{std::chrono::milliseconds(1000), std::chrono::milliseconds(2000), std::chrono::milliseconds(4000)};

/// Gives or takes up to half of a pause: those whom a registry has refused together should not come back together.
class Jitter {
public:
  std::chrono::milliseconds operator()(std::chrono::milliseconds pause) {
    std::uniform_int_distribution<std::chrono::milliseconds::rep> any(pause.count() / 2, pause.count() + pause.count() / 2);
    return std::chrono::milliseconds(any(m_engine));
  }

private:
  std::minstd_rand m_engine{std::random_device{}()};
};

Result<void> remove_name(EngineApi& api, const ListedImage& image, const std::string& name,
                         const Patience& patience) {
  // An image that loses its last name is gone. Whoever lent it has a use for it still.
  const bool has_others = std::count_if(image.tags.begin(), image.tags.end(), is_by_tag) > 1;
  return has_others ? api.remove_image(name, patience) : Result<void>();
}

/// An image's name for the time of a push. Afterwards the name stands where it stood before.
class LentName {
public:
  static Result<LentName> lend(EngineApi& api, const std::string& image_id, std::string repository,
                               std::string tag, const Patience& patience);

  /// As far as the Engine lets it; a name that somebody else has moved meanwhile is his.
  void give_back(EngineApi& api) const;

private:
  LentName(std::string repository, std::string tag)
      : m_repository(std::move(repository)), m_tag(std::move(tag)) {}
  std::string name() const { return m_repository + ":" + m_tag; }

  std::string m_repository;
  std::string m_tag;
  std::string m_image;
  std::string m_before; ///< the image that had the name; empty when none had
};

Result<LentName> LentName::lend(EngineApi& api, const std::string& image_id, std::string repository,
                                std::string tag, const Patience& patience) {
  const Result<std::optional<ListedImage>> image = api.image(image_id, patience);
  if (!image) {
    return Failure(image.error());
  }
  if (!*image) {
    return could_not_run("the Engine no longer has the tested image " + image_id, "run the suite again");
  }
  LentName lent(std::move(repository), std::move(tag));
  const Result<std::optional<ListedImage>> before = api.image(lent.name(), patience);
  if (!before) {
    return Failure(before.error());
  }
  lent.m_image = (*image)->id;
  lent.m_before = *before ? (*before)->id : std::string();
  if (lent.m_before != lent.m_image) {
    // No interrupt between the name's being given and its being known here.
    const Patience whole{patience.deadline, nullptr, patience.tick};
    if (const Result<void> tagged = api.tag_image(lent.m_image, lent.m_repository, lent.m_tag, whole);
        !tagged) {
      return Failure(tagged.error());
    }
  }
  return lent;
}

void LentName::give_back(EngineApi& api) const {
  // No interrupt: this is what an interrupt asks for.
  const Patience patience{Clock::now() + k_restore_limit, nullptr, {}};
  const Result<std::optional<ListedImage>> now = api.image(name(), patience);
  if (m_before == m_image || !now || !*now || (*now)->id != m_image) {
    return;
  }
  // Not by moving it back alone: the digest that the push gave the image as one more name goes with the
  // removal only.
  if (remove_name(api, **now, name(), patience) && !m_before.empty()) {
    static_cast<void>(api.tag_image(m_before, m_repository, m_tag, patience));
  }
}

/// One push of one image under a name that it has.
class Push {
public:
  Push(const ImageName& name, const std::string& tag, const RegistryLogin* login, SentLayers& layers)
      : m_name(name), m_tag(tag), m_login(login), m_layers(layers), m_auth(registry_auth(login, name.registry)) {}

  tl::expected<Digest, PushFailure> run(EngineApi& api, const Patience& patience) const;

private:
  tl::expected<Digest, PushRefusal> once(EngineApi& api, const Patience& patience) const;

  const ImageName& m_name;
  const std::string& m_tag;
  const RegistryLogin* m_login;
  SentLayers& m_layers;
  Secret m_auth;
};

tl::expected<Digest, PushRefusal> Push::once(EngineApi& api, const Patience& patience) const {
  PushReader reader(&m_layers);
  const Result<void> heard = api.push_image(
      {m_name, m_tag, m_auth, k_silence_limit}, [&](std::string_view bytes) { return reader.take(bytes); },
      patience);
  if (heard) {
    reader.finish();
  }
  // A registry's reason is worth more than that the connection ended, but an interrupt is one.
  if (!heard && (heard.error().kind == ErrorKind::interrupted || reader.error().empty())) {
    return tl::unexpected<PushRefusal>({heard.error()});
  }
  if (!reader.error().empty()) {
    PushRefusal refusal = push_refusal(reader.error(), m_name, m_tag, m_login);
    refusal.may_pass = refusal.may_pass && !reader.gave_up_on_a_layer();
    return tl::unexpected<PushRefusal>(std::move(refusal));
  }
  if (!reader.digest()) {
    return tl::unexpected<PushRefusal>(
        push_refusal("the Engine did not say what it has pushed", m_name, m_tag, m_login));
  }
  return *reader.digest();
}

tl::unexpected<PushFailure> not_pushed(Error error) { return tl::unexpected(PushFailure{std::move(error)}); }

// The Engine itself tries layers again, but not manifests.
tl::expected<Digest, PushFailure> Push::run(EngineApi& api, const Patience& patience) const {
  Jitter jitter;
  tl::expected<Digest, PushRefusal> pushed = once(api, patience);
  for (const std::chrono::milliseconds pause : k_pauses) {
    if (pushed || !pushed.error().may_pass) {
      break;
    }
    if (const Result<void> paused = pause_for(jitter(pause), patience); !paused) {
      return not_pushed(paused.error());
    }
    pushed = once(api, patience);
  }
  if (!pushed) {
    return tl::unexpected(PushFailure{pushed.error().error, pushed.error().login_is_old});
  }
  return *pushed;
}

class EngineImageStore final : public ImageStore {
public:
  EngineImageStore(Environment env, const Interrupt& interrupt) : m_env(std::move(env)), m_interrupt(interrupt) {}

  Result<bool> has(const std::string& image_id) override;
  tl::expected<Digest, PushFailure> push(const std::string& image_id, const ImageName& name, const std::string& tag,
                                         const RegistryLogin* login, Progress& progress) override;
  Result<void> clear_after_push(const std::string& image_id, const ImageName& name,
                                const std::string& tag) override;
  Result<void> keep(const std::string& image_id, const std::string& name) override;
  Result<void> release(const std::string& name) override;
  Result<std::vector<std::string>> names(const std::string& repository) override;

private:
  Result<void> connect(const Patience& patience);

  Environment m_env;
  const Interrupt& m_interrupt;
  std::optional<EngineApi> m_connection; ///< once it has answered
};

// A publication that is written down, or waits, needs no Engine: which one it is, is asked at the first use, too.
Result<void> EngineImageStore::connect(const Patience& patience) {
  if (m_connection) {
    return {};
  }
  Result<Endpoint> endpoint = find_endpoint(m_env, m_interrupt);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  m_connection.emplace(*std::move(endpoint));
  Result<void> hello = m_connection->connect(patience);
  if (!hello) {
    m_connection.reset();
  }
  return hello;
}

Result<bool> EngineImageStore::has(const std::string& image_id) {
  const Patience patience{std::nullopt, &m_interrupt, {}};
  if (Result<void> hello = connect(patience); !hello) {
    return Failure(hello.error());
  }
  const Result<std::optional<ListedImage>> image = m_connection->image(image_id, patience);
  return image ? Result<bool>(image->has_value()) : Failure(image.error());
}

tl::expected<Digest, PushFailure> EngineImageStore::push(const std::string& image_id, const ImageName& name, const std::string& tag,
                                                         const RegistryLogin* login, Progress& progress) {
  SentLayers layers;
  Clock::time_point last_tick = Clock::now();
  const Patience patience{std::nullopt, &m_interrupt, [&] {
                            if (const Clock::time_point now = Clock::now(); now - last_tick >= k_tick) {
                              last_tick = now;
                              layers.tell(progress);
                              progress.tick();
                            }
                          }};
  if (Result<void> hello = connect(patience); !hello) {
    return not_pushed(hello.error());
  }
  const Result<LentName> lent = LentName::lend(*m_connection, image_id, name.str(), tag, patience);
  if (!lent) {
    return not_pushed(lent.error());
  }
  tl::expected<Digest, PushFailure> pushed = Push(name, tag, login, layers).run(*m_connection, patience);
  layers.tell(progress);
  lent->give_back(*m_connection);
  return pushed;
}

Result<void> EngineImageStore::clear_after_push(const std::string& image_id, const ImageName& name,
                                                const std::string& tag) {
  const Patience patience{std::nullopt, &m_interrupt, {}};
  if (Result<void> hello = connect(patience); !hello) {
    return hello;
  }
  const Result<std::optional<ListedImage>> image = m_connection->image(image_id, patience);
  if (!image || !*image) {
    return image ? Result<void>() : Failure(image.error());
  }
  for (const std::string& left : left_by_push((*image)->tags, name.str(), tag)) {
    if (Result<void> removed = m_connection->remove_image(left, patience); !removed) {
      return removed;
    }
  }
  return {};
}

Result<void> EngineImageStore::keep(const std::string& image_id, const std::string& name) {
  const Patience patience{std::nullopt, &m_interrupt, {}};
  if (Result<void> hello = connect(patience); !hello) {
    return hello;
  }
  return keep_by_name(*m_connection, name, image_id, patience);
}

Result<void> EngineImageStore::release(const std::string& name) {
  const Patience patience{std::nullopt, &m_interrupt, {}};
  if (Result<void> hello = connect(patience); !hello) {
    return hello;
  }
  return m_connection->remove_image(name, patience);
}

Result<std::vector<std::string>> EngineImageStore::names(const std::string& repository) {
  const Patience patience{std::nullopt, &m_interrupt, {}};
  if (Result<void> hello = connect(patience); !hello) {
    return Failure(hello.error());
  }
  const Result<std::vector<ListedImage>> images = m_connection->images(repository, patience);
  if (!images) {
    return Failure(images.error());
  }
  // "…/*" is all that is one level below.
  const bool is_below = repository.size() > 2 && repository.compare(repository.size() - 2, 2, "/*") == 0;
  const std::string prefix = is_below ? repository.substr(0, repository.size() - 1) : repository + ":";
  std::vector<std::string> names;
  for (const ListedImage& image : *images) {
    std::copy_if(image.tags.begin(), image.tags.end(), std::back_inserter(names),
                 [&](const std::string& name) { return name.rfind(prefix, 0) == 0; });
  }
  return names;
}

} // namespace

std::unique_ptr<ImageStore> make_image_store(Environment env, const Interrupt& interrupt) {
  return std::make_unique<EngineImageStore>(std::move(env), interrupt);
}

} // namespace gate
