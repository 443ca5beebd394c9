// Judges a normalized compose file, thing by thing; for hazards.cpp and what is beside it.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/hazards.hpp"
#include "engine/json.hpp"
#include "engine/mount.hpp"

namespace gate {

/// HazardJudges one model.
class HazardJudge {
public:
  HazardJudge(const Json& model, const std::filesystem::path& tree, const std::vector<std::string>& allow) : m_model(model), m_tree(tree), m_allow(allow) {}

  void service(const std::string& name);
  void shared_things();
  void nested_binds();
  Judged judged() && { return std::move(m_judged); }

private:
  using Check = void (HazardJudge::*)(const Json&);
  static const std::map<std::string_view, Check>& checks();

  static bool is_empty(const Json& value);
  static std::string shown(const Json& value);
  static bool begins_with(const std::string& text, std::string_view with) { return text.compare(0, with.size(), with) == 0; }

  /// `name` is what a policy could allow it by; empty: by nothing.
  void refuse(const std::string& what, const std::string& name);
  void refuse_always(const std::string& what) { refuse(what, {}); }
  /// A key with its value, by the name "KEY VALUE"; each item of a list or map is a thing of its own.
  void refuse_value(const std::string& key, const Json& value);
  /// Of what all services share: it is named with its place.
  void refuse_shared(const std::string& what, const std::string& key, const Json& value) {
    refuse(what, m_kind + " " + key + (value.is_boolean() ? "" : " " + shown(value)));
  }
  std::string bind_name(const std::filesystem::path& source, const std::filesystem::path& real) const;
  // compose makes paths absolute; the reader knows them as they are in the repository.
  std::string in_tree(const std::string& path) const {
    const std::string top = m_tree.string() + "/";
    return begins_with(path, top) ? "./" + path.substr(top.size()) : path;
  }
  void refuse_plainly(const std::string& what) { m_judged.refused.push_back({m_place + what, {}}); }
  void only(const Json& object, const std::string& of, std::initializer_list<std::string_view> keys);

  void build(const Json& value);
  void volumes(const Json& value);
  void bind(const Mount& mount);
  void volumes_from(const Json& value);
  void networks(const Json& value);
  void network_mode(const Json& value) { sharing("network_mode", value, {"none", "bridge", "default"}); }
  void ipc(const Json& value) { sharing("ipc", value, {"none", "private", "shareable"}); }
  void pid(const Json& value) { sharing("pid", value, {}); }
  void cgroup(const Json& value) { sharing("cgroup", value, {"private"}); }
  void sharing(const std::string& key, const Json& value, std::initializer_list<std::string_view> fine);
  void security_opt(const Json& value);
  void isolation(const Json& value);
  void scale(const Json& value) { count("scale", value); }
  void count(const std::string& key, const Json& value);
  void deploy(const Json& value);
  void granted(const char* kind, const Json& value, std::set<std::string>& used);
  void secrets(const Json& value) { granted("secrets", value, m_secrets); }
  void configs(const Json& value) { granted("configs", value, m_configs); }

  void external(const std::string& name, const Json& definition);
  void network(const std::string& name, const Json& definition);
  void volume(const std::string& name, const Json& definition);
  void file_object(const std::string& kind, const std::string& name, const Json& definition);

  struct Bound {
    std::string place;
    std::string source;
    std::filesystem::path real;
    bool writable;
  };

  const Json& m_model;
  const std::filesystem::path& m_tree;
  const std::vector<std::string>& m_allow;
  std::string m_place;
  std::string m_kind; ///< "network back" while that is judged; empty for a service
  std::set<std::string> m_networks{"default"};
  std::set<std::string> m_volumes;
  std::set<std::string> m_secrets;
  std::set<std::string> m_configs;
  std::vector<Bound> m_binds;
  Judged m_judged;
};

} // namespace gate
