// gate trust
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "cli/wiring.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {

struct TrustFlags {
  std::optional<std::string> revision;
  bool show = false;
  bool forget = false;
};

Result<Oid> commit_named(const std::string& revision, OpenRepository& repository) {
  const auto object = repository.rev_parse(revision);
  if (!object) {
    return tl::unexpected(object.error());
  }
  const auto peeled = *object ? repository.peel(**object) : Result<Peeled>(Peeled{});
  if (!peeled) {
    return tl::unexpected(peeled.error());
  }
  return peeled->commit ? Result<Oid>(*peeled->commit)
                        : fail(ErrorKind::usage, "there is no commit \"" + revision + "\" here",
                               "gate trust REV, with a commit of this repository; or fetch it: git fetch");
}

Result<std::string> show(const TrustFiles& files) {
  const auto record = files.load();
  if (!record) {
    return tl::unexpected(record.error());
  }
  if (!*record || (*record)->lines.empty()) {
    return "gate: nothing is trusted for this repository\n";
  }
  return "gate: trusted for this repository:\n" + shown(Surface((*record)->lines).lines());
}

// What would be asked about HEAD, if it were to be pushed now.
Result<std::string> show_open(const TrustFiles& files, Session& session, const Invocation& invocation) {
  const auto head = session.repository().rev_parse("HEAD");
  if (!head) {
    return tl::unexpected(head.error());
  }
  if (!*head) {
    return std::string("gate: there is no commit at HEAD yet, and nothing to ask about\n");
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  Consent consent(session.repository(), session.sources(), invocation);
  const auto surface = consent.surface_at(**head);
  const auto record = files.load();
  if (!surface || !record) {
    return tl::unexpected(surface ? record.error() : surface.error());
  }
  const auto open = untrusted(surface->value_or(SurfaceReading{}).lines, *record);
  return open.empty() ? "gate: nothing of HEAD would be asked about\n"
                      : "gate: of HEAD this would be asked about (agree to it: gate trust):\n" + shown(open);
}

Result<std::string> show_all(const TrustFiles& files, Session& session, const Invocation& invocation) {
  auto trusted = show(files);
  if (!trusted) {
    return trusted;
  }
  // What is trusted is told in any case: HEAD's policy may be a broken one.
  const auto open = show_open(files, session, invocation);
  return *trusted + (open ? *open : "gate: what would be asked about HEAD can't be told: " + clean_line(open.error().message) + "\n");
}

Result<std::string> forget(TrustFiles& files) {
  const auto forgotten = files.forget();
  if (!forgotten) {
    return tl::unexpected(forgotten.error());
  }
  return std::string(*forgotten ? "gate: forgotten: nothing is trusted for this repository any more\n"
                                : "gate: nothing was trusted for this repository\n");
}

// What this commit has, and without a commit also what was refused last: that may be another policy's, on another tree.
Result<SurfaceReading> to_be_trusted(const TrustFlags& flags, const TrustFiles& files, Consent& consent, Session& session) {
  const auto commit = commit_named(flags.revision.value_or("HEAD"), session.repository());
  if (!commit) {
    return tl::unexpected(commit.error());
  }
  auto surface = consent.surface_at(*commit);
  if (!surface) {
    return tl::unexpected(surface.error());
  }
  SurfaceReading all = surface->value_or(SurfaceReading{});
  const auto asked = flags.revision ? Result<std::optional<TrustRecord>>(std::nullopt) : files.load_asked();
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  if (*asked) {
    join(all, {(*asked)->lines, (*asked)->sources});
  }
  return all;
}

Result<std::string> agree(const TrustFlags& flags, TrustFiles& files, Session& session, const Invocation& invocation) {
  Consent consent(session.repository(), session.sources(), invocation);
  const auto wanted = to_be_trusted(flags, files, consent, session);
  if (!wanted) {
    return tl::unexpected(wanted.error());
  }
  const auto record = files.load();
  if (!record) {
    return tl::unexpected(record.error());
  }
  const auto fresh = untrusted(wanted->lines, *record);
  auto written = files.add(*wanted);
  if (written && !flags.revision) {
    written = files.drop_asked();
  }
  if (!written) {
    return tl::unexpected(written.error());
  }
  if (fresh.empty()) {
    return std::string(wanted->lines.empty() ? "gate: there is nothing that this would run or publish here\n"
                                             : "gate: all of it was trusted before; gate trust --show lists it\n");
  }
  return "gate: trusted from now on:\n" + shown(fresh);
}

Result<std::string> run(const TrustFlags& flags, const Invocation& invocation) {
  if ((flags.revision ? 1 : 0) + (flags.show ? 1 : 0) + (flags.forget ? 1 : 0) > 1) {
    return fail(ErrorKind::usage, "a commit, --show and --forget do not go together", "gate trust --help");
  }
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  auto files = trust_files(session->repository(), invocation);
  if (!files) {
    return tl::unexpected(files.error());
  }
  if (flags.show || flags.forget) {
    return flags.show ? show_all(*files, *session, invocation) : forget(*files);
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  return agree(flags, *files, *session, invocation);
}

} // namespace

ExitCode run_trust(const Invocation& invocation) {
  TrustFlags flags;
  Options options("gate trust",
                  "Agrees to what HEAD's policy would run and publish on this machine, and to what was refused last; shows what of that is new.\n"
                  "What you commit yourself is trusted; what a pull, a merge or somebody's branch brings is asked about.");
  options.add_text("REV", flags.revision, "another commit, whose policy and files are meant");
  options.add_flag("--show", flags.show, "tell what is trusted, and what of HEAD would be asked about; change nothing");
  options.add_flag("--forget", flags.forget, "take all of it back: everything is asked about again");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const auto said = run(flags, invocation);
  if (!said) {
    const Terminal err(Terminal::Stream::err, invocation.env);
    err.print(render(said.error(), err.style("")));
    return exit_code_of(said.error().kind);
  }
  Terminal(Terminal::Stream::out, invocation.env).print(*said);
  return ExitCode::allowed;
}

} // namespace gate
