#include "policy/image_statement.hpp"

#include <catch2/catch.hpp>

using namespace gate;

namespace {

ImageStatement sample() {
  return {"registry.example.com/api",
          Digest::of("manifest"),
          *Oid::parse(std::string(40, '1')),
          *Oid::parse(std::string(40, '2')),
          *RefName::branch("staging"),
          "api",
          "unit",
          Digest::of("image").str(),
          std::chrono::system_clock::time_point(std::chrono::seconds(1'772'359'200)),
          "1.0.0"};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("an image's statement is an in-toto statement of one line") {
  const auto text = to_statement(sample());
  REQUIRE(text);
  CHECK(*text ==
        R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"registry.example.com/api","digest":{"sha256":")" + Digest::of("manifest").hex() +
            R"("}}],"predicateType":"https://in-toto.io/attestation/test-result/v0.1","predicate":{"result":"PASSED","configuration":[)"
            R"({"name":"gate:source","digest":{"gitCommit":"1111111111111111111111111111111111111111"},"annotations":)"
            R"({"tree":"2222222222222222222222222222222222222222","branch":"refs/heads/staging"}},{"name":"gate:image","digest":{"sha256":")" +
            Digest::of("image").hex() +
            R"("}},{"name":"gate:publication","uri":"gate:publish/api","annotations":{"schema":1,"publishedOn":"2026-03-01T10:00:00Z","gate":"1.0.0"}}],)"
            R"("passedTests":["unit"],"warnedTests":[],"failedTests":[]}})");
}

TEST_CASE("it is read as it was written, of its own manifest") {
  const auto text = *to_statement(sample());
  const auto read = from_image_statement(text, Digest::of("manifest"));
  REQUIRE(read);
  CHECK(read->destination == "registry.example.com/api");
  CHECK(read->commit == sample().commit);
  CHECK(read->tree == sample().tree);
  CHECK(read->branch == sample().branch);
  CHECK(read->publication == "api");
  CHECK(read->suite == "unit");
  CHECK(read->image_id == sample().image_id);
  CHECK(read->published == sample().published);
  CHECK(read->gate_version == "1.0.0");
  CHECK_FALSE(from_image_statement(text, Digest::of("another")));
}

TEST_CASE("what gate would not write so is no statement of an image") {
  const auto text = *to_statement(sample());
  const auto manifest = Digest::of("manifest");
  const auto reads = [&](const std::string& changed) { return from_image_statement(changed, manifest).has_value(); };
  CHECK_FALSE(reads(""));
  CHECK_FALSE(reads(text + "\n"));
  CHECK_FALSE(reads(text.substr(0, text.size() - 1)));
  CHECK_FALSE(reads(replaced(text, "PASSED", "FAILED")));
  CHECK_FALSE(reads(replaced(text, R"("failedTests":[])", R"("failedTests":["unit"])")));
  CHECK_FALSE(reads(replaced(text, R"("result":"PASSED",)", R"("result":"FAILED","result":"PASSED",)")));
  CHECK_FALSE(reads(replaced(text, R"("subject":[)", R"("subject":[{"name":"x","digest":{"sha256":")" + Digest::of("x").hex() + R"("}},)")));
  CHECK_FALSE(reads(replaced(text, R"("digest":{)", R"("digest":{"sha512":"00",)")));
  CHECK_FALSE(reads(replaced(text, "test-result/v0.1", "test-result/v0.2")));
  CHECK_FALSE(reads(replaced(text, "2026-03-01T10:00:00Z", "2026-03-01T10:00:60Z")));
  CHECK_FALSE(reads(replaced(text, "2026-03-01T10:00:00Z", "2026-3-1T10:00:00Z")));
  CHECK_FALSE(reads(replaced(text, "2026-03-01", "9999-03-01")));
  CHECK_FALSE(reads(replaced(text, "refs/heads/staging", "staging")));
  CHECK_FALSE(reads(replaced(text, "unit", "un\\u0069t")));
  CHECK_FALSE(reads(replaced(text, "registry.example.com/api", "")));
  CHECK_FALSE(reads(replaced(text, "registry.example.com/api", "a\xff")));
  CHECK_FALSE(reads(replaced(text, Digest::of("image").hex(), "short")));
}

TEST_CASE("names that would need an escape are not written") {
  const auto writes = [](auto change) {
    auto image = sample();
    change(image);
    return to_statement(image).has_value();
  };
  CHECK(writes([](ImageStatement& image) { image.branch = *RefName::branch("gr\xc3\xb6\xc3\x9f" "e"); }));
  CHECK_FALSE(writes([](ImageStatement& image) { image.branch = *RefName::branch("a\"b"); }));
  CHECK_FALSE(writes([](ImageStatement& image) { image.branch = *RefName::branch("a\xff"); }));
  CHECK_FALSE(writes([](ImageStatement& image) { image.suite = "a\nb"; }));
  CHECK_FALSE(writes([](ImageStatement& image) { image.image_id.clear(); }));
}
