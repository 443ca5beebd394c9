#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "policy/verdict.hpp"

using namespace gate;

namespace {

const Oid k_tree = *Oid::parse(std::string(40, 'a'));

Suite suite() {
  Suite found;
  found.name = "api";
  found.source = ComposeSource{{"docker-compose.yml"}, "api", ServiceScope::with_dependencies};
  found.run = {"python", "manage.py", "test"};
  return found;
}

Verdict verdict() {
  const auto time = std::chrono::system_clock::from_time_t(1'780'000'000);
  return {verdict_key(k_tree, suite(), "linux/amd64"), k_tree, *Oid::parse(std::string(40, 'c')), "api", suite().definition(), "linux/amd64",
          time, time + std::chrono::seconds(61), "0.1.0", "sha256:" + std::string(64, 'd'), {}};
}

std::string edited(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("the key depends on tree, definition and platform, and on nothing else") {
  const auto key = verdict_key(k_tree, suite(), "linux/amd64");
  Suite other = suite();
  other.run.push_back("-v");
  Suite moved = suite();
  moved.place = {"elsewhere", 1, 1};
  CHECK(verdict_key(k_tree, moved, "linux/amd64") == key);
  CHECK_FALSE(verdict_key(k_tree, other, "linux/amd64") == key);
  CHECK_FALSE(verdict_key(k_tree, suite(), "linux/arm64") == key);
  CHECK_FALSE(verdict_key(*Oid::parse(std::string(40, 'b')), suite(), "linux/amd64") == key);
}

TEST_CASE("the key is the digest of the documented bytes") {
  const std::string bytes = "gate-verdict-key/1\nobjfmt sha1\ntree " + k_tree.hex() + "\ncheck api\nspec " + suite().definition().str() + "\nplatform linux/amd64\n";
  CHECK(verdict_key(k_tree, suite(), "linux/amd64") == Digest::of(bytes));
}

TEST_CASE("a key with variables and an image has a line for each, by name, and no value") {
  const std::string bytes = "gate-verdict-key/1\nobjfmt sha1\ntree " + k_tree.hex() + "\ncheck api\nspec " + suite().definition().str() + "\nplatform linux/amd64\n" +
                            "env A=" + Digest::of("").str() + "\nenv HOST=" + Digest::of("db").str() + "\nimage sha256:x\n";
  CHECK(verdict_key(k_tree, suite(), "linux/amd64", {{{"HOST", "db"}, {"A", ""}}, "sha256:x"}) == Digest::of(bytes));
}

TEST_CASE("a verdict counts until it is as old as the suite says, and never from the future") {
  using namespace std::chrono_literals;
  const auto finished = verdict().finished;
  Suite aged = suite();
  CHECK(is_fresh(verdict(), aged, finished + 24h * 10000));
  CHECK(is_fresh(verdict(), aged, finished - 24h));
  aged.max_age = 1h;
  CHECK(is_fresh(verdict(), aged, finished));
  CHECK(is_fresh(verdict(), aged, finished + 1h));
  CHECK_FALSE(is_fresh(verdict(), aged, finished + 1h + 1s));
  CHECK_FALSE(is_fresh(verdict(), aged, finished - 1s));
  aged.max_age = std::chrono::seconds::max();
  CHECK(is_fresh(verdict(), aged, finished + 1h));
  aged.reusable = false;
  CHECK_FALSE(is_fresh(verdict(), aged, finished));
}

TEST_CASE("a verdict is an in-toto statement on one line and comes back as it was") {
  const std::string text = to_statement(verdict());
  CHECK(text.find('\n') == text.size() - 1);
  const auto json = nlohmann::json::parse(text);
  CHECK(json["_type"] == "https://in-toto.io/Statement/v1");
  CHECK(json["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1");
  CHECK(json["subject"] == nlohmann::json::parse(R"([{"digest":{"gitTree":")" + k_tree.hex() + "\"}}]"));
  CHECK(json["predicate"]["result"] == "PASSED");
  CHECK(json["predicate"]["configuration"][0]["annotations"]["startedOn"] == "2026-05-28T20:26:40Z");
  CHECK(json["predicate"]["configuration"][0]["annotations"]["origin"] == "run");
  const auto back = from_statement(text, verdict().key, k_tree);
  REQUIRE(back);
  CHECK(back->suite == "api");
  CHECK(back->commit == verdict().commit);
  CHECK(back->finished == verdict().finished);
  CHECK(back->image_id == verdict().image_id);
}

TEST_CASE("a verdict of another key or another tree does not hold") {
  const std::string text = to_statement(verdict());
  CHECK_FALSE(from_statement(text, Digest::of("x"), k_tree));
  CHECK_FALSE(from_statement(text, verdict().key, *Oid::parse(std::string(40, 'b'))));
}

TEST_CASE("no edited verdict holds") {
  const std::string text = to_statement(verdict());
  const auto key = verdict().key;
  CHECK_FALSE(from_statement(edited(text, "PASSED", "FAILED"), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "\"failedTests\":[]", "\"failedTests\":[\"api\"]"), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "\"origin\":\"run\"", "\"origin\":\"reused\""), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "\"schema\":1", "\"schema\":2"), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "{\"_type\"", "{\"_type\":\"x\",\"_type\""), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "\"subject\":[", "\"subject\":[{\"digest\":{\"gitTree\":\"x\"}},"), key, k_tree));
  CHECK_FALSE(from_statement(text + " ", key, k_tree));
}

TEST_CASE("no damaged verdict holds, wherever it is cut or changed") {
  const std::string text = to_statement(verdict());
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK_FALSE(from_statement(text.substr(0, i), verdict().key, k_tree));
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x01);
    const auto back = from_statement(flipped, verdict().key, k_tree);
    // What is recorded beside the key (commit, times, suite) may change; what is claimed may not.
    if (back) {
      CHECK(back->key == verdict().key);
      CHECK(back->tree == k_tree);
    }
  }
}

namespace {

Verdict of_a_stack() {
  Verdict whole = verdict();
  whole.images = {{"image", "sha256:" + std::string(64, 'e')}, {"nginx", "sha256:" + std::string(64, 'f')}};
  return whole;
}

} // namespace

TEST_CASE("the images of further services are a member of their own, and come back") {
  for (const bool has_own : {true, false}) {
    Verdict whole = of_a_stack();
    whole.image_id = has_own ? whole.image_id : "";
    const std::string text = to_statement(whole);
    const auto annotations = nlohmann::json::parse(text)["predicate"]["configuration"][0]["annotations"];
    CHECK(annotations["images"] == nlohmann::json(whole.images));
    const auto back = from_statement(text, whole.key, k_tree);
    REQUIRE(back);
    CHECK(back->images == whole.images);
    CHECK(back->image_id == whole.image_id);
  }
  CHECK(to_statement(verdict()).find("images") == std::string::npos);
  CHECK(from_statement(to_statement(verdict()), verdict().key, k_tree)->images.empty());
}

TEST_CASE("images that gate does not write are not read") {
  const std::string text = to_statement(of_a_stack());
  const auto key = verdict().key;
  const std::string id = std::string(64, 'f');
  CHECK_FALSE(from_statement(edited(text, id, std::string(63, 'f')), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, id, std::string(64, 'F')), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "\"nginx\":\"sha256:", "\"nginx\":\"sha512:"), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "nginx", "a b"), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "nginx", ""), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "nginx", "image"), key, k_tree));
  CHECK_FALSE(from_statement(edited(text, "nginx", "a"), key, k_tree)); // not in order
  CHECK_FALSE(from_statement(edited(text, "\"images\":{", "\"images\":{},\"images\":{"), key, k_tree));
  CHECK_FALSE(from_statement(edited(to_statement(verdict()), "}},{\"name\":\"gate:check-spec", ",\"images\":{}}},{\"name\":\"gate:check-spec"), key, k_tree));
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK_FALSE(from_statement(text.substr(0, i), key, k_tree));
  }
}

TEST_CASE("what is no image is left out of a verdict") {
  Verdict odd = verdict();
  odd.images = {{"a\"b", "sha256:" + std::string(64, 'e')}, {"c", "latest"}};
  CHECK(to_statement(odd) == to_statement(verdict()));
}

TEST_CASE("why a statement is not the wanted one is told from what it says, and not much of that") {
  const std::string text = to_statement(verdict());
  const WantedVerdict wanted{k_tree, suite().definition(), {Digest::of("x"), verdict().key}};
  CHECK(why_not_wanted(text + " ", wanted) == "it is not written as gate writes one");
  CHECK(why_not_wanted(text, {k_tree, suite().definition(), {}}).find("it ran on another platform") == 0);
  CHECK(why_not_wanted(text, {k_tree, Digest::of("x"), wanted.keys}) == "the suite was defined otherwise when it ran");
  CHECK(why_not_wanted(text, {*Oid::parse(std::string(40, 'b')), wanted.definition, wanted.keys}) == "it is of the tree aaaaaaaa");
  CHECK(why_not_wanted(edited(text, k_tree.hex(), "x"), wanted) == "it is of no tree");
  CHECK(why_not_wanted(edited(text, "PASSED", std::string(100'000, 'x')), wanted).size() < 200);
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK_FALSE(why_not_wanted(text.substr(0, i), wanted).empty());
  }
}

TEST_CASE("a statement that names another suite is of another suite") {
  const std::string text = to_statement(verdict());
  CHECK_FALSE(is_of_another_suite(text, "api"));
  CHECK(is_of_another_suite(text, "unit"));
  CHECK_FALSE(is_of_another_suite("", "unit"));
  CHECK_FALSE(is_of_another_suite("\"check\":\"unit", "api"));
}
