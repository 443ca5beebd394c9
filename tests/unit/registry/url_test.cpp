#include "registry/url.hpp"

#include <catch2/catch.hpp>

#include "registry/http_client.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

std::string read(const std::string& text) {
  const auto url = Url::parse(text);
  return url ? url->origin.str() + " " + url->target : "none";
}

} // namespace

TEST_CASE("an address is taken apart") {
  CHECK(read("https://Example.COM/v2/?a=b#c") == "https://example.com /v2/?a=b");
  CHECK(read("https://example.com") == "https://example.com /");
  CHECK(read("https://example.com:443/") == "https://example.com /");
  CHECK(read("http://example.com:5000?x") == "http://example.com:5000 /?x");
  CHECK(read("http://[::1]:5000/x") == "http://[::1]:5000 /x");
  CHECK(read("HTTP://[::1]") == "http://[::1] /");
}

TEST_CASE("an address that can't be trusted is none") {
  for (const char* const text :
       {"", "https://", "ftp://x/", "//x/", "https:///x", "https://me:pw@x/", "https://x:0/",
        "https://x:65536/", "https://x:/", "https://x:1x/", "https://../x", "https://a..b/", "https://a b/",
        "https://a/\r\nX: y", "https://a\\b/", "https://[::1/", "https://[x]/", "https://\xc3\xa4/"}) {
    CAPTURE(text);
    CHECK(read(text) == "none");
  }
}

TEST_CASE("this machine is known by the names that docker takes for it") {
  for (const char* const host : {"localhost", "127.0.0.1", "127.1.2.3", "[::1]"}) {
    CHECK(is_loopback(host));
  }
  for (const char* const host : {"127.0.0.1.example.com", "127.0.0", "127.0.0.", "127..0.1", "128.0.0.1",
                                 "0.0.0.0", "localhost.example.com", "127.0.0.1.1", "127.0.0.0001", ""}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("what a server refers to is found from where it was said") {
  const Url base = *Url::parse("https://example.com:5000/v2/a/tags/list?n=1");
  const auto to = [&](const char* reference) {
    const auto url = resolved(base, reference);
    return url ? url->origin.str() + url->target : "none";
  };
  CHECK(to("/v2/x?y=z:1") == "https://example.com:5000/v2/x?y=z:1");
  CHECK(to("list?last=b") == "https://example.com:5000/v2/a/tags/list?last=b");
  CHECK(to("?last=b") == "https://example.com:5000/v2/a/tags/list?last=b");
  CHECK(to("https://other/x") == "https://other/x");
  CHECK(to("//other/x") == "https://other/x");
  CHECK(to("") == "none");
  CHECK(to("file:///etc/passwd") == "none");
}

TEST_CASE("the next try waits as long as the server says, but not for ever") {
  using std::chrono::milliseconds;
  CHECK(retry_delay("", 1) == milliseconds(250));
  CHECK(retry_delay("", 2) == milliseconds(1000));
  CHECK(retry_delay("3", 1) == milliseconds(3000));
  CHECK(retry_delay("3600", 1) == milliseconds(5000));
  CHECK(retry_delay("99999999999999", 1) == milliseconds(5000));
  CHECK(retry_delay("-1", 1) == milliseconds(250));
  CHECK(retry_delay("Wed, 21 Oct 2026 07:28:00 GMT", 1) == milliseconds(250));
}
