#include <catch2/catch.hpp>

#include "base/base64.hpp"
#include "signing/dsse.hpp"

using namespace gate;
using namespace gate::signing;

namespace {

const std::string k_good = R"({"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"keyid":"SHA256:x","sig":"YWJj"}]})";

std::string why(const std::string& text) {
  const auto read = parse_envelope(text);
  return read ? "" : read.error();
}

} // namespace

TEST_CASE("what is signed is the encoding of the DSSE protocol") {
  // Its own example (protocol.md).
  CHECK(pre_authentication_encoding("http://example.com/HelloWorld", "hello world") == "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(pre_authentication_encoding("", "") == "DSSEv1 0  0 ");
  CHECK(pre_authentication_encoding("t", std::string("\0\xff ", 3)) == std::string("DSSEv1 1 t 3 \0\xff ", 16));
}

TEST_CASE("an envelope is read as it was written") {
  const Envelope envelope{std::string(k_statement_type), std::string("{\"a\":1}\n\0\xff", 10), "SHA256:abc", std::string("\0\1\2", 3)};
  const std::string text = to_json(envelope);
  CHECK(text.find('\n') == std::string::npos);
  const auto read = parse_envelope(text);
  REQUIRE(read);
  CHECK(read->payload_type == envelope.payload_type);
  CHECK(read->payload == envelope.payload);
  CHECK(read->keyid == envelope.keyid);
  CHECK(read->signature == envelope.signature);
}

TEST_CASE("both alphabets of base 64 are read, members stand in any order, and there need be no keyid") {
  const auto read = parse_envelope(R"( {"signatures":[{"sig":"-_-_"}], "payload":"+/+/", "payloadType":"a"})" + std::string());
  CHECK_FALSE(read); // it begins with a blank
  const auto other = parse_envelope(R"({"signatures":[{"sig":"-_-_"}], "payload":"+/+/", "payloadType":"a"})");
  REQUIRE(other);
  CHECK(other->payload == other->signature);
  CHECK(other->keyid.empty());
}

TEST_CASE("an envelope that is anything else is refused with a reason") {
  REQUIRE(why(k_good).empty());
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "no JSON object"},
      {"[]", "no JSON object"},
      {"\xef\xbb\xbf" + k_good, "no JSON object"},
      {k_good + "\n", "no JSON object"},
      {k_good + k_good, "it is no JSON"},
      {"{}", "no whole envelope"},
      {"{\"payload\":\n\"e30=\"}", "no JSON object"},
      {R"({"payloadType":"a","payload":"","signatures":[]})", "no signature"},
      {R"({"payloadType":"a","payload":"","signatures":[{}]})", "no whole envelope"},
      {R"({"payloadType":"a","payload":"","signatures":[{"keyid":"k"}]})", "no whole envelope"},
      {R"({"payloadType":"a","payload":"","signatures":[{"sig":"YWJj"},{"sig":"YWJj"}]})", "more than one signature"},
      {R"({"payloadType":"a","payload":"","signatures":[{"sig":"YWJj"}],"signatures":[{"sig":"YWJj"}]})", "twice"},
      {R"({"payloadType":"a","payloadType":"a","payload":"","signatures":[{"sig":"YWJj"}]})", "twice"},
      {R"({"payloadType":"a","payload":"","\u0070ayload":"","signatures":[{"sig":"YWJj"}]})", "twice"},
      {R"({"payloadType":"a","payload":"","signatures":[{"sig":"YWJj","sig":"YWJj"}]})", "twice"},
      {R"({"payloadType":"a","payload":"","signatures":[{"sig":"YWJj","keyid":"a","keyid":"b"}]})", "twice"},
      {R"({"payloadType":"a","payload":"","more":"","signatures":[{"sig":"YWJj"}]})", "a member that no envelope has"},
      {R"({"payloadType":"a","payload":"","keyid":"","signatures":[{"sig":"YWJj"}]})", "a member that no envelope has"},
      {R"({"payloadType":"a","payload":"","signatures":[{"sig":"YWJj","payload":""}]})", "a member that no envelope has"},
      {R"({"payloadType":1,"payload":"","signatures":[{"sig":"YWJj"}]})", "no text"},
      {R"({"payloadType":"a","payload":null,"signatures":[{"sig":"YWJj"}]})", "no text"},
      {R"({"payloadType":"a","payload":1e999,"signatures":[{"sig":"YWJj"}]})", ""},
      {R"({"payloadType":"a","payload":{},"signatures":[{"sig":"YWJj"}]})", "an object where none belongs"},
      {R"({"payloadType":"a","payload":[],"signatures":[{"sig":"YWJj"}]})", "a list where none belongs"},
      {R"({"payloadType":"a","payload":"","signatures":"YWJj"})", "a text where none belongs"},
      {R"({"payloadType":"a","payload":"","signatures":{"sig":"YWJj"}})", "an object where none belongs"},
      {R"({"payloadType":"a","payload":"","signatures":["YWJj"]})", "a text where none belongs"},
      {R"({"payloadType":"a","payload":"","signatures":[[{"sig":"YWJj"}]]})", "a list where none belongs"},
      {R"({"payloadType":"a","payload":"e30","signatures":[{"sig":"a"}]})", "signature is no base 64"},
      {R"({"payloadType":"a","payload":"!","signatures":[{"sig":"YWJj"}]})", "payload is no base 64"},
      {"{\"payloadType\":\"\xff\",\"payload\":\"\",\"signatures\":[{\"sig\":\"YWJj\"}]}", "no JSON"},
      {"{" + std::string(100000, '['), "no JSON object"},
      {"{\"payload\":" + std::string(100000, '[') + "}", "a list where none belongs"},
      {std::string(257UL * 1024UL, '{'), "larger than 256 KiB"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text.substr(0, 200));
    CHECK_FALSE(parse_envelope(text));
    CHECK(why(text).find(expected) != std::string::npos);
    CHECK_FALSE(why(text).empty());
  }
}

TEST_CASE("an envelope that ends early is refused wherever it ends") {
  for (std::size_t size = 0; size < k_good.size(); ++size) {
    INFO(size);
    CHECK_FALSE(parse_envelope(k_good.substr(0, size)));
  }
}
