// What to say when no answer came.
#pragma once

#include "base/error.hpp"
#include "registry/url.hpp"

namespace gate::registry {

enum class Trouble {
  unknown_name,
  unknown_proxy,
  proxy_refuses,
  nobody_there,
  silence,
  no_tls,
  untrusted,
  bad_ca_file,
  too_long,
  cut,
  not_secure,
  no_memory,
};

/// Of a CURLcode.
Trouble trouble_of(int code);

/// One sentence with the host, and never with the path, which may be a secret.
Error connection_error(Trouble trouble, const Origin& origin);

} // namespace gate::registry
