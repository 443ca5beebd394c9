#include "registry/refusal.hpp"

#include <catch2/catch.hpp>

#include "registry/foreign_words.hpp"
#include "registry/http_failure.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

const Request k_anonymous{"r.example.com", "reading app:1", "", "docker login r.example.com"};
const Request k_user{"r.example.com", "tagging app:1", "me", "docker login r.example.com"};
const std::string k_denied = R"({"errors": [{"code": "DENIED", "message": "no access", "detail": {}}]})";

} // namespace

TEST_CASE("what a server says is found in its own form") {
  CHECK(server_words(k_denied) == "no access");
  CHECK(server_words(R"({"errors": [{"code": "DENIED"}]})") == "DENIED");
  CHECK(server_words(R"({"__type": "X", "Message": "m"})") == "m");
  CHECK(server_words("Your authorization token has expired.") == "Your authorization token has expired.");
  for (const char* const body : {"", "<html>no</html>", "{", "{}", "[]", "7", R"({"errors": {"a": 1}})"}) {
    CAPTURE(body);
    CHECK(server_words(body).empty());
  }
}

TEST_CASE("a refusal says who refuses what, and what mends it") {
  CHECK(refusal(k_anonymous, 401, "").message == "r.example.com asks for a login for reading app:1");
  CHECK(refusal(k_anonymous, 401, "").remedy == "docker login r.example.com");
  CHECK(refusal(k_user, 401, "").message == "r.example.com does not take the login of me for tagging app:1");
  CHECK(refusal(k_user, 403, k_denied).message ==
        R"(r.example.com does not allow tagging app:1: "no access")");
  CHECK(refusal(k_user, 503, "<html>").message == "r.example.com failed by itself (503) at tagging app:1");
  CHECK(refusal(k_user, 400, k_denied).message ==
        R"(r.example.com refuses tagging app:1 (400): "no access")");
  CHECK(refusal(k_user, 307, "").message ==
        "r.example.com sends gate elsewhere (307) for tagging app:1, and gate does not go there");
  CHECK(refusal(k_user, 403, "").kind == ErrorKind::could_not_run);
}

TEST_CASE("what gate showed a server is not told when the server quotes it") {
  Redactor unsaid;
  unsaid.add_login("user", "canary-password");
  Request request = k_user;
  request.unsaid = &unsaid;
  CHECK(refusal(request, 401, R"({"errors": [{"message": "bad credentials: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQ="}]})").message ==
        R"(r.example.com does not take the login of me for tagging app:1: "bad credentials: Basic ***")");
  CHECK(refusal(request, 500, "authorization: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQ=").message ==
        R"(r.example.com failed by itself (500) at tagging app:1: "authorization: Basic ***")");
  // Not the half of it that is left of the two hundred characters.
  const std::string late = refusal(request, 400, std::string(195, 'x') + "canary-password").message;
  CHECK(late.find("canary") == std::string::npos);
  CHECK(nonsense(request, "canary-password is no media type").message.find("canary") == std::string::npos);
}

TEST_CASE("foreign words are kept short, and whole") {
  CHECK(in_quotes("x") == "\"x\"");
  CHECK(in_quotes(std::string(201, 'x')) == "\"" + std::string(200, 'x') + "…\"");
  CHECK(in_quotes(std::string(199, 'x') + "ää") == "\"" + std::string(199, 'x') + "…\"");
  CHECK(said(" \n") == "");
  CHECK(said(" a b\r\n") == ": \"a b\"");
}

TEST_CASE("where no answer came, the host is named and never the path") {
  const Origin origin{"https", "r.example.com", 5000};
  CHECK(connection_error(Trouble::nobody_there, origin).message ==
        "no connection to r.example.com:5000: nobody takes it");
  CHECK(connection_error(Trouble::unknown_name, origin).message ==
        "the name r.example.com can't be resolved");
  CHECK(connection_error(Trouble::unknown_name, origin).remedy == "getent hosts r.example.com");
}
