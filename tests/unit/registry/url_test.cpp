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

TEST_CASE("the next try waits as long as the server says, but not for ever, and not as long as everybody else") {
  const auto lies = [](const char* retry_after, int attempt, int least, int most) {
    bool within = true;
    bool differs = false;
    const auto first = retry_delay(retry_after, attempt);
    for (int i = 0; i < 100; ++i) {
      const auto delay = retry_delay(retry_after, attempt);
      within = within && delay.count() >= least && delay.count() <= most;
      differs = differs || delay != first;
    }
    return within && differs;
  };
  CHECK(lies("", 1, 125, 250));
  CHECK(lies("", 2, 500, 1000));
  CHECK(lies("", 4, 2000, 4000));
  CHECK(lies("", 99, 2000, 4000));
  CHECK(lies("0", 1, 0, 250));
  CHECK(lies("3", 1, 3000, 3750));
  CHECK(lies("3600", 1, 3750, 5000));
  CHECK(lies("99999999999999", 1, 3750, 5000));
  CHECK(lies("-1", 1, 125, 250));
  CHECK(lies("Wed, 21 Oct 2026 07:28:00 GMT", 1, 125, 250));
}
