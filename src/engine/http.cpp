#include "engine/http.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include <curl/curl.h>

#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr long k_connect_timeout_ms = 4000;
constexpr std::chrono::milliseconds k_tick{100};

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListCloser {
  void operator()(curl_slist* list) const {
    // A header may be a secret. volatile: the compiler must not see that nobody reads it any more.
    for (const curl_slist* header = list; header != nullptr; header = header->next) {
      for (volatile char* byte = header->data; *byte != '\0'; ++byte) {
        *byte = '\0';
      }
    }
    curl_slist_free_all(list);
  }
};

} // namespace

struct Http::Multi {
  std::unique_ptr<CURLM, MultiCloser> handle{curl_multi_init()};
};

/// One request under way.
class Http::Transfer {
public:
  Transfer(const Http& http, HttpRequest request, const std::function<bool(std::string_view)>* sink);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void finish(CURLcode code) {
    m_code = code;
    m_done = true;
  }
  bool done() const { return m_done; }
  bool open() const { return m_head_is_there; }
  CURLcode code() const { return m_code; }
  bool too_much() const { return m_too_much; }
  CURL* easy() const { return m_easy.get(); }
  HttpResponse& response() { return m_response; }

private:
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);
  bool take(std::string_view bytes);
  void set_up(const Http& http);
  void add_header(const char* line);

  HttpRequest m_request;
  const std::function<bool(std::string_view)>* m_sink;
  CURLM* m_multi;
  std::unique_ptr<CURL, EasyCloser> m_easy{curl_easy_init()};
  std::unique_ptr<curl_slist, ListCloser> m_headers;
  HttpResponse m_response;
  bool m_head_is_there = false;
  bool m_too_much = false;
  bool m_done = false;
  CURLcode m_code = CURLE_OK;
};

Http::Transfer::Transfer(const Http& http, HttpRequest request,
                         const std::function<bool(std::string_view)>* sink)
    : m_request(std::move(request)), m_sink(sink), m_multi(http.m_multi->handle.get()) {
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

void Http::Transfer::set_up(const Http& http) {
  CURL* const easy = m_easy.get();
  const std::string url = "http://engine" + m_request.path;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, http.m_socket.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, ""); // http_proxy is for the network, not for this socket
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, k_connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  if (m_request.method == "POST") {
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

Http::Http(std::string socket_path) : m_socket(std::move(socket_path)), m_multi(std::make_unique<Multi>()) {}

Http::~Http() = default;

Failure Http::failure_of(const Transfer& transfer) const {
  const std::string where = "unix://" + m_socket;
  if (transfer.too_much()) {
    return could_not_run("the Engine at " + where + " sent an answer that makes no sense");
  }
  if (transfer.code() == CURLE_COULDNT_CONNECT) {
    long error_number = 0;
    curl_easy_getinfo(transfer.easy(), CURLINFO_OS_ERRNO, &error_number);
    if (error_number == EACCES || error_number == EPERM) {
      return could_not_run("this user may not use the Engine at " + where + ": permission denied",
                           "sudo usermod -aG docker \"$USER\", then log in again");
    }
    return could_not_run("the Engine does not answer at " + where + ": is it running?",
                         "sudo systemctl start docker, or start Docker Desktop");
  }
  if (transfer.code() == CURLE_OPERATION_TIMEDOUT) {
    return could_not_run("the Engine at " + where + " hangs: it takes no connection",
                         "sudo systemctl restart docker");
  }
  return could_not_run("the connection to the Engine at " + where + " was cut",
                       "see whether it still runs: docker info");
}

Result<HttpResponse> Http::result_of(Transfer& transfer) const {
  if (transfer.code() != CURLE_OK) {
    return failure_of(transfer);
  }
  return std::move(transfer.response());
}

// One turn: everything that can move moves, then a short wait.
Result<void> Http::pump(const Patience& patience) {
  int running = 0;
  if (curl_multi_perform(m_multi->handle.get(), &running) != CURLM_OK) {
    return could_not_run("the connection to the Engine at unix://" + m_socket + " failed");
  }
  bool some_ended = false;
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(m_multi->handle.get(), &left)) {
    char* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    static_cast<Transfer*>(static_cast<void*>(transfer))->finish(message->data.result);
    some_ended = true;
  }
  if (patience.interrupt != nullptr && patience.interrupt->raised()) {
    return interrupted();
  }
  if (patience.deadline && Clock::now() >= *patience.deadline) {
    return could_not_run("the Engine at unix://" + m_socket + " hangs: no answer in time",
                         "sudo systemctl restart docker");
  }
  if (some_ended) {
    return {};
  }
  auto wait = k_tick;
  if (patience.deadline) {
    wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*patience.deadline - Clock::now()),
                      std::chrono::milliseconds(0), k_tick);
  }
  std::array<curl_waitfd, 1> others{
      {{patience.interrupt != nullptr ? patience.interrupt->fd() : -1, CURL_WAIT_POLLIN, 0}}};
  const unsigned other_count = patience.interrupt != nullptr && patience.interrupt->fd() >= 0 ? 1 : 0;
  int ready = 0;
  curl_multi_poll(m_multi->handle.get(), others.data(), other_count, static_cast<int>(wait.count()), &ready);
  if (patience.tick) {
    patience.tick();
  }
  return {};
}

Result<HttpResponse> Http::send(const HttpRequest& request, const Patience& patience) {
  Transfer transfer(*this, request, nullptr);
  while (!transfer.done()) {
    if (const Result<void> turn = pump(patience); !turn && !transfer.done()) {
      return Failure(turn.error());
    }
  }
  return result_of(transfer);
}

std::vector<Result<HttpResponse>> Http::send_all(const std::vector<HttpRequest>& requests,
                                                 const Patience& patience) {
  std::vector<std::unique_ptr<Transfer>> transfers;
  for (const HttpRequest& request : requests) {
    transfers.push_back(std::make_unique<Transfer>(*this, request, nullptr));
  }
  const auto done = [](const std::unique_ptr<Transfer>& transfer) { return transfer->done(); };
  Result<void> turn;
  while (turn && !std::all_of(transfers.begin(), transfers.end(), done)) {
    turn = pump(patience);
  }
  std::vector<Result<HttpResponse>> results;
  for (const std::unique_ptr<Transfer>& transfer : transfers) {
    results.push_back(transfer->done() ? result_of(*transfer) : Result<HttpResponse>(Failure(turn.error())));
  }
  return results;
}

Result<HttpResponse> Http::stream(const HttpRequest& request, const Patience& patience,
                                  const std::function<bool(std::string_view)>& sink,
                                  const std::function<Result<void>()>& on_open) {
  Transfer transfer(*this, request, &sink);
  bool told = false;
  while (!transfer.done()) {
    if (const Result<void> turn = pump(patience); !turn && !transfer.done()) {
      return Failure(turn.error());
    }
    if (transfer.open() && !told && transfer.response().status < 300) {
      told = true;
      if (const Result<void> opened = on_open ? on_open() : Result<void>(); !opened) {
        return Failure(opened.error());
      }
    }
  }
  return result_of(transfer);
}

} // namespace gate
