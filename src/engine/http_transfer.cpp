#include "engine/http_transfer.hpp"

#include <algorithm>
#include <utility>

#include <curl/curl.h>

namespace gate {

namespace {

constexpr long k_connect_timeout_ms = 4000;

} // namespace

void EasyCloser::operator()(void* easy) const { curl_easy_cleanup(easy); }

void MultiCloser::operator()(void* multi) const { curl_multi_cleanup(multi); }

Http::Multi::Multi() : handle(curl_multi_init()) {}

void ListCloser::operator()(curl_slist* list) const {
  // A header may be a secret. volatile: the compiler must not see that nobody reads it any more.
  for (const curl_slist* header = list; header != nullptr; header = header->next) {
    for (volatile char* byte = header->data; *byte != '\0'; ++byte) {
      *byte = '\0';
    }
  }
  curl_slist_free_all(list);
}

Http::Transfer::Transfer(const Http& http, HttpRequest request,
                         const std::function<bool(std::string_view)>* sink)
    : m_request(std::move(request)), m_sink(sink), m_multi(http.m_multi ? http.m_multi->handle.get() : nullptr),
      m_easy(curl_easy_init()) {
  static_assert(k_reason_size == CURL_ERROR_SIZE);
  if (!m_easy || m_multi == nullptr) {
    finish(CURLE_OUT_OF_MEMORY);
    return;
  }
  set_up(http);
  if (curl_multi_add_handle(m_multi, m_easy.get()) != CURLM_OK) {
    finish(CURLE_FAILED_INIT);
  }
}

Http::Transfer::~Transfer() {
  if (m_easy && m_multi != nullptr) {
    curl_multi_remove_handle(m_multi, m_easy.get());
  }
}

void Http::Transfer::set_up_connection(const Endpoint& endpoint) {
  CURL* const easy = m_easy.get();
  const std::string url = (endpoint.is_local() ? "http://engine" : endpoint.url) + m_request.path;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, ""); // http_proxy is for what lies behind an Engine
  if (endpoint.is_local()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, endpoint.socket.c_str());
  }
  if (!endpoint.tls) {
    return;
  }
  const EngineTls& tls = *endpoint.tls;
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  if (!tls.ca.empty() && tls.verify) {
    // Nobody else may vouch for this Engine.
    curl_easy_setopt(easy, CURLOPT_CAINFO, tls.ca.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  if (!tls.cert.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, tls.cert.c_str());
  }
  if (!tls.key.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLKEY, tls.key.c_str());
  }
}

void Http::Transfer::set_up_post() {
  CURL* const easy = m_easy.get();
  add_header("Content-Type: application/json");
  add_header("Expect:");
  if (m_request.registry_auth != nullptr) {
    constexpr std::string_view k_name = "X-Registry-Auth: ";
    std::string header;
    header.reserve(k_name.size() + m_request.registry_auth->reveal().size() + 1);
    const Secret line(std::move(header.append(k_name).append(m_request.registry_auth->reveal())));
    add_header(line.reveal().c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, m_request.body.c_str());
}

void Http::Transfer::set_up_archive() {
  CURL* const easy = m_easy.get();
  add_header("Content-Type: application/x-tar");
  add_header("Transfer-Encoding: chunked"); // its length is not known before its end
  add_header("Expect:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Transfer::give_archive);
  curl_easy_setopt(easy, CURLOPT_READDATA, static_cast<void*>(this));
  // On a kept connection that turns out to be closed it would have to begin anew, and can't.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

void Http::Transfer::set_up(const Http& http) {
  CURL* const easy = m_easy.get();
  set_up_connection(http.m_endpoint);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_reason.data());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, k_connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  if (m_request.archive) {
    set_up_archive();
  } else if (m_request.method == "POST") {
    set_up_post();
  } else if (m_request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, m_request.method.c_str());
  }
}

void Http::Transfer::add_header(const char* line) {
  if (curl_slist* const longer = curl_slist_append(m_headers.get(), line); longer != nullptr) {
    static_cast<void>(m_headers.release());
    m_headers.reset(longer);
  }
}

std::size_t Http::Transfer::take_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  if (line == "\r\n" || line == "\n") {
    curl_easy_getinfo(transfer->m_easy.get(), CURLINFO_RESPONSE_CODE, &transfer->m_response.status);
    transfer->m_head_is_there = transfer->m_response.status >= 200;
    return line.size();
  }
  constexpr std::string_view k_name = "api-version:";
  const auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  };
  if (line.size() > k_name.size() &&
      std::equal(k_name.begin(), k_name.end(), line.begin(), [&](char b, char a) { return same(a, b); })) {
    const std::size_t begin = line.find_first_not_of(' ', k_name.size());
    const std::size_t end = line.find_last_not_of("\r\n ");
    if (begin != std::string_view::npos && end != std::string_view::npos && begin <= end) {
      transfer->m_response.api_version = std::string(line.substr(begin, end - begin + 1));
    }
  }
  return line.size();
}

std::size_t Http::Transfer::take_body(char* data, std::size_t size, std::size_t count, void* self) {
  const std::string_view bytes(data, size * count);
  // A size other than the one given ends the transfer (CURLOPT_WRITEFUNCTION).
  return static_cast<Transfer*>(self)->take(bytes) ? bytes.size() : bytes.size() + 1;
}

std::size_t Http::Transfer::give_archive(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.m_chunk_sent == transfer.m_chunk.size()) {
    Result<std::string> next = transfer.m_request.archive();
    if (!next) {
      transfer.m_archive_error = next.error();
      return CURL_READFUNC_ABORT;
    }
    transfer.m_chunk = std::move(*next);
    transfer.m_chunk_sent = 0;
  }
  const std::size_t length = transfer.m_chunk.copy(data, size * count, transfer.m_chunk_sent);
  transfer.m_chunk_sent += length;
  return length;
}

bool Http::Transfer::take(std::string_view bytes) {
  if (m_sink != nullptr && m_response.status < 300) {
    m_too_much = !(*m_sink)(bytes);
    return !m_too_much;
  }
  m_too_much = m_response.body.size() + bytes.size() > k_body_limit;
  if (!m_too_much) {
    m_response.body += bytes;
  }
  return !m_too_much;
}

} // namespace gate
