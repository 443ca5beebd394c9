// What Http is made of: one request under way, in libcurl's hands.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/http.hpp"

struct curl_slist;

namespace gate {

// libcurl's handles are void in its own header (curl/curl.h): CURL and CURLM.
struct EasyCloser {
  void operator()(void* easy) const;
};
struct MultiCloser {
  void operator()(void* multi) const;
};
/// Leaves nothing of a header in memory: it may be a secret.
struct ListCloser {
  void operator()(curl_slist* list) const;
};

struct Http::Multi {
  Multi();
  std::unique_ptr<void, MultiCloser> handle;
};

/// One request under way.
class Http::Transfer {
public:
  Transfer(const Http& http, HttpRequest request, const std::function<bool(std::string_view)>* sink);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// `code` is a CURLcode.
  void finish(int code) {
    m_code = code;
    m_done = true;
  }
  bool done() const { return m_done; }
  bool open() const { return m_head_is_there; }
  int code() const { return m_code; }
  bool too_much() const { return m_too_much; }
  void* easy() const { return m_easy.get(); }
  /// What the TLS library says went wrong; may be empty.
  const char* reason() const { return m_reason.data(); }
  /// Why there were no more bytes of the archive to send.
  const std::optional<Error>& archive_error() const { return m_archive_error; }
  HttpResponse& response() { return m_response; }

private:
  static constexpr std::size_t k_reason_size = 256; ///< CURL_ERROR_SIZE

  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t give_archive(char* data, std::size_t size, std::size_t count, void* self);
  bool take(std::string_view bytes);
  void set_up(const Http& http);
  void set_up_connection(const Endpoint& endpoint);
  void set_up_post();
  void set_up_archive();
  void add_header(const char* line);

  HttpRequest m_request;
  const std::function<bool(std::string_view)>* m_sink;
  void* m_multi;
  std::unique_ptr<void, EasyCloser> m_easy;
  std::unique_ptr<curl_slist, ListCloser> m_headers;
  HttpResponse m_response;
  std::array<char, k_reason_size> m_reason{};
  std::string m_chunk; ///< of the archive
  std::size_t m_chunk_sent = 0;
  std::optional<Error> m_archive_error;
  bool m_head_is_there = false;
  bool m_too_much = false;
  bool m_done = false;
  int m_code = 0;
};

} // namespace gate
