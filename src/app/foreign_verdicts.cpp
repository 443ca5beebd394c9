#include "app/foreign_verdicts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "app/suite_key.hpp"

namespace gate {

namespace {

using TimePoint = std::chrono::system_clock::time_point;
using Trusts = std::vector<std::shared_ptr<const VerdictTrust>>;

constexpr std::size_t k_most_doubts = 8;
constexpr std::size_t k_told_doubts = 3;
constexpr std::string_view k_payload_type = "application/vnd.in-toto+json";

// An envelope, and what is in it.
struct OpenedEnvelope {
  std::string line;
  tl::expected<SignedStatement, std::string> content;
  bool is_listed = false; ///< its key may vouch for something, by every trust
};

// One that holds, but for who asks.
struct Candidate {
  VouchedVerdict vouched;
  bool is_admitted = false; ///< by every trust, in its role
};

bool is_listed(const PublicKey& key, const std::vector<std::vector<PublicKey>>& listed) {
  return std::all_of(listed.begin(), listed.end(), [&](const std::vector<PublicKey>& keys) { return std::find(keys.begin(), keys.end(), key) != keys.end(); });
}

void doubt(ForeignSearch& search, std::string who, std::string why) {
  const auto is_same = [&](const DoubtedVerdict& other) { return other.who == who && other.why == why; };
  if (search.doubts.size() < k_most_doubts && std::none_of(search.doubts.begin(), search.doubts.end(), is_same)) {
    search.doubts.push_back({std::move(who), std::move(why)});
  }
}

// Why the key can vouch for nothing, by the first trust that does not list it.
std::string why_unlisted(const PublicKey& key, const Trusts& trusts, TimePoint now) {
  for (const auto& trust : trusts) {
    if (const auto standing = trust->standing_of(key, now); !standing) {
      return standing.error();
    }
  }
  return "its key may not vouch for tests";
}

std::optional<Verdict> verdict_in(const std::string& statement, const Need& need) {
  for (const auto& key : need.vouched_keys) {
    if (auto verdict = from_statement(statement, key, need.seen)) {
      return verdict;
    }
  }
  return std::nullopt;
}

// Why the verdict does not count, whoever signed it; empty: it does. The same conditions as counts_from_elsewhere(), in words.
std::string why_uncounted(const Verdict& verdict, const Need& need, TimePoint now) {
  if (verdict.suite != need.suite.name || !(verdict.definition == need.suite.definition())) {
    return "it says of itself something else than its key";
  }
  for (const auto& trust : need.trusts) {
    if (!is_in_time(verdict, *trust, now)) {
      return verdict.finished > now ? "it ends in the future" : "it is older than \"max_age\" of [verdicts]";
    }
  }
  if (counts_from_elsewhere(verdict, need, now)) {
    return "";
  }
  if (!is_fresh(verdict, need.suite, std::max(now, verdict.finished))) {
    return "it is older than \"max_age\" of the suite";
  }
  return verdict.image_id == need.lost_image ? "the image that it tested is gone" : "it does not have the image of each service that is published";
}

bool is_better(const VouchedVerdict& a, const VouchedVerdict& b) {
  return a.voucher.role != b.voucher.role ? a.voucher.role == SignerRole::ci : a.verdict.finished > b.verdict.finished;
}

std::string joined(const std::vector<DoubtedVerdict>& doubts) {
  std::string text;
  for (std::size_t i = 0; i < std::min(doubts.size(), k_told_doubts); ++i) {
    text += "; the one by " + doubts[i].who + ": " + doubts[i].why;
  }
  return text;
}

bool asks_for_ci(const Need& need) {
  return std::any_of(need.trusts.begin(), need.trusts.end(), [](const auto& trust) { return trust != nullptr && trust->has_ci(); });
}

// It was verified; the next judgement need not do it again. That it can't be written costs no more than that.
void keep(const VouchedVerdict& vouched, const Need& need, VerdictStore& verdicts) {
  std::set<Digest> terms;
  for (const auto& trust : need.trusts) {
    if (terms.insert(trust->digest()).second) {
      static_cast<void>(verdicts.store_vouched(vouched, trust->digest()));
    }
  }
}

} // namespace

class ForeignLookup::Notes {
public:
  explicit Notes(const ForeignPorts& ports) : m_ports(ports) {}

  const std::vector<OpenedEnvelope>& on(const Oid& tree, const Trusts& trusts) {
    auto [at, is_new] = m_opened.try_emplace({tree, trusts});
    if (!is_new) {
      return at->second;
    }
    const Listed& listed = listed_by(trusts);
    for (auto& line : m_ports.notes.envelopes(tree, listed.ids)) {
      auto content = m_ports.envelopes.open(line, listed.all);
      const bool knows_key = content && is_listed(content->key, listed.by_trust);
      at->second.push_back({std::move(line), std::move(content), knows_key});
    }
    return at->second;
  }

private:
  struct Listed {
    std::vector<std::string> ids;
    std::vector<PublicKey> all;
    std::vector<std::vector<PublicKey>> by_trust;
  };

  const Listed& listed_by(const Trusts& trusts) {
    auto [at, is_new] = m_listed.try_emplace(trusts);
    if (is_new) {
      std::set<std::string> ids;
      for (const auto& trust : trusts) {
        auto keys = trust->keys();
        for (const auto& key : keys) {
          if (ids.insert(key.id()).second) {
            at->second.all.push_back(key);
          }
        }
        at->second.by_trust.push_back(std::move(keys));
      }
      ids.erase("");
      at->second.ids.assign(ids.begin(), ids.end());
    }
    return at->second;
  }

  ForeignPorts m_ports;
  std::map<std::pair<Oid, Trusts>, std::vector<OpenedEnvelope>> m_opened;
  std::map<Trusts, Listed> m_listed;
};

namespace {

// Looks at one envelope for one need: gives a candidate, or a doubt, or neither.
class EnvelopeJudge {
public:
  EnvelopeJudge(const Need& need, Asker asker, TimePoint now, ForeignSearch& search) : m_need(need), m_asker(asker), m_now(now), m_search(search) {}

  std::optional<Candidate> judge(const OpenedEnvelope& opened) {
    if (!opened.content) {
      doubt(m_search, "somebody", opened.content.error());
      return std::nullopt;
    }
    const SignedStatement& signed_one = *opened.content;
    const std::string key = signed_one.key.fingerprint();
    if (signed_one.payload_type != k_payload_type) {
      doubt(m_search, key, "it is no in-toto statement");
      return std::nullopt;
    }
    if (!opened.is_listed) {
      doubt(m_search, key, why_unlisted(signed_one.key, m_need.trusts, m_now));
      return std::nullopt;
    }
    const auto verdict = verdict_in(signed_one.statement, m_need);
    if (!verdict) {
      if (!is_of_another_suite(signed_one.statement, m_need.suite.name)) {
        doubt(m_search, key, why_not_wanted(signed_one.statement, {m_need.seen, m_need.suite.definition(), m_need.vouched_keys}));
      }
      return std::nullopt;
    }
    return vouched_for(*verdict, opened, key);
  }

private:
  // By every trust; in the lowest role that one of them gives.
  std::optional<Candidate> vouched_for(const Verdict& verdict, const OpenedEnvelope& opened, const std::string& key) {
    Candidate candidate{{verdict, {}, opened.line}, true};
    bool is_first = true;
    for (const auto& trust : m_need.trusts) {
      const auto standing = trust->standing_of(opened.content->key, verdict.finished);
      if (!standing) {
        doubt(m_search, key, standing.error());
        return std::nullopt;
      }
      Voucher& voucher = candidate.vouched.voucher;
      if (is_first || (voucher.role == SignerRole::ci && standing->role == SignerRole::dev)) {
        voucher = *standing;
      }
      is_first = false;
      candidate.is_admitted = candidate.is_admitted && trust->admits(standing->role, m_asker);
    }
    const std::string who = candidate.vouched.voucher.principal;
    if (const std::string why = why_uncounted(verdict, m_need, m_now); !why.empty()) {
      doubt(m_search, who, why);
      return std::nullopt;
    }
    if (!candidate.is_admitted) {
      doubt(m_search, who, "it is by a dev signer, and one by a ci signer is asked for");
    }
    return candidate;
  }

  const Need& m_need;
  Asker m_asker;
  TimePoint m_now;
  ForeignSearch& m_search;
};

} // namespace

ForeignLookup::ForeignLookup(const ForeignPorts& ports, TimePoint now) : m_notes(std::make_unique<Notes>(ports)), m_now(now) {}
ForeignLookup::~ForeignLookup() = default;

ForeignSearch ForeignLookup::search(const Need& need, Asker asker) {
  ForeignSearch search;
  if (!need.may_be_vouched_for()) {
    return search;
  }
  EnvelopeJudge judge(need, asker, m_now, search);
  for (const auto& opened : m_notes->on(need.seen, need.trusts)) {
    auto candidate = judge.judge(opened);
    if (candidate && candidate->is_admitted) {
      search.others.push_back(std::move(candidate->vouched));
    }
  }
  std::stable_sort(search.others.begin(), search.others.end(), is_better);
  if (!search.others.empty()) {
    search.found = std::move(search.others.front());
    search.others.erase(search.others.begin());
  }
  return search;
}

ForeignSearch search_foreign(const Need& need, Asker asker, const ForeignPorts& ports, TimePoint now) { return ForeignLookup(ports, now).search(need, asker); }

std::vector<DoubtsOf> fill_in_foreign(Judgement& judgement, Asker asker, const ForeignPorts& ports, TimePoint now) {
  ForeignLookup lookup(ports, now);
  std::vector<DoubtsOf> doubts;
  for (auto& need : judgement.needs) {
    if (need.verdict) {
      continue;
    }
    auto search = lookup.search(need, asker);
    if (search.found) {
      keep(*search.found, need, ports.verdicts);
      need.verdict = search.found->verdict;
      need.voucher = search.found->voucher;
    } else if (!search.doubts.empty()) {
      doubts.push_back({need.suite.name, std::move(search.doubts)});
    }
  }
  return doubts;
}

namespace {

// Why there can be no verdict, and what mends it; else what was doubted.
struct MissingVerdict {
  std::string what;
  std::string remedy;
};

MissingVerdict missing(const Need& need, ForeignLookup& lookup, const ForeignSearch& search, const std::string& remote) {
  const std::string suite = "suite \"" + need.suite.name + "\"";
  const std::string on = " on " + need.commit.brief() + " (tree " + need.seen.brief() + ")";
  if (!need.unknown_key.empty()) {
    return {"whether " + suite + " has passed" + on + " can't be told here: " + need.unknown_key,
            "name its image by a digest and set what it takes of the environment where this is judged, or take the suite out of \"require\""};
  }
  const std::string none = "no verdict that holds for " + suite + on;
  if (!need.suite.reusable) {
    return {none + "; it is \"reusable = false\", so no verdict from elsewhere ever counts", "let it be reusable, with a \"max_age\", or take it out of \"require\""};
  }
  if (!need.may_be_vouched_for()) {
    return {none + "; by a policy that asks for it nobody's verdict counts", "name [verdicts] allowed_signers in the policy, with a file that is committed beside it"};
  }
  const std::string what = none + joined(search.doubts);
  if (lookup.search(need, Asker::client).found) {
    return {what, "push the branch to where CI tests it, and push here once its verdict is there"};
  }
  const std::string by_ci = asks_for_ci(need) ? "; it takes the key of a ci signer: without one, push the branch to where CI tests it first" : "";
  return {what, "gate push (or, tested already: gate verdict push " + remote + "), then push again" + by_ci};
}

} // namespace

void demand_verdicts(Judgement& judgement, const ForeignPorts& ports, TimePoint now, const std::string& remote) {
  ForeignLookup lookup(ports, now);
  std::vector<Need> left;
  for (auto& need : judgement.needs) {
    if (need.verdict && need.voucher) {
      continue;
    }
    const auto search = lookup.search(need, Asker::authority);
    if (search.found) {
      keep(*search.found, need, ports.verdicts);
      continue;
    }
    const auto why = missing(need, lookup, search, remote);
    for (const auto& ref : need.refs) {
      judgement.violations.push_back({"verdict", ref, why.what, "[verdicts] asks for a signed pass before " + ref.brief() + " moves", need.suite.place, why.remedy});
    }
    left.push_back(std::move(need));
  }
  judgement.needs = std::move(left);
}

} // namespace gate
