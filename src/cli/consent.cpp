#include "cli/consent.hpp"

#include <algorithm>
#include <iterator>

#include "app/policies.hpp"
#include "cli/build_id.hpp"
#include "cli/ci_event.hpp"
#include "cli/tree_file.hpp"
#include "cli/trust_prompt.hpp"
#include "cli/wiring.hpp"
#include "report/clean.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_question = "trust this?";

Failure not_agreed(const std::string& remedy) {
  return could_not_run("what this repository would run or publish here is new, and nobody on this machine has agreed to it: nothing was run", remedy);
}

bool is_ci(const Environment& env) {
  const auto event = read_ci_event(env);
  return is_in_ci(env) || !event || *event;
}

// $XDG_STATE_HOME must be absolute, else it counts as unset (XDG Base Directory Specification).
std::optional<fs::path> state_folder(const Environment& env) {
  if (const fs::path state = value_of(env, "XDG_STATE_HOME").value_or(""); state.is_absolute()) {
    return state;
  }
  const fs::path home = value_of(env, "HOME").value_or("");
  return home.is_absolute() ? std::optional(home / ".local" / "state") : std::nullopt;
}

} // namespace

std::string shown(const std::vector<SurfaceLine>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += "        " + clean_line(line.str()) + "\n";
  }
  return text;
}

Consent::Consent(OpenRepository& repository, PolicySources& sources, const Invocation& invocation)
    : m_repository(repository), m_sources(sources), m_invocation(invocation), m_suites(wire_suite_surface()) {}

Result<TrustFiles> trust_files(const OpenRepository& repository, const Invocation& invocation) {
  const auto state = state_folder(invocation.env);
  if (!state) {
    return could_not_run("there is no home folder, and so no place for what is trusted", "set HOME or XDG_STATE_HOME");
  }
  return TrustFiles(*state, repository.common_dir());
}

TreeReader Consent::reader_of(const Oid& commit) {
  return [this, commit](const std::string& path) { return read_tree_file(m_repository, commit, path); };
}

Result<std::optional<SurfaceReading>> Consent::surface_at(const Oid& commit) {
  Policies policies(m_repository, m_sources, k_version);
  const auto found = policies.at(commit);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!(*found)->problems.empty()) {
    const auto& first = (*found)->problems.front();
    return fail(ErrorKind::policy, first.place.str() + ": " + first.message, "mend it; all that is wrong: gate check");
  }
  if (!(*found)->policy) {
    return std::optional<SurfaceReading>();
  }
  auto reading = whole_surface(*(*found)->policy, reader_of(commit), *m_suites);
  return reading ? Result<std::optional<SurfaceReading>>(*std::move(reading)) : tl::unexpected(reading.error());
}

Result<SurfaceReading> Consent::reading_of(const Need& need) { return m_suites->of(need.suite, reader_of(need.commit)); }

Result<SurfaceReading> Consent::surface_of(const std::vector<Need>& needs) {
  SurfaceReading all;
  for (const auto& need : needs) {
    auto reading = reading_of(need);
    if (!reading) {
      return reading;
    }
    join(all, *std::move(reading));
  }
  return all;
}

Result<void> Consent::to_run(const std::vector<Need>& needs, const std::optional<Digest>& admitted, const Interrupt& interrupt, const Terminal& err) {
  if (is_ci(m_invocation.env)) {
    return in_ci(needs, admitted, err);
  }
  std::vector<Need> open;
  std::copy_if(needs.begin(), needs.end(), std::back_inserter(open), [](const Need& need) { return !need.verdict; });
  const auto wanted = surface_of(open);
  if (!wanted) {
    return tl::unexpected(wanted.error());
  }
  const bool is_admitted = admitted && Surface(wanted->lines).digest() == *admitted;
  return is_admitted ? Result<void>() : demand(*wanted, interrupt, err);
}

Result<void> Consent::to_publish(const SurfaceReading& wanted, const Interrupt& interrupt, const Terminal& err) {
  // In CI only the protected side's policy publishes (plan.hpp).
  return is_ci(m_invocation.env) ? Result<void>() : demand(wanted, interrupt, err);
}

Result<void> Consent::demand(const SurfaceReading& wanted, const Interrupt& interrupt, const Terminal& err) {
  auto trusted = files();
  if (!trusted) {
    return tl::unexpected(trusted.error());
  }
  const auto record = trusted->load();
  if (!record) {
    return tl::unexpected(record.error());
  }
  const auto fresh = untrusted(wanted.lines, *record);
  if (fresh.empty()) {
    return {};
  }
  const std::string text = "gate: new in what this repository would run or publish on this machine:\n" + shown(fresh);
  const auto answer = ask(text, k_question, err, interrupt);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  if (*answer == Answer::yes) {
    return trusted->add(wanted);
  }
  if (*answer == Answer::nobody) {
    err.print(text);
  }
  // Where that fails, gate trust still finds what HEAD has.
  static_cast<void>(trusted->keep_asked(wanted));
  return not_agreed("gate trust   (agrees to it; then the same again)");
}

// All suites have a word in the digest, also those that have passed: it does not change with what is kept from an earlier run.
Result<void> Consent::in_ci(const std::vector<Need>& needs, const std::optional<Digest>& admitted, const Terminal& err) {
  SurfaceReading wanted;
  std::vector<SurfaceLine> fresh;
  for (const auto& need : needs) {
    auto reading = reading_of(need);
    if (!reading) {
      return tl::unexpected(reading.error());
    }
    // A first push: there is nothing yet that could be trusted more than this.
    const auto known = need.trusted_tree ? surface_at(*need.trusted_tree) : Result<std::optional<SurfaceReading>>(*reading);
    if (!known) {
      return tl::unexpected(known.error());
    }
    const auto missing = new_lines(Surface(reading->lines), Surface(*known ? (*known)->lines : std::vector<SurfaceLine>()));
    if (!need.verdict) {
      fresh.insert(fresh.end(), missing.begin(), missing.end());
    }
    join(wanted, *std::move(reading));
  }
  const Digest digest = Surface(wanted.lines).digest();
  if (fresh.empty() || (admitted && digest == *admitted)) {
    return {};
  }
  err.print("gate: new in what would be run here, against the protected side:\n" + shown(Surface(fresh).lines()));
  return could_not_run("what would be run here is not what the protected side has: nothing was run",
                       "once somebody has read it: gate check --trust " + digest.str());
}

} // namespace gate
