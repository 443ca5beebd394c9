#include "signing/dsse.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/base64.hpp"

namespace gate::signing {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_largest_envelope = 256UL * 1024UL;

/// Takes exactly {"payloadType":TEXT,"payload":TEXT,"signatures":[{"keyid":TEXT,"sig":TEXT}]}, and gives up at the first thing that is something else:
/// nothing is built, and depth is no question. The documents of a parser that keeps the last of two equal members would be another reader's other document.
class EnvelopeReader final : public nlohmann::json_sax<Json> {
public:
  bool null() override { return refuse("it has a value that is no text"); }
  bool boolean(bool) override { return null(); }
  bool number_integer(number_integer_t) override { return null(); }
  bool number_unsigned(number_unsigned_t) override { return null(); }
  bool number_float(number_float_t, const string_t&) override { return null(); }
  bool binary(binary_t&) override { return null(); }

  bool string(string_t& text) override {
    if (m_member == nullptr) {
      return refuse("it has a text where none belongs");
    }
    *std::exchange(m_member, nullptr) = std::move(text);
    return true;
  }

  bool start_object(std::size_t) override {
    const bool is_signature = m_at == At::signatures && m_signatures++ == 0;
    if (m_member != nullptr || (m_at != At::before && !is_signature)) {
      return refuse(m_at == At::signatures ? "it has more than one signature" : "it has an object where none belongs");
    }
    m_at = is_signature ? At::signature : At::envelope;
    return true;
  }
  bool end_object() override {
    m_at = m_at == At::signature ? At::signatures : At::after;
    return true;
  }
  bool start_array(std::size_t) override {
    if (!m_awaits_signatures) {
      return refuse("it has a list where none belongs");
    }
    m_awaits_signatures = false;
    m_at = At::signatures;
    return true;
  }
  bool end_array() override {
    m_at = At::envelope;
    return true;
  }

  bool key(string_t& name) override {
    struct Place {
      At at;
      std::string_view name;
      std::optional<std::string>* member;
    };
    const std::array<Place, 4> places{{{At::envelope, "payloadType", &m_type}, {At::envelope, "payload", &m_payload}, {At::signature, "sig", &m_sig}, {At::signature, "keyid", &m_keyid}}};
    if (m_at == At::envelope && name == "signatures" && !m_has_signatures) {
      m_has_signatures = m_awaits_signatures = true;
      return true;
    }
    const auto* const place = std::find_if(places.begin(), places.end(), [&](const Place& p) { return p.at == m_at && p.name == name; });
    const bool is_second = place != places.end() && place->member->has_value();
    if (place == places.end() || is_second) {
      return refuse(is_second || name == "signatures" ? "it has a member twice" : "it has a member that no envelope has");
    }
    m_member = &place->member->emplace();
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return refuse("it is no JSON"); }

  tl::expected<Envelope, std::string> result() const {
    const auto payload = m_payload ? from_base64(*m_payload) : std::nullopt;
    const auto sig = m_sig ? from_base64(*m_sig) : std::nullopt;
    if (!m_type || !m_payload || !m_has_signatures || !m_sig) {
      return tl::unexpected(std::string(m_has_signatures && m_signatures == 0 ? "it has no signature" : "it is no whole envelope"));
    }
    if (!payload || !sig) {
      return tl::unexpected(std::string(payload ? "its signature" : "its payload") + " is no base 64");
    }
    return Envelope{*m_type, *payload, m_keyid.value_or(""), *sig};
  }
  const std::string& why() const { return m_why; }

private:
  enum class At { before, envelope, signatures, signature, after };

  bool refuse(const char* why) {
    m_why = m_why.empty() ? why : m_why;
    return false;
  }

  At m_at = At::before;
  std::string* m_member = nullptr; ///< what the next text is
  bool m_awaits_signatures = false;
  bool m_has_signatures = false;
  std::size_t m_signatures = 0;
  std::optional<std::string> m_type;
  std::optional<std::string> m_payload;
  std::optional<std::string> m_sig;
  std::optional<std::string> m_keyid;
  std::string m_why;
};

} // namespace

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload) {
  std::string text = "DSSEv1 " + std::to_string(payload_type.size()) + " ";
  text.append(payload_type).append(" ").append(std::to_string(payload.size())).append(" ");
  return text.append(payload);
}

std::string to_json(const Envelope& envelope) {
  const Json json{{"payloadType", envelope.payload_type},
                  {"payload", base64(envelope.payload)},
                  {"signatures", Json::array({Json{{"keyid", envelope.keyid}, {"sig", base64(envelope.signature)}}})}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

tl::expected<Envelope, std::string> parse_envelope(std::string_view text) {
  if (text.size() > k_largest_envelope) {
    return tl::unexpected("it is larger than " + std::to_string(k_largest_envelope / 1024) + " KiB");
  }
  // The library would take a byte order mark before, and line feeds in between.
  if (text.empty() || text.front() != '{' || text.back() != '}' || text.find_first_of("\r\n") != std::string_view::npos) {
    return tl::unexpected(std::string("it is no JSON object on one line"));
  }
  EnvelopeReader reader;
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) {
    return tl::unexpected(reader.why().empty() ? std::string("it is no JSON") : reader.why());
  }
  return reader.result();
}

} // namespace gate::signing
