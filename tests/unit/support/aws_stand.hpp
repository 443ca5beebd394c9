// A world in which AWS's credentials are looked for: a home folder and an environment of a test's own.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "os/files.hpp"
#include "registry/aws_credentials.hpp"

namespace gate::test {

class AwsStand {
public:
  AwsStand() {
    // Nobody is asked who is not meant to be.
    set("HOME", home());
    set("PATH", "/usr/bin:/bin");
    set("AWS_EC2_METADATA_DISABLED", "true");
    std::filesystem::create_directories(m_folder.path() / ".aws");
  }

  std::string home() const { return m_folder.path().string(); }
  void set(const std::string& name, const std::string& value) {
    unset(name);
    env.push_back(name + "=" + value);
  }
  void unset(const std::string& name) {
    std::erase_if(env, [&](const std::string& entry) { return entry.rfind(name + "=", 0) == 0; });
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(m_folder.path() / name) << text;
    return (m_folder.path() / name).string();
  }
  std::string program(const std::string& name, const std::string& script) const {
    const std::string path = write(name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  registry::AwsWorld world() { return {env, m_interrupt, client, "eu-west-1", "amazonaws.com"}; }
  Result<std::optional<registry::AwsCredentials>> look() { return registry::aws_credentials(world()); }
  /// "ID SECRET TOKEN from ORIGIN", "none", or "MESSAGE | REMEDY".
  std::string found() {
    const auto result = look();
    if (!result) {
      return result.error().message + " | " + result.error().remedy;
    }
    if (!*result) {
      return "none";
    }
    const registry::AwsKeys& keys = (*result)->keys;
    return keys.id + " " + keys.secret.reveal() + " " + keys.session_token.reveal() + " from " + (*result)->origin;
  }

  Environment env;

private:
  TemporaryFolder m_folder = *TemporaryFolder::make(std::filesystem::temp_directory_path(), "gate-aws-");
  Interrupt m_interrupt;

public:
  registry::HttpClient client{{}, m_interrupt, "r"};
};

} // namespace gate::test
