// What services of a compose file share, judged.
#include "engine/compose_document.hpp"
#include "engine/hazard_judge.hpp"

namespace gate {

// By the name that the Engine knows it by.
void HazardJudge::external(const std::string& name, const Json& definition) {
  const Json& external = member(definition, "external");
  if (is_empty(external)) {
    return;
  }
  std::string real = without_escapes(text_of(member(external, "name")));
  if (real.empty()) {
    real = without_escapes(text_of(member(definition, "name")));
  }
  refuse("external", "external " + m_kind.substr(0, m_kind.find(' ')) + " " + (real.empty() ? name : real));
}

void HazardJudge::network(const std::string& name, const Json& definition) {
  m_place = "network \"" + name + "\": ";
  m_kind = "network " + name;
  external(name, definition);
  only(definition, "", {"name", "driver", "internal", "attachable", "labels", "external"});
  if (const Json& driver = member(definition, "driver");
      !is_empty(driver) && driver != "bridge" && driver != "default") {
    refuse_shared("driver: " + shown(driver), "driver", driver);
  }
}

void HazardJudge::volume(const std::string& name, const Json& definition) {
  m_place = "volume \"" + name + "\": ";
  m_kind = "volume " + name;
  external(name, definition);
  only(definition, "", {"name", "driver", "labels", "external"});
  if (const Json& driver = member(definition, "driver");
      !is_empty(driver) && driver != "local" && driver != "default") {
    refuse_shared("driver: " + shown(driver), "driver", driver);
  }
}

void HazardJudge::file_object(const std::string& kind, const std::string& name, const Json& definition) {
  m_place = kind + " \"" + name + "\": ";
  m_kind = kind + " " + name;
  only(definition, "", {"name", "file", "content", "labels"});
  const Json& file = member(definition, "file");
  if (file.is_null()) {
    return;
  }
  Mount mount;
  mount.source = without_escapes(text_of(file));
  mount.writable = false;
  bind(mount);
}

void HazardJudge::shared_things() {
  const auto each = [&](const char* kind, const std::set<std::string>& used, const auto& check) {
    for (const std::string& name : used) {
      if (const Json& definition = member(member(m_model, kind), name.c_str()); !definition.is_null()) {
        check(name, definition);
      }
    }
  };
  each("networks", m_networks, [&](const std::string& name, const Json& it) { network(name, it); });
  each("volumes", m_volumes, [&](const std::string& name, const Json& it) { volume(name, it); });
  each("secrets", m_secrets,
       [&](const std::string& name, const Json& it) { file_object("secret", name, it); });
  each("configs", m_configs,
       [&](const std::string& name, const Json& it) { file_object("config", name, it); });
}

} // namespace gate
