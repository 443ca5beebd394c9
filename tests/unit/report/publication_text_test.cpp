#include "report/publication_text.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using State = PublicationState;
using Standing = PublicationReport::Standing;

namespace {

const std::string k_oid = "1a2b3c4d" + std::string(32, '0');
const std::string k_digest = "sha256:" + std::string(64, 'd');

OutboxEntry an_entry(State state) {
  OutboxEntry entry(*RefName::parse("refs/heads/staging"), *Oid::parse(k_oid));
  entry.id = 7;
  entry.rule = "api";
  entry.destination = "registry.example/app";
  entry.remote = "origin";
  entry.suite = "tests";
  entry.commit_tags = {k_oid};
  entry.branch_tags = {"staging"};
  entry.state = state;
  entry.created = entry.changed = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  return entry;
}

OutboxEntry a_trigger(State state) {
  OutboxEntry entry = an_entry(state);
  entry.destination = "trigger:DEPLOY";
  entry.suite.clear();
  entry.commit_tags.clear();
  entry.branch_tags.clear();
  return entry;
}

OutboxEntry with_webhook(State state) {
  OutboxEntry entry = an_entry(state);
  entry.git_tag = "staging-2023-11-14";
  entry.webhook = "HOOK";
  return entry;
}

OutboxEntry because(OutboxEntry entry, const std::string& reason) {
  entry.reason = reason;
  return entry;
}

PublicationReport held_up(OutboxEntry entry, const std::string& message, const std::string& remedy) {
  return {std::move(entry), Standing::held_up, {}, Error{ErrorKind::could_not_run, message, remedy}};
}

std::string text_of(const PublicationReport& report) { return render(report, {}); }

std::string pending(const OutboxEntry& entry) { return render_pending({entry}); }

} // namespace

TEST_CASE("what was published is said with what happened on the way") {
  CHECK(text_of({an_entry(State::done), Standing::over, {"pushed registry.example/app:1"}, {}}) ==
        "gate: staging 1a2b3c4d: published to registry.example/app\n        pushed registry.example/app:1\n");
  CHECK(text_of({an_entry(State::done), Standing::over, {}, {}}) == "gate: staging 1a2b3c4d: already published to registry.example/app\n");
  CHECK(text_of({an_entry(State::pushed), Standing::waits, {}, {}}) ==
        "gate: staging 1a2b3c4d: published to registry.example/app\n"
        "        the tag staging moves when origin has the commit: git push origin staging\n");
}

TEST_CASE("a tag that was left where it is stands in no list of what shows the image") {
  OutboxEntry entry = because(an_entry(State::done), "the tag staging was left: origin takes no claim of ours (no); once it does: gate publish --again 7");
  entry.branch_tags = {"staging", "latest"};
  const std::string text = render_list({entry}, {});
  CHECK(text.find("tags      " + k_oid + ", latest\n") != std::string::npos);
  CHECK(text.find("note      the tag staging was left: origin takes no claim of ours (no); once it does: gate publish --again 7\n") != std::string::npos);
}

TEST_CASE("what follows may wait for the remote, too") {
  CHECK(text_of({with_webhook(State::tagged), Standing::waits, {}, {}}) ==
        "gate: staging 1a2b3c4d: published to registry.example/app\n"
        "        the tag staging-2023-11-14 in git and the webhook HOOK follow when origin has the commit: git push origin staging\n");
  OutboxEntry entry = with_webhook(State::tagged);
  entry.git_tag.clear();
  CHECK(text_of({entry, Standing::waits, {}, {}}) == "gate: staging 1a2b3c4d: published to registry.example/app\n"
                                                     "        the webhook HOOK follows when origin has the commit: git push origin staging\n");
}

TEST_CASE("somebody else is at it: it waits, and what goes on with it is said once") {
  CHECK(text_of(held_up(an_entry(State::armed), "Ann <ann@example.com> publishes there until 12:30", "gate publish tries again")) ==
        "gate: staging 1a2b3c4d to registry.example/app: not published: Ann <ann@example.com> publishes there until 12:30\n"
        "      mend: gate publish tries again\n");
  CHECK(pending(because(an_entry(State::armed), "Ann publishes there until 12:30")) ==
        "publish  staging 1a2b3c4d to registry.example/app: pending; Ann publishes there until 12:30; try again: gate publish\n");
}

TEST_CASE("an image that is out is published, whatever is the matter with what follows") {
  CHECK(text_of(held_up(with_webhook(State::tagged), "the tag staging-2023-11-14 is there for another commit", "git push origin :refs/tags/x")) ==
        "gate: staging 1a2b3c4d: published to registry.example/app, but not all that follows is done: the tag staging-2023-11-14 is there for "
        "another commit\n"
        "      mend: git push origin :refs/tags/x\n"
        "      then: gate publish   (it stays pending until then)\n");
  CHECK(text_of(held_up(with_webhook(State::unknown), "no answer", "gate publish --again 7")) ==
        "gate: staging 1a2b3c4d: published to registry.example/app, but not all that follows is done: no answer\n"
        "      mend: gate publish --again 7\n");
  CHECK(text_of(held_up(an_entry(State::pushed), "no connection", "gate publish tries again")) ==
        "gate: staging 1a2b3c4d to registry.example/app: not published in full: no connection\n"
        "      mend: gate publish tries again\n");
  CHECK(text_of({because(with_webhook(State::done), "what follows the publication was dropped by hand"), Standing::over, {}, {}}) ==
        "gate: staging 1a2b3c4d: already published to registry.example/app\n"
        "        what follows the publication was dropped by hand\n");
}

TEST_CASE("what is pending says what is left and who decides") {
  CHECK(pending(with_webhook(State::tagged)) ==
        "publish  staging 1a2b3c4d to registry.example/app: tagged; still to come: the tag staging-2023-11-14 in git and the webhook HOOK, once origin has "
        "the commit: gate publish\n");
  CHECK(pending(an_entry(State::tagged)) == "publish  staging 1a2b3c4d to registry.example/app: tagged; go on with it: gate publish\n");
  CHECK(pending(because(with_webhook(State::unknown), "no answer")) ==
        "publish  staging 1a2b3c4d to registry.example/app: unknown; no answer; to call the webhook again: gate publish --again 7; to let go of it: "
        "gate publish --drop 7\n");
  CHECK(pending(because(a_trigger(State::unknown), "no answer")) ==
        "publish  staging 1a2b3c4d to trigger:DEPLOY: unknown; no answer; to ask for the build again: gate publish --again 7; to let go of it: "
        "gate publish --drop 7\n");
  CHECK(pending(a_trigger(State::armed)) ==
        "publish  staging 1a2b3c4d to trigger:DEPLOY: pending; Docker Hub is asked for a build when origin has the commit: git push origin staging\n");
  CHECK(pending(an_entry(State::done)).empty());
}

TEST_CASE("the list tells what was planned, and what has come of it") {
  OutboxEntry entry = with_webhook(State::done);
  entry.service = "nginx";
  entry.platforms = {"linux/amd64", "linux/arm64"};
  entry.promoted_from = "registry.example/staging/app";
  entry.image_id = "sha256:12";
  entry.digest = k_digest;
  entry.source = "https://example.com/app.git";
  CHECK(render_list({entry}, {}) == "#7  published  staging 1a2b3c4d  registry.example/app  2023-11-14 22:13 UTC\n"
                                    "        tags      " + k_oid + ", staging\n"
                                    "        platforms linux/amd64, linux/arm64\n"
                                    "        from      registry.example/staging/app, where that has it\n"
                                    "        after     the tag staging-2023-11-14 in git and the webhook HOOK\n"
                                    "        digest    " + k_digest + "\n"
                                    "        image     sha256:12, tested by suite tests as service nginx\n"
                                    "        revision  " + k_oid + "\n"
                                    "        source    https://example.com/app.git\n"
                                    "        created   2023-11-14 22:13 UTC\n");
  CHECK(render_list({}, {}) == "gate: nothing was published from here, and nothing is pending\n");
  CHECK(render_list({because(an_entry(State::failed), k_dropped)}, {}).rfind("#7  dropped  ", 0) == 0);
}

TEST_CASE("what others have published says who and when, and is made fit for a terminal") {
  PublishedRecord record{"registry.example/app", "api", *RefName::parse("refs/heads/staging"), *Oid::parse(k_oid), {}, k_digest, {k_oid, "staging"},
                         "Ann\x1b[2J <ann@example.com>", std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000))};
  const std::string text = render_elsewhere({record}, {});
  CHECK(text.rfind("elsewhere  published  staging 1a2b3c4d  registry.example/app  2023-11-14 22:13 UTC\n        by        Ann", 0) == 0);
  CHECK(text.find('\x1b') == std::string::npos);
  record.by = "Ann <ann@example.com>";
  CHECK(render_elsewhere({record}, {}) == "elsewhere  published  staging 1a2b3c4d  registry.example/app  2023-11-14 22:13 UTC\n"
                                          "        by        Ann <ann@example.com>\n"
                                          "        tags      " + k_oid + ", staging\n"
                                          "        digest    " + k_digest + "\n"
                                          "        revision  " + k_oid + "\n");
  CHECK(render_elsewhere({}, {}).empty());
}

TEST_CASE("what is in the way is said while the suites run") {
  CHECK(render_obstacle(an_entry(State::armed), {ErrorKind::could_not_run, "the repository app is not there", "aws ecr create-repository"}, {}) ==
        "gate: staging 1a2b3c4d to registry.example/app: can't be published as things are: the repository app is not there\n"
        "      mend: aws ecr create-repository\n"
        "      the suites run on; what passes need not be tested again\n");
  CHECK(render_obstacle(an_entry(State::armed), {ErrorKind::could_not_run, "no", ""}, {}) ==
        "gate: staging 1a2b3c4d to registry.example/app: can't be published as things are: no\n"
        "      the suites run on; what passes need not be tested again\n");
}
