#include "app/publish_claim.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace gate {

namespace {

bool is_same_publication(const PublishedRecord& a, const PublishedRecord& b) {
  return a.rule == b.rule && a.branch == b.branch && a.commit == b.commit && a.digest == b.digest;
}

} // namespace

const PublishedRecord* newest_telling(const PublishedRecord& of, const std::vector<PublishedRecord>& records) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const PublishedRecord& r) { return is_same_publication(r, of) && (r.telling || r.tags.empty()); });
  return found == records.end() ? nullptr : &*found;
}

std::string time_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

Result<void> DestinationClaim::take() {
  m_is_others = false;
  auto answer = m_ledger.claim(m_remote, m_destination);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  m_records = std::move(answer->records);
  m_is_others = answer->claimed == PublicationLedger::Claimed::others;
  ++m_times_taken;
  switch (answer->claimed) {
  case PublicationLedger::Claimed::ours:
    m_state = State::ours;
    m_until = answer->until;
    return {};
  case PublicationLedger::Claimed::refused:
    m_state = State::refused;
    m_reason = std::move(answer->reason);
    return {};
  case PublicationLedger::Claimed::others:
    break;
  }
  m_state = State::none;
  return could_not_run((answer->by.empty() ? "somebody else" : answer->by) + " publishes to " + m_destination + " until " + time_text(answer->until),
                       "gate publish tries again");
}

Result<void> DestinationClaim::take_patiently() {
  const auto end = m_now() + m_patience;
  auto taken = take();
  while (!taken && m_is_others && m_now() < end) {
    if (auto waited = m_wait(taken.error().message); !waited) {
      return waited;
    }
    taken = take();
  }
  return taken;
}

void DestinationClaim::lengthen(std::chrono::minutes least) {
  if (!is_held() || lasts(least) || m_now() < m_next_try) {
    return;
  }
  m_next_try = m_now() + std::chrono::minutes(1);
  static_cast<void>(take()); // whoever needs it next finds out
}

// What counts for a tag is the newest record that has it.
bool DestinationClaim::has(const PublishedRecord& record) const {
  const auto* told = newest_telling(record, m_records);
  if (record.telling && !(told != nullptr && told->telling && told->is_own)) {
    return false;
  }
  return !record.tags.empty() && std::all_of(record.tags.begin(), record.tags.end(), [&](const std::string& tag) {
    const auto newest = std::find_if(m_records.begin(), m_records.end(), [&](const PublishedRecord& known) {
      return std::find(known.tags.begin(), known.tags.end(), tag) != known.tags.end();
    });
    return newest != m_records.end() && is_same_publication(*newest, record);
  });
}

Result<DestinationClaim::Recorded> DestinationClaim::record(const PublishedRecord& record, PublicationLedger::Then then) {
  if (has(record)) {
    if (then == PublicationLedger::Then::end) {
      end();
    }
    return Recorded::yes;
  }
  const auto written = m_ledger.record(m_remote, record, then);
  if (!written) {
    return tl::unexpected(written.error());
  }
  if (!*written || then == PublicationLedger::Then::end) {
    m_state = State::none;
  }
  if (*written) {
    m_records.insert(m_records.begin(), record)->is_own = true;
  }
  return *written ? Recorded::yes : Recorded::lost;
}

void DestinationClaim::end() {
  if (is_held()) {
    static_cast<void>(m_ledger.let_go(m_remote, m_destination));
    m_state = State::none;
  }
}

} // namespace gate
