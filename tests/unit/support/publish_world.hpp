// A publication and all that is outside of it, in memory.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/publish.hpp"
#include "support/fake_repository.hpp"

namespace gate::test {

inline const std::string k_image = "sha256:" + Digest::of("image").hex();
inline const RefName k_staging = *RefName::branch("staging");
inline constexpr const char* k_home = "registry.example/app"; ///< the destination

inline Manifest manifest_of(const std::string& image_id) { return {Digest::of("manifest of " + image_id), "application/json", "manifest of " + image_id, image_id}; }
inline Manifest index_of(const std::string& what) { return {Digest::of("index of " + what), "application/json", "index of " + what, ""}; }

/// Thrown where gate is killed.
struct Killed {};

struct Called {
  std::string json;
  std::string key;
};

/// Each outward act is counted, and the act of number `fails_at` fails instead: before it has any effect, or after it (`too_late`), which is
/// what a kill looks like from here; or gate is killed there. Before the outward act or look of number `interrupted_at` of publisher 1, `meanwhile` is called.
struct PublishWorld {
  FakeRepository repository;
  std::map<std::string, std::map<std::string, Manifest>> repositories; ///< by the image's name
  std::map<std::string, std::vector<std::string>> documents; ///< beside images: by the image's name, "@" and the digest
  std::set<std::string> images = {k_image};
  std::map<std::string, std::string> names; ///< kept name → image
  std::map<std::int64_t, OutboxEntry> written;
  std::optional<Oid> remote_tip;
  std::optional<std::string> brings; ///< a commit upon "two" that can be fetched
  TriggerAnswer answer{TriggerAnswer::Outcome::accepted, ""};
  std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};

  // The ledger.
  std::vector<PublishedRecord> records; ///< newest first
  std::string claimed_by;
  std::chrono::system_clock::time_point claimed_until;
  std::optional<std::string> refuses; ///< claims, in these words
  std::chrono::seconds claim_time{900};
  std::optional<std::string> no_records; ///< in these words
  int claims = 0;
  int let_go = 0;

  // What is counted.
  int pushes = 0;
  int puts = 0;
  int fired = 0;
  int acts = 0;
  std::vector<Called> called;
  std::vector<std::string> git_tags;
  std::vector<std::string> shown_by_staging; ///< one after the other
  std::vector<std::pair<std::string, RepositoryTerms>> opened;
  std::vector<OutboxEntry> updates;

  // What goes wrong.
  std::string cleared; ///< after a push that was killed
  int fails_at = -1;
  bool too_late = false;
  bool kills = false; ///< instead of failing
  bool engine_lies = false;
  bool asks_remote = true;
  int logins_expired = 0; ///< so many pushes say so
  int logins_renewed = 0;
  bool can_renew = true;
  bool takes_over = true;
  bool slow_push = false; ///< ten minutes, in ticks of one
  std::optional<std::string> fixed_tag;
  std::optional<std::string> git_tag_error;
  std::optional<std::string> attach_error;
  Envelopes* envelopes = nullptr;
  std::map<std::string, std::string> variables = {{"DEPLOY", "https://trigger"}, {"HOOK", "https://hook"}};

  std::chrono::seconds patience{0};
  std::vector<std::string> waited_for;
  std::optional<Error> wait_ends; ///< with this
  Result<void> wait(const std::string& why) {
    waited_for.push_back(why);
    now += std::chrono::seconds(60);
    return wait_ends ? Result<void>(tl::unexpected(*wait_ends)) : Result<void>();
  }

  int looks = 0;
  int interrupted_at = -1;
  std::function<void()> meanwhile;

  std::map<std::string, Manifest>& tags(const std::string& name = k_home) { return repositories[name]; }
  OutboxEntry& entry(std::int64_t id = 1) { return written.at(id); }
  std::string shown(const std::string& tag, const std::string& name = k_home) {
    return tags(name).count(tag) == 0 ? "none" : tags(name).at(tag).image_id;
  }
  std::string digest_of(const std::string& tag) { return tags().count(tag) == 0 ? "none" : tags().at(tag).digest.str(); }

  void pass_by() {
    if (looks++ == interrupted_at && meanwhile) {
      const auto then = std::exchange(meanwhile, nullptr);
      then();
    }
  }
  template <typename Effect> Result<void> act(Effect effect) {
    pass_by();
    const bool fails = acts++ == fails_at;
    if (!fails || too_late) {
      effect();
    }
    if (fails && kills) {
      throw Killed();
    }
    return fails ? Result<void>(could_not_run("it was cut off here")) : Result<void>();
  }

  PublicationReport advance(const TestedImage* tested = nullptr, std::int64_t id = 1);
  std::optional<Error> look_ahead();
};

struct FakeRemote final : RemoteRepository {
  PublishWorld& world;
  std::string name;
  FakeRemote(PublishWorld& w, std::string n) : world(w), name(std::move(n)) {}
  const RegistryLogin* login() const override { return nullptr; }
  Result<std::optional<Manifest>> find(const std::string& tag) override {
    world.pass_by();
    auto& all = world.tags(name);
    return all.count(tag) == 0 ? std::optional<Manifest>() : all.at(tag);
  }
  Result<void> put(const Manifest& manifest, const std::string& tag) override {
    return world.act([&] {
      world.tags(name).insert_or_assign(tag, manifest);
      ++world.puts;
      if (tag == "staging") {
        world.shown_by_staging.push_back(manifest.image_id);
      }
    });
  }
  Result<std::vector<std::string>> tags() override {
    std::vector<std::string> all;
    for (const auto& [tag, manifest] : world.tags(name)) {
      all.push_back(tag);
    }
    return all;
  }
  Result<void> renew_login() override {
    ++world.logins_renewed;
    return world.can_renew ? Result<void>() : could_not_run("there is no newer login", "aws sso login");
  }
  Result<bool> take_over(const Manifest&, const ImageName&) override { return world.takes_over; }
  std::optional<Error> why_fixed(const std::string& tag) const override {
    return world.fixed_tag == tag ? std::optional(Error{ErrorKind::could_not_run, tag + " is fixed", "aws ecr put-image-tag-mutability"}) : std::nullopt;
  }
  Result<void> attach(const Manifest& subject, const Attachment& attachment) override {
    if (world.attach_error) {
      return could_not_run(*world.attach_error);
    }
    return world.act([&] { world.documents[name + "@" + subject.digest.str()].push_back(attachment.document); });
  }
  Result<std::vector<std::string>> attached(const Digest& subject, const std::string&) override {
    world.pass_by();
    return world.documents[name + "@" + subject.str()];
  }
};

struct FakeRegistries final : Registries {
  PublishWorld& world;
  explicit FakeRegistries(PublishWorld& w) : world(w) {}
  Result<std::unique_ptr<RemoteRepository>> open(const ImageName& name, const RepositoryTerms& terms) override {
    world.opened.emplace_back(name.str(), terms);
    return std::make_unique<FakeRemote>(world, name.str());
  }
};

struct FakeImages final : ImageStore {
  PublishWorld& world;
  explicit FakeImages(PublishWorld& w) : world(w) {}
  Result<bool> has(const std::string& id) override { return world.images.count(id) != 0; }
  tl::expected<Digest, PushFailure> push(const std::string& id, const ImageName& name, const std::string& tag, const RegistryLogin*, Progress& progress) override {
    if (world.logins_expired > 0) {
      --world.logins_expired;
      return tl::unexpected(PushFailure{{ErrorKind::could_not_run, "denied: Your authorization token has expired", ""}, true});
    }
    for (int minute = 0; world.slow_push && minute < 60; ++minute) {
      world.now += std::chrono::minutes(1);
      progress.tick();
    }
    auto done = world.act([&] {
      ++world.pushes;
      world.tags(name.str()).insert_or_assign(tag, manifest_of(world.engine_lies ? "sha256:other" : id));
    });
    return done ? tl::expected<Digest, PushFailure>(manifest_of(id).digest) : tl::unexpected(PushFailure{done.error(), false});
  }
  Result<void> clear_after_push(const std::string& id, const ImageName& name, const std::string& tag) override {
    world.cleared = id + " " + name.str() + ":" + tag;
    return {};
  }
  Result<void> keep(const std::string& id, const std::string& name) override {
    return world.act([&] { world.names[name] = id; });
  }
  Result<void> release(const std::string& name) override {
    return world.act([&] { world.names.erase(name); });
  }
  Result<std::vector<std::string>> names(const std::string&) override { return std::vector<std::string>(); }
};

struct FakePlatforms final : PlatformBuilds {
  PublishWorld& world;
  explicit FakePlatforms(PublishWorld& w) : world(w) {}
  Result<Digest> push(const OutboxEntry& entry, const RegistryLogin*, Progress&) override {
    auto done = world.act([&] {
      ++world.pushes;
      world.tags(entry.destination).insert_or_assign(entry.commit_tags.front(), index_of(entry.platforms.front()));
    });
    return done ? Result<Digest>(index_of(entry.platforms.front()).digest) : tl::unexpected(done.error());
  }
};

struct FakeTriggers final : BuildTriggers {
  PublishWorld& world;
  explicit FakeTriggers(PublishWorld& w) : world(w) {}
  bool is_usable(const Secret& text) const override { return text.reveal() == "https://trigger"; }
  TriggerAnswer fire(const Secret&, const RefName&) override {
    // At this moment, a crash must leave "unknown" behind.
    CHECK(world.entry().state == State::unknown);
    ++world.fired;
    return world.answer;
  }
  using State = PublicationState;
};

struct FakeWebhooks final : Webhooks {
  PublishWorld& world;
  OutboxEntry& entry;
  FakeWebhooks(PublishWorld& w, OutboxEntry& e) : world(w), entry(e) {}
  bool is_usable(const Secret& text) const override { return text.reveal() == "https://hook"; }
  TriggerAnswer call(const Secret&, const std::string& json, const std::string& key) override {
    CHECK(entry.state == PublicationState::unknown);
    const auto done = world.act([&] { world.called.push_back({json, key}); });
    return done ? world.answer : TriggerAnswer{TriggerAnswer::Outcome::unknown, done.error().message};
  }
};

struct FakeRemotes final : RemoteBranches {
  PublishWorld& world;
  explicit FakeRemotes(PublishWorld& w) : world(w) {}
  Result<std::optional<Oid>> tip(const std::string&, const RefName&) override {
    world.pass_by();
    return world.remote_tip;
  }
  Result<void> bring(const std::string&, const RefName&) override {
    if (!world.brings) {
      return could_not_run("the remote is away");
    }
    world.repository.commit(*world.brings, {{"two"}, "", ""});
    return {};
  }
};

struct FakeLedger final : PublicationLedger {
  PublishWorld& world;
  std::string self;
  FakeLedger(PublishWorld& w, std::string who) : world(w), self(std::move(who)) {}
  std::vector<PublishedRecord> as_read() {
    auto records = world.records;
    for (auto& record : records) {
      record.is_own = record.by == self;
    }
    return records;
  }
  Result<Claim> claim(const std::string&, const std::string&) override {
    world.pass_by();
    if (world.refuses) {
      return Claim{Claimed::refused, "", {}, *world.refuses, as_read()};
    }
    if (!world.claimed_by.empty() && world.claimed_by != self && world.now < world.claimed_until) {
      return Claim{Claimed::others, world.claimed_by, world.claimed_until, "", as_read()};
    }
    auto done = world.act([&] {
      ++world.claims;
      world.claimed_by = self;
      world.claimed_until = world.now + world.claim_time;
    });
    return done ? Result<Claim>(Claim{Claimed::ours, self, world.claimed_until, "", as_read()}) : tl::unexpected(done.error());
  }
  Result<bool> record(const std::string&, const PublishedRecord& record, Then then) override {
    if (world.no_records) {
      return could_not_run(*world.no_records);
    }
    if (world.claimed_by != self) {
      return false;
    }
    auto done = world.act([&] {
      world.records.insert(world.records.begin(), record)->by = self;
      world.claimed_by = then == Then::end ? "" : self;
    });
    return done ? Result<bool>(true) : tl::unexpected(done.error());
  }
  Result<void> let_go(const std::string&, const std::string&) override {
    ++world.let_go;
    world.claimed_by = world.claimed_by == self ? "" : world.claimed_by;
    return {};
  }
  Result<std::vector<PublishedRecord>> records(const std::string&, std::size_t) override { return as_read(); }
};

struct FakeGitTags final : GitTags {
  PublishWorld& world;
  explicit FakeGitTags(PublishWorld& w) : world(w) {}
  Result<void> make(const std::string& remote, const std::string& name, const Oid& commit, const std::string& message) override {
    if (world.git_tag_error) {
      return could_not_run(*world.git_tag_error);
    }
    const std::string tag = remote + " " + name + " " + commit.hex() + "\n" + message;
    return world.act([&] {
      if (std::find(world.git_tags.begin(), world.git_tags.end(), tag) == world.git_tags.end()) {
        world.git_tags.push_back(tag);
      }
    });
  }
};

struct FakeOutbox final : Outbox {
  PublishWorld& world;
  explicit FakeOutbox(PublishWorld& w) : world(w) {}
  Result<std::vector<OutboxEntry>> arm(std::vector<OutboxEntry> entries) override { return entries; }
  Result<void> update(const OutboxEntry& entry) override {
    return world.act([&] {
      world.written.insert_or_assign(entry.id, entry);
      world.updates.push_back(entry);
    });
  }
  Result<std::vector<OutboxEntry>> entries() override {
    std::vector<OutboxEntry> all;
    for (const auto& [id, entry] : world.written) {
      all.push_back(entry);
    }
    return all;
  }
};

struct Silence final : Progress {
  void step(std::string_view, std::string_view) override {}
  void tick() override {}
};

inline PublicationReport PublishWorld::advance(const TestedImage* tested, std::int64_t id) {
  FakeRemotes remotes(*this);
  FakeImages store(*this);
  FakeRegistries registries(*this);
  FakeTriggers triggers(*this);
  FakeWebhooks webhooks(*this, entry(id));
  FakeLedger ledger(*this, "publisher " + std::to_string(id));
  FakeGitTags tagger(*this);
  FakePlatforms platforms(*this);
  FakeOutbox outbox(*this);
  Silence progress;
  const auto variable = [this](const std::string& name) {
    return variables.count(name) == 0 ? std::nullopt : std::optional<Secret>(variables.at(name));
  };
  return gate::advance(entry(id), tested, {repository, remotes, store, registries, triggers, webhooks, ledger, tagger, platforms, outbox, progress, variable,
                                           asks_remote, "id", [this] { return now; }, patience,
                                           [this](const std::string& why) { return wait(why); }, envelopes, "1.0.0"});
}

inline std::optional<Error> PublishWorld::look_ahead() {
  FakeRegistries registries(*this);
  return gate::look_ahead(entry(), registries);
}

/// root ← one ← two ← three, all on staging; "two" is to be published.
inline PublishWorld world_with_entry() {
  PublishWorld world;
  world.repository.commit("root", {{}, "", ""});
  world.repository.commit("one", {{"root"}, "", ""});
  world.repository.commit("two", {{"one"}, "", ""});
  world.repository.commit("three", {{"two"}, "", ""});
  world.repository.commit("stray", {{"root"}, "", ""});
  OutboxEntry entry(k_staging, oid("two"));
  entry.id = 1;
  entry.rule = "api";
  entry.destination = k_home;
  entry.remote = "origin";
  entry.suite = "tests";
  entry.tree = oid("tree two");
  entry.commit_tags = {oid("two").hex()};
  entry.branch_tags = {"staging"};
  world.written.emplace(1, entry);
  return world;
}

inline PublishWorld world_with_trigger() {
  PublishWorld world = world_with_entry();
  world.entry().suite.clear();
  world.entry().commit_tags.clear();
  world.entry().branch_tags.clear();
  world.entry().destination = "trigger:DEPLOY";
  return world;
}

inline const TestedImage k_tested{k_image};

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
inline bool was_noted(const PublicationReport& report, const std::string& part) {
  return std::any_of(report.notes.begin(), report.notes.end(), [&](const std::string& note) { return has(note, part); });
}

} // namespace gate::test
