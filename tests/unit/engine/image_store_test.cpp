#include <string>

#include <catch2/catch.hpp>

#include "engine/push_answer.hpp"

using namespace gate;

namespace {

const ImageName k_name{"registry.example.com:5000", "team/app"};
const std::string k_digest(64, 'd');
const std::string k_good =
    R"({"status":"The push refers to repository [registry.example.com:5000/team/app]"})"
    "\r\n"
    R"({"status":"Layer already exists","progressDetail":{},"id":"aaaa"})"
    "\r\n"
    R"({"progressDetail":{},"aux":{"Tag":"x","Digest":"sha256:)" +
    k_digest + R"(","Size":527}})" + "\r\n";

RegistryLogin a_login(const std::string& user = "ada", const std::string& password = "pass word") {
  return {user, Secret(password)};
}

PushReader read_whole(const std::string& text) {
  PushReader reader;
  reader.take(text);
  reader.finish();
  return reader;
}

PushRefusal refusal(const std::string& text, bool with_login = true) {
  const RegistryLogin login = a_login();
  return push_refusal(text, k_name, "v1", with_login ? &login : nullptr);
}

std::string message(const std::string& text, bool with_login = true) {
  return refusal(text, with_login).error.message;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an identity token is handed to the Engine as one") {
  const RegistryLogin login{std::string(k_identity_token_user), Secret("t0k")};
  // printf '{"identitytoken":"t0k","serveraddress":"r"}' | base64
  CHECK(registry_auth(&login, "r").reveal() == "eyJpZGVudGl0eXRva2VuIjoidDBrIiwic2VydmVyYWRkcmVzcyI6InIifQ==");
}

TEST_CASE("credentials go as base64url with padding") {
  CHECK(registry_auth(nullptr, "r").reveal() == "e30=");
  const RegistryLogin login = a_login();
  CHECK(registry_auth(&login, "r:5000").reveal() ==
        "eyJ1c2VybmFtZSI6ImFkYSIsInBhc3N3b3JkIjoicGFzcyB3b3JkIiwic2VydmVyYWRkcmVzcyI6InI6NTAwMCJ9");
  // Bytes that are + and / in the other alphabet.
  const RegistryLogin odd = a_login("u", "\xc3\xbf?>~\xc3\xbf?>~");
  const std::string text = registry_auth(&odd, "r").reveal();
  CHECK(text.find_first_of("+/") == std::string::npos);
  CHECK(text.find_first_of("-_") != std::string::npos);
  CHECK(text.size() % 4 == 0);
}

TEST_CASE("credentials may have anything in them") {
  const RegistryLogin login = a_login("a\"b\\c", "\n\x01");
  CHECK(registry_auth(&login, "r").reveal() ==
        "eyJ1c2VybmFtZSI6ImFcImJcXGMiLCJwYXNzd29yZCI6Ilx1MDAwYVx1MDAwMSIsInNlcnZlcmFkZHJlc3MiOiJyIn0=");
}

TEST_CASE("the Engine knows Docker Hub's credentials by an old address") {
  const RegistryLogin login = a_login("u", "p");
  // {"username":"u","password":"p","serveraddress":"https://index.docker.io/v1/"}
  CHECK(registry_auth(&login, "docker.io").reveal() == "eyJ1c2VybmFtZSI6InUiLCJwYXNzd29yZCI6InAiLCJzZXJ2ZXJhZ"
                                                       "GRyZXNzIjoiaHR0cHM6Ly9pbmRleC5kb2NrZXIuaW8vdjEvIn0=");
}

TEST_CASE("the digest is found, in whatever pieces the answer comes") {
  for (std::size_t size = 1; size < k_good.size(); size += 7) {
    PushReader reader;
    for (std::size_t at = 0; at < k_good.size(); at += size) {
      REQUIRE(reader.take(std::string_view(k_good).substr(at, size)));
    }
    reader.finish();
    REQUIRE(reader.digest());
    REQUIRE(reader.digest()->hex() == k_digest);
    REQUIRE(reader.error().empty());
  }
  // Without the last line's end.
  CHECK(read_whole(k_good.substr(0, k_good.size() - 2)).digest());
}

TEST_CASE("what is no digest is none") {
  for (const char* const line : {R"({"aux":{"Digest":"sha256:abc"}})", R"({"aux":{"Digest":7}})",
                                 R"({"aux":[]})", R"({"aux":{"digest":"x"}})", ""}) {
    CHECK_FALSE(read_whole(line).digest());
    CHECK(read_whole(line).error().empty());
  }
}

TEST_CASE("an error in the answer is found") {
  CHECK(read_whole(R"({"errorDetail":{"message":"one"},"error":"two"})").error() == "one");
  CHECK(read_whole(R"({"error":"two"})").error() == "two");
  CHECK(read_whole("{\"error\":\"two\"}\n{\"error\":\"three\"}\n").error() == "two");
  CHECK(read_whole(k_good + R"({"error":"late"})").error() == "late");
  CHECK(read_whole(R"({"message":"no such image: x"})").error() == "no such image: x");
  CHECK_FALSE(read_whole(R"({"errorDetail":{}})").error().empty());
  CHECK_FALSE(read_whole(R"({"error":5})").error().empty());
}

TEST_CASE("garbage is an error, and a real one is told in its place") {
  for (const std::string& garbage :
       {std::string("<html>"), std::string("[]"), std::string("{"), std::string("\0\0", 2),
        std::string(100'000, '['), std::string("\xff\xfe")}) {
    CHECK(read_whole(garbage).error() == "the Engine's answer makes no sense");
    CHECK(read_whole(garbage + "\n" + k_good).error() == "the Engine's answer makes no sense");
    CHECK(read_whole(garbage + "\n{\"error\":\"real\"}\n").error() == "real");
  }
}

TEST_CASE("a line without an end ends the answer") {
  PushReader reader;
  const std::string piece(1U << 16U, ' ');
  bool goes_on = true;
  for (int i = 0; i < 16 && goes_on; ++i) {
    goes_on = reader.take(piece);
  }
  CHECK(goes_on); // 1 MiB exactly
  CHECK_FALSE(reader.take("x"));
  CHECK_FALSE(reader.take("\n" + k_good));
  reader.finish();
  CHECK(reader.error() == "the Engine's answer has a line without an end");
  CHECK_FALSE(reader.digest());
}

TEST_CASE("a layer that the Engine has retried in vain is not tried again") {
  const std::string retrying = "{\"status\":\"Retrying in 5 seconds\",\"id\":\"aaaa\"}\n";
  CHECK(read_whole(retrying + R"({"error":"EOF"})").gave_up_on_a_layer());
  CHECK_FALSE(read_whole(retrying + "{\"status\":\"Pushed\",\"id\":\"aaaa\"}\n" + R"({"error":"EOF"})")
                  .gave_up_on_a_layer());
  CHECK_FALSE(read_whole(R"({"error":"EOF"})").gave_up_on_a_layer());
}

TEST_CASE("what registries refuse is told in plain words") {
  CHECK(message(
            "name unknown: The repository with name 'team/app' does not exist in the registry with id '1'") ==
        "the repository team/app does not exist at registry.example.com:5000");
  CHECK(has(message("tag invalid: The image tag 'v1' already exists in the 'team/app' repository and cannot "
                    "be overwritten "
                    "because the repository is immutable."),
            "the tag v1 of registry.example.com:5000/team/app is taken, and may not be moved"));
  const PushRefusal refused = refusal("unauthorized: authentication required");
  CHECK(has(refused.error.message, "registry.example.com:5000 refused the credentials"));
  CHECK(refused.error.remedy == "docker login registry.example.com:5000");
  CHECK(has(message("denied: requested access to the resource is denied"), "refused the credentials"));
  CHECK(has(message("denied: requested access to the resource is denied", false), "asks for credentials"));
  CHECK(has(message("no basic auth credentials", false), "asks for credentials"));
  CHECK(has(message("no basic auth credentials"), "asks for credentials"));
  CHECK(has(message("denied: User: arn:aws:iam::1:user/x is not authorized to perform: ecr:PutImage"),
            "does not permit"));
  CHECK(has(message("toomanyrequests: You have reached your limit"), "takes no more requests"));
  CHECK(has(message("tag does not exist: registry.example.com:5000/team/app:v1"), "has no image to push"));
  CHECK(has(message("An image does not exist locally with the tag: x"), "has no image to push"));
  CHECK(has(message("something new"), "the push to registry.example.com:5000 failed: something new"));
  CHECK(push_refusal("unauthorized: x", {"docker.io", "library/app"}, "v1", nullptr).error.remedy ==
        "docker login");
}

TEST_CASE("credentials that have expired can be told from all others") {
  const auto expired = [](const std::string& text) {
    const PushRefusal refused = refusal(text);
    const bool is_said = has(refused.error.message, "credentials for") && has(refused.error.message, "have expired");
    CHECK(is_said == refused.login_is_old);
    CHECK_FALSE((refused.login_is_old && refused.may_pass));
    return refused.login_is_old;
  };
  CHECK(expired("denied: Your authorization token has expired. Reauthenticate and try again."));
  // A 403 that is no JSON, as the Engine quotes it.
  CHECK(expired("error parsing HTTP 403 response body: invalid character 'Y' looking for beginning of value: \"Your Authorization Token has "
                "expired. Please run 'aws ecr get-login' to fetch a new one.\""));
  CHECK(expired("unauthorized: token expired"));
  CHECK_FALSE(expired("error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: \"<html>\""));
  CHECK_FALSE(expired("unauthorized: authentication required"));
  CHECK_FALSE(expired("Get \"https://r/v2/\": x509: certificate has expired or is not yet valid"));
  CHECK_FALSE(expired("name unknown: The repository with name 'expired' does not exist"));
}

TEST_CASE("what is on the way to a registry is told in plain words") {
  const PushRefusal untrusted =
      refusal("Get \"https://r/v2/\": x509: certificate signed by unknown authority");
  CHECK(has(untrusted.error.message, "does not trust the certificate of registry.example.com:5000"));
  CHECK(has(untrusted.error.remedy, "/etc/docker/certs.d/registry.example.com:5000/ca.crt"));
  CHECK(has(message("Get \"https://r/v2/\": http: server gave HTTP response to HTTPS client"),
            "does not speak TLS"));
  CHECK(has(message("Get \"https://r/v2/\": dial tcp 127.0.0.1:1: connect: connection refused"),
            "does not reach"));
  CHECK(has(message("Get \"https://r/v2/\": dial tcp: lookup r: no such host"), "does not reach"));
}

TEST_CASE("only a registry's hiccup is worth another try") {
  CHECK(refusal("received unexpected HTTP status: 504 Gateway Timeout").may_pass);
  CHECK(refusal("received unexpected HTTP status: 500 Internal Server Error").may_pass);
  CHECK(refusal("Put \"https://r/v2/team/app/manifests/v1\": EOF").may_pass);
  CHECK(refusal("unexpected EOF").may_pass);
  CHECK(refusal("error parsing HTTP 503 response body: invalid character '<' looking for beginning of value: \"<html>\"").may_pass);
  CHECK(refusal("Put \"https://r/v2/team/app/manifests/v1\": read tcp 10.0.0.1:5->10.0.0.2:443: read: connection reset by peer").may_pass);
  CHECK(refusal("toomanyrequests: Rate exceeded").may_pass);
  for (const char* const text :
       {"name unknown: x", "denied: x", "denied: Your authorization token has expired.",
        "no basic auth credentials", "tag invalid: x", "x509: y", "connection refused", "toomanyrequests: x",
        "something new", "the GEOFF", ""}) {
    CHECK_FALSE(refusal(text).may_pass);
  }
}

TEST_CASE("a registry's text is short, on one line and without the password") {
  const std::string echoed = message("bad header: ada:pass word\x1b[2J\nand pass word again");
  CHECK(has(echoed, "ada:*** [2J and *** again"));
  CHECK_FALSE(has(echoed, "pass word"));
  const std::string prefix = "the push to registry.example.com:5000 failed: ";
  CHECK(message(std::string(5000, 'x')) == prefix + std::string(200, 'x') + "…");
  // Not in the middle of a character.
  CHECK(message(std::string(199, 'x') + "é…") == prefix + std::string(199, 'x') + "…");
  const RegistryLogin star = a_login("u", "*");
  CHECK(has(push_refusal("a*b", k_name, "v1", &star).error.message, "a***b"));
}

TEST_CASE("what the Engine logged in with is not told in any form when a registry quotes it") {
  const RegistryLogin login{"user", Secret("canary-password")};
  const auto told = [&](const RegistryLogin& with, const std::string& text) { return push_refusal(text, k_name, "v1", &with).error.message; };
  CHECK(has(told(login, "unauthorized: bad credentials: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQ="), "bad credentials: Basic ***"));
  CHECK(has(told(login, "x: dXNlcjpjYW5hcnktcGFzc3dvcmQ"), "x: ***"));
  CHECK(has(told(login, "form: password=canary%2Dpassword&"), "form: password=***&"));
  CHECK(has(told(login, "header: " + registry_auth(&login, k_name.registry).reveal() + "."), "header: ***."));
  CHECK(has(told(login, "unknown: Bearer eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl"), "unknown: Bearer ***"));
  const RegistryLogin identity{std::string(k_identity_token_user), Secret("canary-identity")};
  CHECK(has(told(identity, "refresh_token=canary-identity."), "refresh_token=***."));
  CHECK(has(told(identity, "token Y2FuYXJ5LWlkZW50aXR5."), "token ***."));
  // What is left of one that the two hundred characters cut off.
  CHECK_FALSE(has(told(login, std::string(190, 'x') + "dXNlcjpjYW5hcnktcGFzc3dvcmQ="), "dXNl"));
}

TEST_CASE("what a killed push has left are its own names, and never the last one") {
  using Names = std::vector<std::string>;
  const std::string app = "127.0.0.1:5000/app";
  const auto left = [&](const Names& names) { return left_by_push(names, app, "c0ffee"); };
  const std::string digest = app + "@sha256:1";
  CHECK(left({"gate-publish/x:1", app + ":c0ffee", digest}) == Names{app + ":c0ffee", digest});
  CHECK(left({"gate-publish/x:1", digest}) == Names{digest});
  CHECK(left({digest, app + ":c0ffee", app + ":staging"}) == Names{app + ":c0ffee"});
  CHECK(left({digest, app + ":staging"}).empty());
  CHECK(left({app + ":c0ffee", digest}).empty());
  CHECK(left({"gate-publish/x:1", "127.0.0.1:5000/app2:c0ffee", "127.0.0.1:5000/app2@sha256:1"}).empty());
}
