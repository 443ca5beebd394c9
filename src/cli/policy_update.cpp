// gate policy update, gate policy fetch
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "app/policies.hpp"
#include "cli/build_id.hpp"
#include "cli/child_environment.hpp"
#include "cli/options.hpp"
#include "cli/policy.hpp"
#include "cli/policy_sources.hpp"
#include "cli/secret_variables.hpp"
#include "cli/tell.hpp"
#include "cli/terminal.hpp"
#include "cli/work_tree_files.hpp"
#include "cli/work_tree_top.hpp"
#include "git/live_remotes.hpp"
#include "git/own_side.hpp"
#include "git/pinned_policies.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"
#include "policy/compare.hpp"
#include "policy/repin.hpp"
#include "report/clean.hpp"
#include "report/policy_text.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

std::string name_for_people(const Extension::Pinned& pin) { return clean_line(without_secrets(pin.git) + " " + pin.path); }

/// The machine's sources, which bring what is pinned and not here.
class FetchingSources final : public PolicySources {
public:
  FetchingSources(std::unique_ptr<PolicySources> here, PolicyStore store, const PolicyFetcher& fetcher)
      : m_here(std::move(here)), m_store(std::move(store)), m_fetcher(fetcher) {}

  Result<std::optional<SystemFile>> system() override { return m_here->system(); }
  std::optional<std::string> ready_made(const std::string& name) override { return m_here->ready_made(name); }
  Result<std::string> machine_file(const std::string& path) override { return m_here->machine_file(path); }

  Result<std::string> pinned(const Extension::Pinned& pin) override {
    if (auto text = m_store.read(pin)) {
      m_had.push_back(name_for_people(pin));
      return text;
    }
    auto text = m_fetcher.fetch(pin);
    if (!text) {
      return text;
    }
    if (auto kept = m_store.keep(*text); !kept) {
      return tl::unexpected(kept.error());
    }
    m_brought.push_back(name_for_people(pin));
    return text;
  }

  Result<void> keep(const std::string& text) const { return m_store.keep(text); }
  const std::vector<std::string>& brought() const { return m_brought; }
  const std::vector<std::string>& had() const { return m_had; }

private:
  std::unique_ptr<PolicySources> m_here;
  PolicyStore m_store;
  const PolicyFetcher& m_fetcher;
  std::vector<std::string> m_brought;
  std::vector<std::string> m_had;
};

/// The gate.toml of the work tree, and what reads it.
class Workbench {
public:
  static Result<Workbench> open(const Invocation& invocation, const Interrupt& interrupt) {
    const auto top = work_tree_top(invocation);
    if (!top) {
      return tl::unexpected(top.error());
    }
    const auto store = policy_store_folder(invocation);
    if (!store) {
      return tl::unexpected(store.error());
    }
    auto text = read_file(*top / k_policy_file);
    if (!text) {
      return tl::unexpected(text.error());
    }
    if (!*text) {
      return fail(ErrorKind::usage, "there is no " + std::string(k_policy_file) + " at the top of the work tree", "gate init writes one");
    }
    return Workbench(invocation, interrupt, {*top, *store, **std::move(text)});
  }

  const std::string& text() const { return m_files.text; }
  fs::path file() const { return m_files.top / k_policy_file; }
  PolicyFetcher& fetcher() { return *m_fetcher; }
  FetchingSources& sources() { return *m_sources; }

  tl::expected<Policy, PolicyFailure> load(const std::string& policy_text) {
    WorkTreeFiles files(m_files.top);
    return load_policy(policy_text, std::string(k_policy_file), files, *m_sources, k_version);
  }

private:
  struct Files {
    fs::path top;
    fs::path store;
    std::string text;
  };

  Workbench(const Invocation& invocation, const Interrupt& interrupt, Files files)
      : m_files(std::move(files)),
        m_fetcher(std::make_unique<PolicyFetcher>(m_files.store.parent_path() / "fetch", children_environment(invocation.env), &interrupt)),
        m_sources(std::make_unique<FetchingSources>(wire_policy_sources(invocation), PolicyStore(m_files.store), *m_fetcher)) {}

  Files m_files;
  std::unique_ptr<PolicyFetcher> m_fetcher;
  std::unique_ptr<FetchingSources> m_sources;
};

/// What the command line asks of an update.
struct UpdateWish {
  std::optional<std::string> which; ///< URL or path of the pins that are meant; nothing: all
  std::optional<std::string> to;
  bool is_dry = false;
};

bool is_meant(const Extension::Pinned& pin, const UpdateWish& wish) { return !wish.which || pin.git == *wish.which || pin.path == *wish.which; }

Result<std::vector<Located<Extension::Pinned>>> pins_meant(const Policy& policy, const UpdateWish& wish) {
  std::vector<Located<Extension::Pinned>> pins;
  std::string known;
  for (const auto& extension : policy.extends) {
    if (const auto* pin = std::get_if<Extension::Pinned>(&extension.what)) {
      known += (known.empty() ? "" : ", ") + pin->path + " of " + without_secrets(pin->git);
      if (is_meant(*pin, wish)) {
        pins.push_back({*pin, extension.place});
      }
    }
  }
  if (known.empty()) {
    return fail(ErrorKind::usage, std::string(k_policy_file) + " pins no policy of another repository",
                "extends = [{ git = \"URL\", rev = \"…\", path = \"team.toml\", sha256 = \"…\" }]");
  }
  if (pins.empty()) {
    return fail(ErrorKind::usage, "no pin is called \"" + *wish.which + "\"", "there are: " + known);
  }
  if (wish.to && pins.size() > 1) {
    return fail(ErrorKind::usage, "--to goes with one pin, and there are several", "name one by its URL or path: " + known);
  }
  return pins;
}

/// A policy text whose pins were moved, and a line for each pin.
struct Moved {
  std::string text;
  std::string lines;
};

Result<Moved> move_pins(Workbench& bench, const std::vector<Located<Extension::Pinned>>& pins, const UpdateWish& wish) {
  Moved moved{bench.text(), {}};
  for (const auto& pin : pins) {
    const auto found = bench.fetcher().find(pin.value.git, wish.to, pin.value.path);
    if (!found) {
      return tl::unexpected(found.error());
    }
    const std::string name = "gate: " + name_for_people(pin.value);
    const auto fresh = pin_of(pin.value, found->rev, found->text);
    if (fresh.rev == pin.value.rev && fresh.sha256 == pin.value.sha256) {
      moved.lines += name + " is up to date, at " + found->rev.substr(0, 8) + "\n";
      continue;
    }
    auto text = with_pin_moved(moved.text, {pin.value, pin.place}, fresh);
    if (!text) {
      return fail(ErrorKind::usage, "the pin at " + pin.place.str() + " is not written so that it can be moved",
                  "write there: rev = \"" + fresh.rev + "\", sha256 = \"" + fresh.sha256 + "\"");
    }
    if (auto kept = bench.sources().keep(found->text); !kept) {
      return tl::unexpected(kept.error());
    }
    moved.text = *std::move(text);
    moved.lines += name + ": from " + pin.value.rev.substr(0, 8) + " to " + found->rev.substr(0, 8) + "\n";
  }
  return moved;
}

// The last line says whether anything is loosened.
std::string last_line(const std::vector<PolicyDifference>& differences) {
  const auto loosened = std::count_if(differences.begin(), differences.end(), may_loosen);
  if (loosened == 0) {
    return "gate: nothing is loosened\n";
  }
  return "gate: careful: " + std::to_string(loosened) + (loosened == 1 ? " of these changes loosens, or may loosen," : " of these changes loosen, or may loosen,") +
         " what holds now\n";
}

ExitCode update(const UpdateWish& wish, const Invocation& invocation) {
  const Interrupt interrupt;
  auto bench = Workbench::open(invocation, interrupt);
  if (!bench) {
    return tell(bench.error(), invocation);
  }
  const auto own = parse_policy(bench->text(), std::string(k_policy_file), k_version, PolicyRole::layer);
  if (!own) {
    return tell(PolicyFailure{own.error(), {}}, invocation);
  }
  const auto pins = pins_meant(*own, wish);
  if (!pins) {
    return tell(pins.error(), invocation);
  }
  const auto moved = move_pins(*bench, *pins, wish);
  if (!moved) {
    return tell(moved.error(), invocation);
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print(moved->lines);
  if (moved->text == bench->text()) {
    return ExitCode::allowed;
  }
  const auto after = bench->load(moved->text);
  if (!after) {
    return tell(after.error(), invocation);
  }
  const auto before = bench->load(bench->text());
  if (before) {
    out.print(render(compare(*before, *after), out.style("")));
  } else {
    tell(before.error(), invocation);
  }
  if (!wish.is_dry) {
    constexpr mode_t k_readable = 0644;
    if (auto written = write_file(bench->file(), moved->text, k_readable); !written) {
      return tell(written.error(), invocation);
    }
  }
  const std::string name(k_policy_file);
  out.print(wish.is_dry ? "gate: " + name + " stays as it is (--dry-run)\n"
                        : "gate: wrote " + name + "; if that is what you want: git commit " + name + ", else git checkout -- " + name + "\n");
  out.print(before ? last_line(compare(*before, *after)) : "gate: careful: what held before can't be had, so what is loosened can't be told\n");
  return ExitCode::allowed;
}

void tell_of(const FetchingSources& sources, const Invocation& invocation) {
  const Terminal out(Terminal::Stream::out, invocation.env);
  const auto each_once = [](std::vector<std::string> names) { return std::set<std::string>(names.begin(), names.end()); };
  const auto brought = each_once(sources.brought());
  for (const auto& name : brought) {
    out.print("gate: fetched " + name + "\n");
  }
  for (const auto& name : each_once(sources.had())) {
    out.print(brought.count(name) != 0 ? "" : "gate: " + name + " is here already\n");
  }
}

void tell_of_none(const FetchingSources& sources, const Invocation& invocation) {
  if (sources.brought().empty() && sources.had().empty()) {
    Terminal(Terminal::Stream::out, invocation.env).print("gate: nothing is pinned\n");
  }
}

// Of the revision, or of every branch, that of HEAD first.
Result<std::vector<Oid>> commits_to_read(OpenRepository& repository, const std::optional<std::string>& revision) {
  if (revision) {
    const auto object = repository.rev_parse(*revision);
    const auto peeled = object && *object ? repository.peel(**object) : Result<Peeled>(Peeled{});
    if (!object || !peeled) {
      return tl::unexpected(object ? peeled.error() : object.error());
    }
    return peeled->commit ? Result<std::vector<Oid>>(std::vector{*peeled->commit})
                          : fail(ErrorKind::usage, "\"" + *revision + "\" is no commit of this repository", "git branch -a shows its branches");
  }
  const auto own = own_side_of(repository);
  auto tips = own->tracking_tips("");
  const auto head = own->remote_head("");
  if (!tips || !head) {
    return tl::unexpected(tips ? head.error() : tips.error());
  }
  std::stable_partition(tips->begin(), tips->end(), [&](const BranchTip& tip) { return *head && tip.branch == **head; });
  std::vector<Oid> commits;
  std::transform(tips->begin(), tips->end(), std::back_inserter(commits), [](const BranchTip& tip) { return tip.tip; });
  return commits;
}

// What one commit's policy lacks keeps no other from getting its own.
ExitCode fetch_for_commits(OpenRepository& repository, const std::optional<std::string>& revision, const Invocation& invocation,
                           const Interrupt& interrupt) {
  const auto commits = commits_to_read(repository, revision);
  if (!commits) {
    return tell(commits.error(), invocation);
  }
  const auto store = policy_store_folder(invocation);
  if (!store) {
    return tell(store.error(), invocation);
  }
  const PolicyFetcher fetcher(store->parent_path() / "fetch", children_environment(invocation.env), &interrupt);
  FetchingSources sources(wire_policy_sources(invocation), PolicyStore(*store), fetcher);
  Policies policies(repository, sources, k_version);
  ExitCode worst = ExitCode::allowed;
  for (const auto& commit : *commits) {
    const auto read = policies.at(commit);
    ExitCode end = ExitCode::allowed;
    if (!read) {
      end = tell(read.error(), invocation);
    } else if (!(*read)->problems.empty()) {
      end = tell(PolicyFailure{{(*read)->problems, (*read)->needs_newer_gate}, {}}, invocation);
    }
    worst = std::max(worst, end);
    if (interrupt.raised()) {
      return ExitCode::interrupted;
    }
  }
  tell_of(sources, invocation);
  if (worst == ExitCode::allowed) {
    tell_of_none(sources, invocation);
  }
  return worst;
}

} // namespace

ExitCode run_policy_update(const Invocation& invocation) {
  UpdateWish wish;
  Options options("gate policy update",
                  "Moves the pins of policies that gate.toml extends from other repositories to where these are now, and shows what that\n"
                  "changes: what it loosens and what it tightens. Only rev and sha256 of a pin are written anew; committing is yours.");
  options.add_text("WHICH", wish.which, "the URL or the path of one pin (default: all)");
  options.add_text("--to", wish.to, "a branch, a tag or a full commit of that repository (default: its HEAD)");
  options.add_flag("--dry-run", wish.is_dry, "show it, and write nothing");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  return update(wish, invocation);
}

ExitCode run_policy_fetch(const Invocation& invocation) {
  std::optional<std::string> revision;
  Options options("gate policy fetch",
                  "Brings to this machine what gate.toml, and what it extends, pins of other repositories. Hooks never do that.\n"
                  "In a repository that receives pushes: what gate.toml of each of its branches pins. Run it as the user whom its hooks run as.");
  options.add_text("REV", revision, "a commit whose gate.toml is meant (default: the work tree's; in a bare repository every branch's)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Interrupt interrupt;
  std::error_code failed;
  const auto here = fs::current_path(failed);
  const auto opened =
      failed ? Result<std::unique_ptr<OpenRepository>>(could_not_run("the current folder is gone: " + failed.message(), "change into the repository"))
             : open_repository(child_environment(invocation.env), here);
  if (!opened) {
    return tell(opened.error(), invocation);
  }
  if (revision || !(*opened)->work_dir()) {
    return fetch_for_commits(**opened, revision, invocation, interrupt);
  }
  auto bench = Workbench::open(invocation, interrupt);
  if (!bench) {
    return tell(bench.error(), invocation);
  }
  const auto policy = bench->load(bench->text());
  tell_of(bench->sources(), invocation);
  if (!policy) {
    return tell(policy.error(), invocation);
  }
  tell_of_none(bench->sources(), invocation);
  return ExitCode::allowed;
}

} // namespace gate
