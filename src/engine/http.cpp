#include "engine/http.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include <curl/curl.h>

#include "engine/http_transfer.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

// libcurl(3): once, and before other threads use it. The first Http is made before any thread is.
bool curl_is_ready() {
  static const CURLcode k_code = curl_global_init(CURL_GLOBAL_DEFAULT);
  return k_code == CURLE_OK;
}

} // namespace

Http::Http(Endpoint endpoint)
    : m_endpoint(std::move(endpoint)), m_multi(curl_is_ready() ? std::make_unique<Multi>() : nullptr) {}

Http::~Http() = default;

// Told by the files that gate shows or trusts: these are what somebody can put right.
std::optional<Failure> Http::tls_failure_of(const Transfer& transfer) const {
  if (!m_endpoint.tls) {
    return std::nullopt;
  }
  const EngineTls& tls = *m_endpoint.tls;
  const std::string reason = transfer.reason();
  const std::string of_engine = "the Engine at " + m_endpoint.host;
  const bool is_alert = reason.find("alert") != std::string::npos;
  switch (static_cast<CURLcode>(transfer.code())) {
  case CURLE_PEER_FAILED_VERIFICATION:
    return could_not_run(of_engine + " can't prove that it is the one (" + reason + "), by " +
                             (tls.ca.empty() ? "this machine's authorities" : tls.ca.string()),
                         "compare it with the authority that has signed the Engine's certificate, and the host with the "
                         "certificate's names");
  case CURLE_SSL_CACERT_BADFILE:
    return could_not_run("the authority " + tls.ca.string() + " can't be read: " + reason, "mend the file: it must be a PEM certificate");
  case CURLE_SSL_CERTPROBLEM:
    return could_not_run("the certificate " + tls.cert.string() + " or its key " + tls.key.string() + " can't be used: " + reason,
                         "mend the files: they must be a PEM certificate and its key");
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
    if (is_alert) {
      return could_not_run(of_engine + (tls.cert.empty() ? std::string(" asks who this is, and gate has no certificate to show")
                                                         : " refuses the certificate " + tls.cert.string()) +
                               ": " + reason,
                           "set DOCKER_CERT_PATH to the folder with a cert.pem and key.pem that the Engine's authority has signed");
    }
    return transfer.code() == CURLE_SSL_CONNECT_ERROR
               ? std::optional<Failure>(could_not_run("no TLS with the Engine at " + m_endpoint.host + ": " + reason,
                                                      "name the port on which it speaks TLS (2376), or take DOCKER_TLS_VERIFY, "
                                                      "DOCKER_TLS or the context's TLS away"))
               : std::nullopt;
  default:
    return std::nullopt;
  }
}

Failure Http::failure_of(const Transfer& transfer) const {
  const std::string& where = m_endpoint.host;
  if (transfer.archive_error()) {
    return Failure(*transfer.archive_error());
  }
  if (transfer.too_much()) {
    return could_not_run("the Engine at " + where + " sent an answer that makes no sense");
  }
  if (std::optional<Failure> tls = tls_failure_of(transfer)) {
    return *std::move(tls);
  }
  if (transfer.code() == CURLE_COULDNT_RESOLVE_HOST) {
    return could_not_run("the Engine's host is not known: " + where, "set DOCKER_HOST to one that is, or unset it");
  }
  if (transfer.code() == CURLE_COULDNT_CONNECT) {
    long error_number = 0;
    curl_easy_getinfo(transfer.easy(), CURLINFO_OS_ERRNO, &error_number);
    if (m_endpoint.is_local() && (error_number == EACCES || error_number == EPERM)) {
      return could_not_run("this user may not use the Engine at " + where + ": permission denied",
                           "sudo usermod -aG docker \"$USER\", then log in again");
    }
    return could_not_run("the Engine does not answer at " + where + ": is it running?",
                         m_endpoint.is_local() ? "sudo systemctl start docker, or start Docker Desktop"
                                               : "start it there, and see whether its port can be reached from here");
  }
  if (transfer.code() == CURLE_OPERATION_TIMEDOUT) {
    return could_not_run("the Engine at " + where + " hangs: it takes no connection", restart_remedy());
  }
  // With TLS 1.3 an Engine refuses a certificate after the handshake, and its word may be lost with the connection (RFC 8446, 4.4.2.4).
  const bool was_shown_one = m_endpoint.tls && !m_endpoint.tls->cert.empty();
  const std::string certificate = was_shown_one ? ", and takes the certificate " + m_endpoint.tls->cert.string() : "";
  return could_not_run("the connection to the Engine at " + where + " was cut", "see whether it still runs" + certificate + ": docker info");
}

const char* Http::restart_remedy() const {
  return m_endpoint.is_local() ? "sudo systemctl restart docker" : "restart it there: sudo systemctl restart docker";
}

Result<HttpResponse> Http::result_of(Transfer& transfer) const {
  if (transfer.code() != CURLE_OK) {
    return failure_of(transfer);
  }
  return std::move(transfer.response());
}

// One turn: everything that can move moves, then a short wait.
Result<void> Http::pump(const Patience& patience, const Transfer* opening) {
  int running = 0;
  if (curl_multi_perform(m_multi->handle.get(), &running) != CURLM_OK) {
    return could_not_run("the connection to the Engine at " + m_endpoint.host + " failed");
  }
  bool some_ended = false;
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(m_multi->handle.get(), &left)) {
    char* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    static_cast<Transfer*>(static_cast<void*>(transfer))->finish(message->data.result);
    some_ended = true;
  }
  if (patience.called_off()) {
    return interrupted();
  }
  if (patience.deadline && Clock::now() >= *patience.deadline) {
    return could_not_run("the Engine at " + m_endpoint.host + " hangs: no answer in time", restart_remedy());
  }
  // A container that is not started yet says nothing: the wait would be a whole one.
  if (some_ended || (opening != nullptr && opening->open())) {
    return {};
  }
  auto wait = k_turn;
  if (patience.deadline) {
    wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*patience.deadline - Clock::now()),
                      std::chrono::milliseconds(0), k_turn);
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
    if (const Result<void> turn = pump(patience, nullptr); !turn && !transfer.done()) {
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
    turn = pump(patience, nullptr);
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
    if (const Result<void> turn = pump(patience, transfer.open() ? nullptr : &transfer); !turn && !transfer.done()) {
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
