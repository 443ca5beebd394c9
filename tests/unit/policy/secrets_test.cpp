#include <catch2/catch.hpp>

#include "policy/secrets.hpp"

using namespace gate;

namespace {

// Nothing in this file may look like a secret itself: all of them are put together when the tests run.
const std::string k_mixed = "q7Xw2Zk9Lm4Rt6Vb8Nc3Hd5Fg1Js0PyTuAeBiCoDWvQzEx";

std::string body(std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += "MIIE" + k_mixed;
  }
  return text.substr(0, size);
}

std::string pem(const std::string& label, const std::string& content, const std::string& line = "\n") {
  return "-----BEG" + std::string("IN ") + label + "-----" + line + content + line + "-----END " + label + "-----" + line;
}

std::vector<std::string> kinds(const std::string& text) {
  std::vector<std::string> found;
  for (const auto& find : find_secrets(text)) {
    found.push_back(find.kind);
  }
  return found;
}

using Kinds = std::vector<std::string>;

const Kinds k_none;

std::string uuid(char first) { return std::string(1, first) + "1b2c3d4-5e6f-7a8b-9c0d-" + "1e2f3a4b5c6d"; }

std::string trigger() { return std::string("https://hub.docker") + ".com/api/build/v1/source/" + uuid('a') + "/trigger/" + uuid('b') + "/call/"; }

} // namespace

TEST_CASE("an AWS access key is found, and nothing that only begins like one") {
  const std::string id = std::string("AK") + "IA" + "Q3EGRI7DLW5XKZ2M";
  CHECK(kinds("id = " + id) == Kinds{"AWS access key"});
  CHECK(kinds(std::string("AS") + "IA" + "Q3EGRI7DLW5XKZ2M") == Kinds{"AWS access key"});
  CHECK(kinds("x" + id) == k_none);
  CHECK(kinds(id + "A") == k_none);
  CHECK(kinds(id + "_") == k_none);
  CHECK(kinds(id.substr(0, 19)) == k_none);
  CHECK(kinds(std::string("AK") + "IA" + "Q3EGRI7DLW5XKZ1M") == k_none);
  CHECK(kinds(std::string("AK") + "IA" + "q3egri7dlw5xkz2m") == k_none);
  CHECK(kinds(std::string("AK") + "IAIOSFODNN7EXAMPLE") == k_none);
  CHECK(kinds(std::string("AK") + "IA" + std::string(16, 'X')) == k_none);
  CHECK(kinds(std::string("AK") + "IA" + "ABCDEFGHIJKLMNOP") == k_none);
}

TEST_CASE("an AWS secret access key is found by its name only") {
  const std::string value = "q7Xw2Zk9Lm4Rt6Vb8Nc3/d5Fg1Js0Py+TuAeBiCo";
  REQUIRE(value.size() == 40);
  CHECK(kinds("aws_secret_access_key = " + value) == Kinds{"AWS secret access key"});
  CHECK(kinds("AWS_SECRET_ACCESS_KEY=" + value + "\n") == Kinds{"AWS secret access key"});
  CHECK(kinds("\"SecretAccessKey\": \"" + value + "\"") == Kinds{"AWS secret access key"});
  CHECK(kinds("key = " + value) == k_none);
  CHECK(kinds("aws_secret_access_key " + value) == k_none);
  CHECK(kinds("aws_secret_access_key = " + value + "A") == k_none);
  CHECK(kinds("aws_secret_access_key = " + value.substr(1)) == k_none);
  CHECK(kinds("aws_secret_access_key = " + std::string("wJalrXUtnFEMI/K7MDENG/bPxRfiCY") + "EXAMPLEKEY") == k_none);
  CHECK(kinds("aws_secret_access_key = 0123456789abcdef0123456789abcdef01234567") == k_none);
  CHECK(kinds("aws_secret_access_key = " + std::string(40, 'x')) == k_none);
}

TEST_CASE("a private key is found whatever it is wrapped in") {
  CHECK(kinds(pem("PRIVATE KEY", body(64))) == Kinds{"private key"});
  CHECK(kinds(pem("RSA PRIVATE KEY", body(64) + "\n" + body(64))) == Kinds{"private key"});
  CHECK(kinds(pem("OPENSSH PRIVATE KEY", body(70) + "\r\n" + body(70), "\r\n")) == Kinds{"private key"});
  CHECK(kinds("{\"key\": \"" + pem("PRIVATE KEY", body(64), "\\n") + "\"}") == Kinds{"private key"});
  CHECK(kinds(pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233\n\n" + body(64))) == Kinds{"private key"});
  CHECK(kinds(pem("PGP PRIVATE KEY BLOCK", "Version: 1\n\n" + body(64))) == Kinds{"private key"});
}

TEST_CASE("what is public, empty, filled up or only spoken of is no private key") {
  CHECK(kinds(pem("PUBLIC KEY", body(64))) == k_none);
  CHECK(kinds(pem("CERTIFICATE", body(64))) == k_none);
  CHECK(kinds(pem("PRIVATE KEY", "")) == k_none);
  CHECK(kinds(pem("PRIVATE KEY", "...")) == k_none);
  CHECK(kinds(pem("PRIVATE KEY", std::string(64, 'x'))) == k_none);
  CHECK(kinds(pem("PRIVATE KEY", body(39))) == k_none);
  CHECK(kinds(std::string("a file with -----BEG") + "IN RSA PRIVATE KEY----- at its top and then base64 text of any length for as long as there is any") == k_none);
  CHECK(kinds(std::string("-----BEG") + "IN RSA PRIVATE KEY") == k_none);
}

TEST_CASE("a GitHub token is known by its checksum") {
  // The checksum is of the characters before it.
  const std::string token = std::string("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") + "0mLq17";
  for (const char* prefix : {"p", "o", "u", "s", "r"}) {
    CHECK(kinds("token: gh" + std::string(prefix) + "_" + token) == Kinds{"GitHub token"});
  }
  CHECK(kinds("gh" + std::string("p_") + token.substr(0, 35) + "8") == k_none);
  CHECK(kinds("gh" + std::string("p_") + token + "a") == k_none);
  CHECK(kinds("xgh" + std::string("p_") + token) == k_none);
  CHECK(kinds("gh" + std::string("p_") + std::string(36, 'x')) == k_none);
  CHECK(kinds("npm" + std::string("_") + token) == Kinds{"npm token"});
  CHECK(kinds("npm" + std::string("_") + token.substr(0, 35) + "8") == k_none);
}

TEST_CASE("a fine-grained GitHub token has two parts") {
  const std::string start = std::string("github") + "_pat_";
  CHECK(kinds(start + body(22) + "_" + body(59)) == Kinds{"GitHub token"});
  CHECK(kinds(start + body(21) + "_" + body(60)) == k_none);
  CHECK(kinds(start + body(22) + "_" + body(58)) == k_none);
  CHECK(kinds(start + std::string(22, 'x') + "_" + std::string(59, 'x')) == k_none);
}

TEST_CASE("tokens of GitLab, Docker Hub and PyPI are found") {
  CHECK(kinds("gl" + std::string("pat-") + body(20)) == Kinds{"GitLab token"});
  CHECK(kinds("gl" + std::string("pat-") + body(19)) == k_none);
  CHECK(kinds("gl" + std::string("pat-") + std::string(20, 'x')) == k_none);
  CHECK(kinds("gl" + std::string("pat-a-lower-case-name-of-something")) == k_none);
  CHECK(kinds("dckr" + std::string("_pat_") + body(27)) == Kinds{"Docker Hub token"});
  CHECK(kinds("dckr" + std::string("_oat_") + body(32)) == Kinds{"Docker Hub token"});
  CHECK(kinds("dckr" + std::string("_pat_") + body(26)) == k_none);
  CHECK(kinds("pypi-" + std::string("AgEIcHlwaS5vcmc") + body(100)) == Kinds{"PyPI token"});
  CHECK(kinds("pypi-" + std::string("AgEIcHlwaS5vcmc") + body(40)) == k_none);
}

TEST_CASE("the URL of a build trigger is found") {
  CHECK(kinds("curl -X POST " + trigger()) == Kinds{"Docker Hub build trigger"});
  const std::string zeros = "00000000-0000-0000-0000-000000000000";
  CHECK(kinds(std::string("https://hub.docker") + ".com/api/build/v1/source/" + zeros + "/trigger/" + zeros + "/call/") == k_none);
  CHECK(kinds(std::string("https://hub.docker") + ".com/api/build/v1/source/" + uuid('a') + "/") == k_none);
  CHECK(kinds(std::string("https://hub.docker") + ".com/r/library/alpine") == k_none);
}

TEST_CASE("a login of docker's configuration is found, and no other word that is called auth") {
  // user:s3cr3t-word, user:password, :word, user
  CHECK(kinds(std::string("{\"auths\": {\"r.example\": {\"au") + "th\": \"dXNlcjpzM2NyM3Qtd29yZA==\"}}}") == Kinds{"registry login"});
  CHECK(kinds(std::string("{\"au") + "th\": \"dXNlcjpwYXNzd29yZA==\"}") == k_none);
  CHECK(kinds(std::string("{\"au") + "th\": \"OndvcmR3b3Jk\"}") == k_none);
  CHECK(kinds(std::string("{\"au") + "th\": \"dXNlcg==\"}") == k_none);
  CHECK(kinds(std::string("{\"au") + "th\": \"basic\"}") == k_none);
  CHECK(kinds(std::string("{\"au") + "th\": {\"user\": 1}}") == k_none);
  CHECK(kinds(std::string("{\"au") + "th\"") == k_none);
  CHECK(kinds(std::string("{\"au") + "th\":") == k_none);
}

TEST_CASE("lines are counted, and each kind is told once a line") {
  const std::string id = std::string("AK") + "IA" + "Q3EGRI7DLW5XKZ2M";
  const auto found = find_secrets("\n" + id + " " + id + "\n\n" + pem("PRIVATE KEY", body(64)) + id);
  CHECK(found == std::vector<SecretFind>{{2, "AWS access key"}, {4, "private key"}, {7, "AWS access key"}});
}

TEST_CASE("any bytes are taken, and big files in linear time") {
  CHECK(find_secrets("").empty());
  CHECK(find_secrets(std::string(1000, '\0')).empty());
  std::string many;
  for (int i = 0; i < 20000; ++i) {
    many += std::string("-----BEG") + "IN PRIVATE KEY-----";
  }
  CHECK(find_secrets(many).empty());
  CHECK(find_secrets(std::string(4 << 20, 'A')).empty());
  CHECK(find_secrets(std::string(4 << 20, '-')).empty());
  CHECK(find_secrets(std::string(4 << 20, '"')).empty());
}
