// AWS's shared files, ~/.aws/config and ~/.aws/credentials, as botocore reads them (botocore/configloader.py,
// which is Python's configparser).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"

namespace gate::registry {

/// Settings by name, in lower case. A value that goes on in indented lines has line feeds in it.
using AwsSection = std::map<std::string, Secret>;

/// Sections by what stands between the brackets. An error names the line.
Result<std::map<std::string, AwsSection>> aws_sections(std::string_view text);

/// The profile that a section of the config file is of: "default", "profile NAME", "profile \"A NAME\""; ""
/// for another section.
std::string profile_of_section(std::string_view section);

/// Words as Python's shlex.split() has them, which is how botocore splits a credential_process. Nothing where
/// a quotation is not closed.
std::optional<std::vector<std::string>> shlex_words(std::string_view text);

class AwsProfiles {
public:
  /// Reads both files; one that is not there is empty. AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say
  /// where they are, be it a pipe or a device (named_file.hpp).
  static Result<AwsProfiles> read(const Environment& env, const Interrupt* interrupt = nullptr);

  bool has(const std::string& profile) const;
  /// A setting, from the credentials file before the config file. Null where it is not there or empty.
  const Secret* find(const std::string& profile, const std::string& setting) const;
  /// The same as a text, "" for null: for what is no secret.
  std::string text(const std::string& profile, const std::string& setting) const;

  /// Of one of the two files only.
  const Secret* find_in_credentials(const std::string& profile, const std::string& setting) const;
  const Secret* find_in_config(const std::string& profile, const std::string& setting) const;

  /// For people, with "~" for the home folder.
  const std::string& credentials_path() const { return m_credentials.shown; }
  const std::string& config_path() const { return m_config.shown; }

private:
  struct File {
    std::string shown;
    std::map<std::string, AwsSection> profiles;
  };

  static Result<File> read_one(const Environment& env, const std::string& variable, const std::string& usual,
                               const Interrupt* interrupt);
  static const Secret* find_in(const File& file, const std::string& profile, const std::string& setting);

  File m_credentials;
  File m_config;
};

/// AWS_DEFAULT_PROFILE, AWS_PROFILE, or "default", in this order.
std::string chosen_profile(const Environment& env);

} // namespace gate::registry
