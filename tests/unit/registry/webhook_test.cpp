#include "registry/webhook.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/files.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

using Outcome = TriggerAnswer::Outcome;

const std::string k_path = "/deploy/canary-path?token=canary-query";

/// Gives each connection the next of these answers, word for word, and closes it; the last one again and again. "" is none.
class Server {
public:
  explicit Server(std::vector<std::string> answers) : m_answers(std::move(answers)), m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const plain = static_cast<sockaddr*>(static_cast<void*>(&address));
    REQUIRE((::bind(m_listener.get(), plain, length) == 0 && ::listen(m_listener.get(), 8) == 0 && ::getsockname(m_listener.get(), plain, &length) == 0));
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(m_listener.get(), SHUT_RDWR);
    m_thread.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string host() const { return "127.0.0.1:" + std::to_string(m_port); }
  Secret url() const { return Secret("http://" + host() + k_path); }
  std::vector<std::string> requests() {
    const std::lock_guard<std::mutex> lock(m_mutex);
    return m_requests;
  }

private:
  void serve() {
    for (std::size_t i = 0;; ++i) {
      const Fd connection(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) {
        return;
      }
      const std::string request = read_request(connection.get());
      {
        const std::lock_guard<std::mutex> lock(m_mutex);
        m_requests.push_back(request);
      }
      static_cast<void>(write_all(connection.get(), m_answers[std::min(i, m_answers.size() - 1)]));
    }
  }

  // Up to the end of a body of JSON.
  static std::string read_request(int fd) {
    std::string request;
    std::array<char, 4096> buffer{};
    while (request.find("\r\n\r\n") == std::string::npos || request.back() != '}') {
      const auto got = ::read(fd, buffer.data(), buffer.size());
      if (got <= 0) {
        break;
      }
      request.append(buffer.data(), static_cast<std::size_t>(got));
      if (request.front() == '\x16') { // TLS, which it does not speak
        break;
      }
    }
    return request;
  }

  std::vector<std::string> m_answers;
  Fd m_listener;
  int m_port = 0;
  std::mutex m_mutex;
  std::vector<std::string> m_requests;
  std::thread m_thread;
};

std::string answer(const std::string& status, const std::string& headers = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n" + headers + "\r\n";
}

TriggerAnswer call(const Secret& url, const Environment& env = {}) {
  const Interrupt interrupt;
  return HttpWebhooks(env, interrupt).call(url, R"({"schema":1})", "0123-abc");
}

bool tells(const TriggerAnswer& answer, const std::string& words) { return answer.reason.find(words) != std::string::npos; }

} // namespace

TEST_CASE("a webhook is https, or this machine's") {
  const Interrupt interrupt;
  const HttpWebhooks webhooks({}, interrupt);
  for (const auto* url : {"https://deploy.example.com/x?y=z", "https://deploy.example.com", "http://127.0.0.1:8080/x",
                          "http://localhost/x", " https://h.example/x\n"}) {
    CAPTURE(url);
    CHECK(webhooks.is_usable(Secret(url)));
  }
  for (const auto* url : {"", " ", "http://deploy.example.com/x", "ftp://h/x", "https://user:pass@h.example/x",
                          "https://h.example/a b", "h.example/x", "http://127.example.com/"}) {
    CAPTURE(url);
    CHECK_FALSE(webhooks.is_usable(Secret(url)));
    CHECK(call(Secret(url)).outcome == Outcome::refused);
  }
}

TEST_CASE("the webhook gets the JSON and the key, once") {
  Server server({answer("204 No Content")});
  const auto told = call(server.url());
  CHECK(told.outcome == Outcome::accepted);
  CHECK(told.reason.empty());
  REQUIRE(server.requests().size() == 1);
  const auto request = server.requests().front();
  CHECK(request.rfind("POST " + k_path + " HTTP/1.1\r\n", 0) == 0);
  CHECK(request.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  CHECK(request.find("\r\nIdempotency-Key: \"0123-abc\"\r\n") != std::string::npos);
  CHECK(request.find("\r\nUser-Agent: gate") != std::string::npos);
  CHECK(request.substr(request.find("\r\n\r\n") + 4) == R"({"schema":1})");
}

TEST_CASE("who has no time is asked again, some times") {
  Server soon({answer("503 Busy", "Retry-After: 0\r\n"), answer("429 Slow", "Retry-After: 0\r\n"), answer("200 OK")});
  CHECK(call(soon.url()).outcome == Outcome::accepted);
  CHECK(soon.requests().size() == 3);
  Server never({answer("503 Busy", "Retry-After: 0\r\n")});
  const auto told = call(never.url());
  CHECK(told.outcome == Outcome::refused);
  CHECK(told.reason == "the webhook at " + never.host() + " takes no more calls for now (503)");
  CHECK(never.requests().size() == 4);
}

TEST_CASE("what says no is refused, and is not asked again") {
  for (const auto* status : {"400 Bad", "401 Who", "404 Where", "301 There", "307 There"}) {
    CAPTURE(status);
    Server server({answer(status, "Location: http://127.0.0.1:1/elsewhere\r\n")});
    const auto told = call(server.url());
    CHECK(told.outcome == Outcome::refused);
    CHECK(tells(told, server.host()));
    CHECK_FALSE(tells(told, "canary"));
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("what may have arrived is unknown, and is not sent again") {
  for (const auto& said : {answer("500 Broken"), answer("503 Unavailable"), answer("502 Bad Gateway"), answer("504 Late"),
                           std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), std::string(), std::string("garbage\r\n\r\n")}) {
    CAPTURE(said);
    Server server({said});
    const auto told = call(server.url());
    CHECK(told.outcome == Outcome::unknown);
    CHECK(tells(told, server.host()));
    CHECK_FALSE(tells(told, "canary"));
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("what certainly never arrived is refused, and the path is not told") {
  const auto told = call(Secret("http://127.0.0.1:1" + k_path));
  CHECK(told.outcome == Outcome::refused);
  CHECK(told.reason == "the webhook was not called: no connection to 127.0.0.1:1: nobody takes it");
  Server plain({answer("200 OK")});
  const auto no_tls = call(Secret("https://" + plain.host() + k_path));
  CHECK(no_tls.outcome == Outcome::refused);
  CHECK_FALSE(tells(no_tls, "canary"));
}
