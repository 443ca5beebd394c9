// A server of a test's own, on this machine and on any free port.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.hpp"

namespace gate::test {

struct Asked {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;
};

struct Answer {
  int status = 200;
  std::string body;
  std::string headers = {}; ///< "Name: value\r\n" each
};

/// Answers one request after the other with what the function says, and keeps them all.
class LocalHttpServer {
public:
  explicit LocalHttpServer(std::function<Answer(const Asked&)> answer) : m_answer(std::move(answer)) {
    m_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(m_listener, 16) == 0) {
      getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
    }
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { serve(); });
  }
  ~LocalHttpServer() {
    m_over = true;
    m_thread.join();
    close(m_listener);
  }
  LocalHttpServer(const LocalHttpServer&) = delete;
  LocalHttpServer& operator=(const LocalHttpServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
  std::vector<Asked> asked() const {
    const std::lock_guard lock(m_mutex);
    return m_asked;
  }

private:
  void serve() {
    while (!m_over) {
      pollfd waiting{m_listener, POLLIN, 0};
      if (poll(&waiting, 1, 20) > 0) {
        const int connection = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        talk(connection);
        close(connection);
      }
    }
  }

  void talk(int connection) {
    std::string text;
    std::size_t end = std::string::npos;
    std::size_t length = 0;
    Asked request;
    while (end == std::string::npos || text.size() < end + 4 + length) {
      char buffer[4096];
      const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
      if (got <= 0) {
        return;
      }
      text.append(buffer, static_cast<std::size_t>(got));
      if (text.front() == '\x16') {
        return; // nobody speaks TLS here
      }
      if (end == std::string::npos && (end = text.find("\r\n\r\n")) != std::string::npos) {
        request = head_of(text.substr(0, end + 2));
        length = request.headers.count("content-length") != 0 ? std::stoul(request.headers["content-length"]) : 0;
      }
    }
    request.body = text.substr(end + 4);
    const Answer answer = m_answer(request);
    const std::string reply = "HTTP/1.1 " + std::to_string(answer.status) + " Said\r\nConnection: close\r\n" + answer.headers +
                              "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    {
      const std::lock_guard lock(m_mutex);
      m_asked.push_back(std::move(request));
    }
    static_cast<void>(send(connection, reply.data(), reply.size(), MSG_NOSIGNAL));
  }

  static Asked head_of(const std::string& text) {
    Asked request;
    request.method = text.substr(0, text.find(' '));
    const std::size_t target = request.method.size() + 1;
    request.target = text.substr(target, text.find(' ', target) - target);
    for (std::size_t at = text.find("\r\n") + 2; at < text.size();) {
      const std::size_t end = text.find("\r\n", at);
      const std::size_t colon = text.find(": ", at);
      request.headers[lower(text.substr(at, colon - at))] = text.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
    return request;
  }

  std::function<Answer(const Asked&)> m_answer;
  int m_listener = -1;
  std::uint16_t m_port = 0;
  std::atomic<bool> m_over{false};
  mutable std::mutex m_mutex;
  std::vector<Asked> m_asked;
  std::thread m_thread;
};

} // namespace gate::test
