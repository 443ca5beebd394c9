#include "registry/http_client.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <poll.h>

#include <curl/curl.h>

#include "base/ascii.hpp"
#include "os/files.hpp"
#include "registry/http_failure.hpp"

namespace gate::registry {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds k_call_limit{60};
constexpr int k_http_tries = 3;
constexpr std::size_t k_header_limit = 64U << 10U;
constexpr int k_poll_ms = 1000;

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
// Headers hold passwords: they are overwritten before they are freed.
struct ListCloser {
  void operator()(curl_slist* list) const {
    for (const curl_slist* entry = list; entry != nullptr; entry = entry->next) {
      for (volatile char* byte = entry->data; *byte != '\0'; ++byte) {
        *byte = '\0';
      }
    }
    curl_slist_free_all(list);
  }
};

std::string first_of(const Environment& env, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (std::optional<std::string> value = value_of(env, name); value && !value->empty()) {
      return *value;
    }
  }
  return {};
}

// Of "http://user:password@host".
void add_proxy_login(std::string_view proxy, Redactor& unsaid) {
  const std::size_t scheme = proxy.find("://");
  proxy.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + 3);
  const std::size_t end = proxy.rfind('@');
  const std::size_t colon = proxy.find(':');
  if (end != std::string_view::npos && colon < end) {
    unsaid.add_login(proxy.substr(0, colon), proxy.substr(colon + 1, end - colon - 1));
  }
}

bool is_worth_another_try(const tl::expected<HttpAnswer, HttpFailure>& answer) {
  if (!answer) {
    return answer.error().passing;
  }
  const long status = answer->status;
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

HttpFailure interrupted_failure(bool nothing_sent) {
  return {nothing_sent, false, false, Result<void>(interrupted()).error()};
}

} // namespace

struct HttpClient::Handles {
  std::unique_ptr<CURLM, MultiCloser> multi{curl_multi_init()};
  std::unique_ptr<CURL, EasyCloser> easy{
      curl_easy_init()}; // goes before the multi handle that holds its connections
};

/// One request under way.
class HttpClient::Transfer {
public:
  Transfer(const Handles& handles, const Route& route, const HttpCall& call, std::chrono::milliseconds limit);
  ~Transfer() {
    curl_multi_remove_handle(m_multi, m_easy);
    curl_easy_reset(m_easy);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// One turn; true when it is over.
  bool turn(const Interrupt& interrupt);
  bool nothing_sent() const;
  tl::expected<HttpAnswer, HttpFailure> result();

private:
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);
  void set_limits(std::chrono::milliseconds limit);
  void set_route(const Route& route);
  void set_request();
  void add_header(const std::string& name, const std::string& value);

  const HttpCall& m_call;
  CURLM* m_multi;
  CURL* m_easy;
  std::unique_ptr<curl_slist, ListCloser> m_headers;
  Secret m_url;
  HttpAnswer m_answer;
  std::size_t m_header_bytes = 0;
  bool m_too_much = false;
  CURLcode m_code = CURLE_OK;
};

HttpClient::Transfer::Transfer(const Handles& handles, const Route& route, const HttpCall& call,
                               std::chrono::milliseconds limit)
    : m_call(call), m_multi(handles.multi.get()), m_easy(handles.easy.get()) {
  set_limits(limit);
  set_route(route);
  set_request();
  curl_multi_add_handle(m_multi, m_easy);
}

void HttpClient::Transfer::set_limits(std::chrono::milliseconds limit) {
  curl_easy_setopt(m_easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(m_easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_call.connect_limit.count()));
  curl_easy_setopt(m_easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(limit.count(), 1)));
  curl_easy_setopt(m_easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(m_easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(m_call.silence_limit.count()));
  curl_easy_setopt(m_easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(m_easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(m_easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(m_easy, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  curl_easy_setopt(m_easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(m_easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(m_easy, CURLOPT_SSL_VERIFYHOST, 2L);
}

// All of it is said: left unsaid, libcurl would look into the process's own environment.
void HttpClient::Transfer::set_route(const Route& route) {
  const bool is_tls = m_call.origin.scheme == "https";
  const std::string& proxy = is_tls ? route.https_proxy : route.http_proxy;
  const bool direct = is_loopback(m_call.origin.host);
  curl_easy_setopt(m_easy, CURLOPT_PROXY, direct ? "" : proxy.c_str());
  curl_easy_setopt(m_easy, CURLOPT_NOPROXY, route.no_proxy.c_str());
  curl_easy_setopt(m_easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(m_easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  if (!route.ca_folder.empty()) {
    curl_easy_setopt(m_easy, CURLOPT_CAPATH, route.ca_folder.c_str());
  }
  if (!route.registry_ca.empty() && is_of_registry(m_call.origin, route.registry)) {
    // The system's own stay in force: libcurl reads their folder besides.
    curl_blob blob{const_cast<char*>(route.registry_ca.data()), route.registry_ca.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(m_easy, CURLOPT_CAINFO_BLOB, &blob);
  } else if (!route.ca_file.empty()) {
    curl_easy_setopt(m_easy, CURLOPT_CAINFO, route.ca_file.c_str());
  }
}

void HttpClient::Transfer::add_header(const std::string& name, const std::string& value) {
  const Secret line(name + (value.empty() ? ":" : ": ") + value);
  if (curl_slist* const more = curl_slist_append(m_headers.get(), line.reveal().c_str()); more != nullptr) {
    static_cast<void>(m_headers.release());
    m_headers.reset(more);
  }
}

void HttpClient::Transfer::set_request() {
  m_url = Secret(m_call.origin.str() + m_call.target.reveal());
  curl_easy_setopt(m_easy, CURLOPT_URL, m_url.reveal().c_str());
  curl_easy_setopt(m_easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(m_easy, CURLOPT_USERAGENT, "gate");
  curl_easy_setopt(m_easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(m_easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
  curl_easy_setopt(m_easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(m_easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  for (const Header& header : m_call.headers) {
    add_header(header.name, header.value.reveal());
  }
  if (m_call.method == "POST" || m_call.method == "PUT") {
    add_header("Expect", "");
    const std::string& body = m_call.body.reveal();
    curl_easy_setopt(m_easy, CURLOPT_POST, 1L);
    curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, body.c_str());
  }
  if (m_call.method != "GET" && m_call.method != "POST") {
    curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, m_call.method.c_str());
  }
  curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers.get());
}

std::size_t HttpClient::Transfer::take_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  transfer->m_header_bytes += line.size();
  if (transfer->m_header_bytes > k_header_limit) {
    transfer->m_too_much = true;
    return 0;
  }
  if (line.substr(0, 5) == "HTTP/") {
    transfer->m_answer.headers.clear(); // what came before was an interim answer (1xx)
    return line.size();
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    const std::size_t begin = std::min(line.find_first_not_of(" \t\r\n", colon + 1), line.size());
    const std::size_t end = line.find_last_not_of(" \t\r\n") + 1;
    transfer->m_answer.headers.emplace_back(lower(line.substr(0, colon)),
                                            end > begin ? line.substr(begin, end - begin) : "");
  }
  return line.size();
}

std::size_t HttpClient::Transfer::take_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  if (transfer->m_answer.body.size() + length > k_body_limit) {
    transfer->m_too_much = true;
    return 0;
  }
  transfer->m_answer.body.append(data, length);
  return length;
}

bool HttpClient::Transfer::turn(const Interrupt& interrupt) {
  int running = 0;
  if (curl_multi_perform(m_multi, &running) != CURLM_OK) {
    m_code = CURLE_FAILED_INIT;
    return true;
  }
  int left = 0;
  if (const CURLMsg* const message = curl_multi_info_read(m_multi, &left)) {
    m_code = message->data.result;
    return true;
  }
  curl_waitfd other{interrupt.fd(), CURL_WAIT_POLLIN, 0};
  curl_multi_poll(m_multi, &other, interrupt.fd() >= 0 ? 1 : 0, k_poll_ms, nullptr);
  return false;
}

// libcurl sends the request as soon as the connection stands and TLS is agreed upon: before that, nothing can
// have left.
bool HttpClient::Transfer::nothing_sent() const {
  curl_off_t ready = 0;
  long connections = 0;
  curl_easy_getinfo(m_easy, CURLINFO_NUM_CONNECTS, &connections);
  const bool is_tls = m_call.origin.scheme == "https";
  curl_easy_getinfo(m_easy, is_tls ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T, &ready);
  return ready == 0 && (connections > 0 || m_code == CURLE_COULDNT_RESOLVE_HOST ||
                        m_code == CURLE_COULDNT_RESOLVE_PROXY || m_code == CURLE_COULDNT_CONNECT);
}

tl::expected<HttpAnswer, HttpFailure> HttpClient::Transfer::result() {
  if (m_code == CURLE_OK) {
    curl_easy_getinfo(m_easy, CURLINFO_RESPONSE_CODE, &m_answer.status);
    return std::move(m_answer);
  }
  HttpFailure failure;
  const bool handshake = m_code == CURLE_SSL_CONNECT_ERROR || m_code == CURLE_OPERATION_TIMEDOUT;
  long connections = 0;
  curl_easy_getinfo(m_easy, CURLINFO_NUM_CONNECTS, &connections);
  failure.nothing_sent = nothing_sent();
  failure.no_tls = handshake && failure.nothing_sent && connections > 0;
  failure.passing = m_code == CURLE_GOT_NOTHING || m_code == CURLE_RECV_ERROR || m_code == CURLE_SEND_ERROR ||
                    m_code == CURLE_PARTIAL_FILE;
  long proxy_status = 0;
  curl_easy_getinfo(m_easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  const Trouble trouble = proxy_status >= 300 ? Trouble::proxy_refuses : trouble_of(m_code);
  failure.error = connection_error(m_too_much ? Trouble::too_long : trouble, m_call.origin);
  return tl::unexpected<HttpFailure>(std::move(failure));
}

HttpClient::HttpClient(const Environment& env, const Interrupt& interrupt, const std::string& registry)
    : m_interrupt(interrupt), m_route(route_from(env, registry)), m_handles(std::make_unique<Handles>()) {
  add_proxy_login(m_route.https_proxy, m_unsaid);
  add_proxy_login(m_route.http_proxy, m_unsaid);
}

HttpClient::~HttpClient() = default;

HttpClient::Route HttpClient::route_from(const Environment& env, const std::string& registry) {
  Route route;
  // HTTP_PROXY in capitals is not read, as nobody else does: in a CGI program a stranger sets it.
  route.https_proxy = first_of(env, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  route.http_proxy = first_of(env, {"http_proxy", "all_proxy", "ALL_PROXY"});
  route.no_proxy = first_of(env, {"no_proxy", "NO_PROXY"});
  route.ca_file = first_of(env, {"SSL_CERT_FILE"});
  route.ca_folder = first_of(env, {"SSL_CERT_DIR"});
  route.registry = registry;
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path("/etc/docker/certs.d") / registry;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".crt") {
      if (const auto text = read_file(entry.path()); text && *text) {
        route.registry_ca += **text + "\n";
      }
    }
  }
  if (!route.registry_ca.empty() && !route.ca_file.empty()) {
    if (const auto text = read_file(route.ca_file, k_body_limit); text && *text) {
      route.registry_ca += **text;
    }
  }
  return route;
}

tl::expected<HttpAnswer, HttpFailure> HttpClient::send_once(const HttpCall& call, Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  Transfer transfer(*m_handles, m_route, call, left);
  while (!transfer.turn(m_interrupt)) {
    if (m_interrupt.raised()) {
      return tl::unexpected<HttpFailure>(interrupted_failure(transfer.nothing_sent()));
    }
  }
  return transfer.result();
}

tl::expected<HttpAnswer, HttpFailure> HttpClient::send(const HttpCall& call) {
  const auto refused = [&](Trouble trouble) {
    return tl::unexpected<HttpFailure>({true, false, false, connection_error(trouble, call.origin)});
  };
  if (!m_handles->easy || !m_handles->multi) {
    return refused(Trouble::no_memory);
  }
  if (call.origin.scheme != "https" && !call.plain_is_meant && !is_loopback(call.origin.host)) {
    return refused(Trouble::not_secure);
  }
  if (m_interrupt.raised()) {
    return tl::unexpected<HttpFailure>(interrupted_failure(true));
  }
  const Clock::time_point end = Clock::now() + k_call_limit;
  for (int attempt = 1;; ++attempt) {
    tl::expected<HttpAnswer, HttpFailure> answer = send_once(call, end);
    if (!call.may_repeat || attempt >= k_http_tries || !is_worth_another_try(answer) || Clock::now() >= end) {
      return answer;
    }
    if (!pause(retry_delay(answer ? answer->header("retry-after") : "", attempt))) {
      return tl::unexpected<HttpFailure>(interrupted_failure(false));
    }
  }
}

Result<void> HttpClient::pause(std::chrono::milliseconds length) const {
  const Clock::time_point end = Clock::now() + length;
  while (!m_interrupt.raised()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) {
      return {};
    }
    pollfd waiting{m_interrupt.fd(), POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(left.count()));
  }
  return interrupted();
}

bool is_of_registry(const Origin& origin, const std::string& registry) {
  const std::optional<Url> url = Url::parse("https://" + registry + "/");
  return url && url->origin == origin;
}

std::string HttpAnswer::header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? std::string() : found->second;
}

std::vector<std::string> HttpAnswer::all_headers(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : headers) {
    if (key == name) {
      values.push_back(value);
    }
  }
  return values;
}

std::optional<std::chrono::system_clock::time_point> HttpAnswer::date() const {
  const std::time_t seconds = curl_getdate(header("date").c_str(), nullptr);
  if (seconds <= 0) {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(seconds);
}

} // namespace gate::registry
