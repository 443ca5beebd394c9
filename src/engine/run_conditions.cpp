#include "engine/hazards.hpp"
#include "engine/mount.hpp"

namespace gate {

namespace {

void add_file_binds(const Json& model, const char* kind, const Json& used, const std::string& place, std::vector<std::string>& sentences) {
  for (const Json& item : list_of(used)) {
    const std::string name = text_of(item.is_object() ? member(item, "source") : item);
    if (!member(member(member(model, kind), name.c_str()), "file").is_null()) {
      sentences.push_back(place + "the file of " + kind + " " + name + " can't be bound: the Engine is on another machine, which does not have this one's files");
    }
  }
}

} // namespace

std::vector<std::string> binds_of_this_machine(const Json& model, const std::vector<std::string>& services) {
  std::vector<std::string> sentences;
  for (const std::string& name : services) {
    const Json& service = member(member(model, "services"), name.c_str());
    const std::string place = "service \"" + name + "\": ";
    for (const Json& entry : list_of(member(service, "volumes"))) {
      const std::optional<Mount> mount = parse_mount(entry);
      if (mount && mount->kind == Mount::Kind::bind) {
        sentences.push_back(place + "what it has at " + mount->target +
                            " can't be bound: the Engine is on another machine, which does not have this one's files; copy them into the image");
      }
    }
    add_file_binds(model, "secrets", member(service, "secrets"), place, sentences);
    add_file_binds(model, "configs", member(service, "configs"), place, sentences);
  }
  return sentences;
}

std::vector<std::string> ways_out(const Json& model, const std::vector<std::string>& services) {
  std::vector<std::string> sentences;
  const auto judge_network = [&](const std::string& service, const std::string& network) {
    const Json& definition = member(member(model, "networks"), network.c_str());
    const Json& external = member(definition, "external");
    const std::string driver = text_of(member(definition, "driver"));
    if (is_true(external) || external.is_object() || (!driver.empty() && driver != "bridge" && driver != "default")) {
      sentences.push_back("service \"" + service + "\": network " + network + " leads out of the run, but the suite has network = \"none\"");
    }
  };
  for (const std::string& name : services) {
    const Json& service = member(member(model, "services"), name.c_str());
    const std::string mode = text_of(member(service, "network_mode"));
    // "bridge" is replaced by a network of the run (rewrite.cpp).
    if (!mode.empty() && mode != "none" && mode != "bridge" && mode != "default" && mode.rfind("service:", 0) != 0) {
      sentences.push_back("service \"" + name + "\": network_mode: " + mode + " leads out of the run, but the suite has network = \"none\"");
    }
    const Json& networks = member(service, "networks");
    for (const auto& [network, ignored] : map_of(networks).items()) {
      judge_network(name, network);
    }
    for (const Json& network : list_of(networks)) {
      judge_network(name, text_of(network));
    }
    if (networks.is_null() && mode.empty()) {
      judge_network(name, "default");
    }
  }
  return sentences;
}

} // namespace gate
