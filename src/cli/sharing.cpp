#include "cli/sharing.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/ci_event.hpp"
#include "cli/secret_variables.hpp"
#include "cli/signing_key.hpp"
#include "cli/wiring.hpp"
#include "git/live_remotes.hpp"
#include "git/verdict_notes.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_recent_verdicts = 256; // far more than what one command runs

constexpr std::size_t k_largest_key = 16UL * 1024UL;

bool may_come_from_elsewhere(const Need& need) { return !need.verdict && need.may_be_vouched_for(); }

// Below zero: the variable names none, or one that no key is read from (signing_key_of).
int key_descriptor(const Environment& env) {
  constexpr std::string_view k_prefix = "fd:";
  const std::string value = value_of(env, k_signing_key_variable).value_or("");
  int descriptor = -1;
  if (value.rfind(k_prefix, 0) == 0) {
    const char* const end = value.data() + value.size();
    const auto read = std::from_chars(value.data() + k_prefix.size(), end, descriptor);
    descriptor = read.ec == std::errc() && read.ptr == end && descriptor > STDERR_FILENO ? descriptor : -1;
  }
  return descriptor;
}

} // namespace

/// Where a person watches, what takes long is said.
class Sharing::Wait {
public:
  explicit Wait(const Terminal& terminal) : m_terminal(terminal), m_progress(terminal) {}

  void begin(std::string what) {
    m_what = std::move(what);
    m_began = std::chrono::steady_clock::now();
    m_is_shown = false;
  }
  void tick() {
    if (!m_terminal.is_live() || std::chrono::steady_clock::now() - m_began < std::chrono::seconds(1)) {
      return;
    }
    if (!m_is_shown) {
      m_progress.step("verdicts", m_what);
      m_is_shown = true;
    }
    m_progress.tick();
  }
  void end() { m_progress.clear(); }

private:
  const Terminal& m_terminal;
  TerminalProgress m_progress;
  std::string m_what;
  std::chrono::steady_clock::time_point m_began;
  bool m_is_shown = false;
};

Sharing::Sharing(Session& session, const Terminal& progress) : m_session(&session), m_progress(&progress), m_wait(std::make_unique<Wait>(progress)) {}
Sharing::Sharing(Sharing&& other) noexcept = default;
Sharing& Sharing::operator=(Sharing&& other) noexcept = default;
Sharing::~Sharing() = default;

Result<Sharing> Sharing::open(Session& session, const Invocation& invocation, const Interrupt& interrupt, const Terminal& progress, Key key) {
  Sharing sharing(session, progress);
  sharing.m_passes = is_in_ci(invocation.env) ? Passes::of_this_process : Passes::reused_too;
  const Environment env = children_environment(invocation.env, session.secret_variables());
  if (key == Key::own) {
    make_key_rereadable(invocation.env); // the next session of this process signs, too
  }
  auto envelopes = key == Key::own ? wire_envelopes(invocation, env, session.folder().cache() / "signing", interrupt)
                                   : Result<std::unique_ptr<Envelopes>>(wire_envelope_checks(interrupt));
  if (!envelopes) {
    return tl::unexpected(envelopes.error());
  }
  sharing.m_envelopes = *std::move(envelopes);
  sharing.m_notes = verdict_notes_of(session.repository());
  sharing.m_exchange = verdict_exchange(session.repository(), env, interrupt, [wait = sharing.m_wait.get()] { wait->tick(); });
  return sharing;
}

Result<std::size_t> Sharing::fetch(const std::string& remote, const std::vector<std::string>& ids) {
  m_wait->begin("fetching those of others");
  auto fetched = m_exchange->fetch(remote, ids);
  m_wait->end();
  return fetched;
}

Result<Shared> Sharing::share(const std::vector<Verdict>& own, const std::string& remote) {
  m_wait->begin("sending what ran here");
  auto shared = share_verdicts(own, remote, {*m_envelopes, *m_notes, *m_exchange});
  m_wait->end();
  if (shared) {
    // The remote may be a URL, with a password.
    shared->problem = without_secrets_in(shared->problem);
    shared->remedy = without_secrets_in(shared->remedy);
  }
  return shared;
}

void Sharing::bring(const Judgement& judgement, const std::string& remote) {
  if (!judgement.shares_verdicts || judgement.denied()) {
    return;
  }
  std::vector<Need> wanted;
  std::copy_if(judgement.needs.begin(), judgement.needs.end(), std::back_inserter(wanted), may_come_from_elsewhere);
  const auto ids = signer_ids(wanted);
  if (ids.empty()) {
    return;
  }
  if (const auto fetched = fetch(remote, ids); !fetched && fetched.error().kind != ErrorKind::interrupted) {
    m_progress->print(trouble_text("fetched from", remote, fetched.error()));
  }
}

std::vector<DoubtsOf> Sharing::look_up(Judgement& judgement, Asker asker) {
  Judgement asked;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < judgement.needs.size(); ++i) {
    if (may_come_from_elsewhere(judgement.needs[i]) && !judgement.needs[i].lost_image) {
      asked.needs.push_back(judgement.needs[i]);
      places.push_back(i);
    }
  }
  if (places.empty()) {
    return {};
  }
  auto doubts = fill_in_foreign(asked, asker, {*m_notes, *m_envelopes, m_session->verdicts()}, std::chrono::system_clock::now());
  for (std::size_t i = 0; i < places.size(); ++i) {
    judgement.needs[places[i]] = std::move(asked.needs[i]);
  }
  return doubts;
}

void Sharing::send(const Conclusion& conclusion, const std::string& remote) {
  const auto own = conclusion.judgement.shares_verdicts ? own_passes(conclusion.suites, m_session->verdicts().newest(k_recent_verdicts), m_passes) : std::vector<Verdict>();
  if (own.empty()) {
    return;
  }
  const auto shared = share(own, remote);
  if (shared) {
    m_progress->print(sent_text(*shared, remote));
  } else if (shared.error().kind != ErrorKind::interrupted) {
    m_progress->print(trouble_text("sent to", remote, shared.error()));
  }
}

void keep_key_from_children(const Environment& env) {
  if (const int descriptor = key_descriptor(env); descriptor >= 0) {
    static_cast<void>(fcntl(descriptor, F_SETFD, FD_CLOEXEC)); // one that is not open is told of when something is to be signed
  }
}

void make_key_rereadable(const Environment& env) {
  const int descriptor = key_descriptor(env);
  if (descriptor < 0 || lseek(descriptor, 0, SEEK_CUR) >= 0 || errno != ESPIPE) {
    return;
  }
  const Fd file(memfd_create("gate-signing-key", MFD_CLOEXEC));
  if (!file) {
    return;
  }
  std::array<char, k_largest_key> bytes{};
  std::size_t size = 0;
  bool is_whole = false;
  while (!is_whole && size < bytes.size()) {
    const ssize_t got = read(descriptor, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno != EINTR) {
      break;
    }
    is_whole = got == 0;
    size += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  // More than that is no key: whoever reads it says so.
  const bool is_written = (is_whole || size == bytes.size()) && write(file.get(), bytes.data(), size) == static_cast<ssize_t>(size);
  explicit_bzero(bytes.data(), bytes.size());
  if (is_written) {
    static_cast<void>(dup3(file.get(), descriptor, O_CLOEXEC));
  }
}

Result<void> send_verdicts(const std::vector<SharedPush>& pushes, Session& session, const Invocation& invocation, const Terminal& terminal) {
  const bool has_any = std::any_of(pushes.begin(), pushes.end(), [](const SharedPush& push) {
    const auto& suites = push.conclusion.suites;
    return push.conclusion.judgement.shares_verdicts &&
           std::any_of(suites.begin(), suites.end(), [](const SuiteResult& result) { return result.passed() && !result.need.voucher; });
  });
  if (!has_any) {
    return {};
  }
  const Interrupt interrupt;
  auto sharing = Sharing::open(session, invocation, interrupt, terminal);
  if (!sharing) {
    // A key that can't be used keeps nobody from a push.
    terminal.print(trouble_text("sent to", pushes.front().remote, sharing.error()));
    return interrupt.raised() ? interrupted() : Result<void>();
  }
  for (const auto& push : pushes) {
    sharing->send(push.conclusion, push.remote);
    if (interrupt.raised()) {
      return interrupted();
    }
  }
  return {};
}

} // namespace gate
