// An Engine that says what a test tells it to, on a unix socket.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/endpoint.hpp"
#include "os/files.hpp"

namespace gate {

/// HTTP/1.1 with kept connections, each in a thread of its own.
class FakeEngine {
public:
  struct Request {
    std::string method;
    std::string path;
    std::string body; ///< chunks put together
  };
  struct Answer {
    int status = 200;
    std::string body = "{}";
  };
  using Handler = std::function<Answer(const Request&)>; ///< one at a time

  explicit FakeEngine(Handler handler)
      : m_folder(TemporaryFolder::make(std::filesystem::temp_directory_path(), "engine-").value()), m_handler(std::move(handler)) {
    m_listener = Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* const plain = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    m_works = bind(m_listener.get(), plain, sizeof address) == 0 && listen(m_listener.get(), 64) == 0;
  }
  ~FakeEngine() {
    m_over = true;
    if (m_acceptor.joinable()) {
      m_acceptor.join();
    }
    for (std::thread& thread : m_threads) {
      thread.join();
    }
  }
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  /// From now on it answers; before, connections wait. Threads are started: fork before.
  void answer() {
    m_acceptor = std::thread([this] { accept_all(); });
  }
  bool works() const { return m_works; }
  std::string socket_path() const { return (m_folder.path() / "s").string(); }
  Endpoint endpoint() const { return endpoint_of_host("unix://" + socket_path(), std::nullopt).value(); }

  /// "METHOD path" of each, without the API's version.
  std::vector<std::string> seen() const {
    const std::lock_guard lock(m_mutex);
    return m_seen;
  }
  bool has_seen(const std::string& what) const {
    const std::vector<std::string> all = seen();
    return std::find(all.begin(), all.end(), what) != all.end();
  }

private:
  bool wait_for(int fd) const {
    while (!m_over) {
      pollfd waiting{fd, POLLIN, 0};
      if (poll(&waiting, 1, 20) > 0) {
        return true;
      }
    }
    return false;
  }

  void accept_all() {
    while (wait_for(m_listener.get())) {
      m_threads.emplace_back([this, fd = accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC)] { serve(Fd(fd)); });
    }
  }

  // Everything up to `end`, which is taken away, too.
  bool read_to(int fd, std::string& buffer, const std::string& end, std::string& text) const {
    std::size_t at = 0;
    while ((at = buffer.find(end)) == std::string::npos) {
      if (!read_more(fd, buffer)) {
        return false;
      }
    }
    text = buffer.substr(0, at);
    buffer.erase(0, at + end.size());
    return true;
  }

  bool read_more(int fd, std::string& buffer) const {
    std::array<char, 4096> bytes{};
    const ssize_t got = wait_for(fd) ? read(fd, bytes.data(), bytes.size()) : 0;
    buffer.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
  }

  bool read_body(int fd, std::string& buffer, const std::string& head, std::string& body) const {
    if (head.find("Transfer-Encoding: chunked") == std::string::npos) {
      const std::size_t at = head.find("Content-Length: ");
      const std::size_t length = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
      while (buffer.size() < length) {
        if (!read_more(fd, buffer)) {
          return false;
        }
      }
      body = buffer.substr(0, length);
      buffer.erase(0, length);
      return true;
    }
    while (true) {
      std::string size;
      if (!read_to(fd, buffer, "\r\n", size)) {
        return false;
      }
      const std::size_t length = std::stoul(size, nullptr, 16);
      while (buffer.size() < length + 2) {
        if (!read_more(fd, buffer)) {
          return false;
        }
      }
      body += buffer.substr(0, length);
      buffer.erase(0, length + 2);
      if (length == 0) {
        return true;
      }
    }
  }

  void serve(const Fd& connection) {
    std::string buffer;
    std::string head;
    while (read_to(connection.get(), buffer, "\r\n\r\n", head)) {
      const std::size_t first = head.find(' ');
      Request request{head.substr(0, first), head.substr(first + 1, head.find(' ', first + 1) - first - 1), {}};
      if (request.path.rfind("/v1.41", 0) == 0) {
        request.path.erase(0, 6);
      }
      if (!read_body(connection.get(), buffer, head, request.body)) {
        return;
      }
      Answer answer;
      {
        const std::lock_guard lock(m_mutex);
        m_seen.push_back(request.method + " " + request.path);
        answer = m_handler(request);
      }
      const bool has_body = answer.status != 204;
      const std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\nApi-Version: 1.41\r\n" +
                               (has_body ? "Content-Length: " + std::to_string(answer.body.size()) + "\r\n" : std::string()) + "\r\n" +
                               (has_body ? answer.body : std::string());
      if (send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
        return;
      }
    }
  }

  TemporaryFolder m_folder;
  Handler m_handler;
  Fd m_listener;
  bool m_works = false;
  std::atomic<bool> m_over{false};
  mutable std::mutex m_mutex;
  std::vector<std::string> m_seen;
  std::thread m_acceptor;
  std::vector<std::thread> m_threads;
};

} // namespace gate
