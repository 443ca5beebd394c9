#include "registry/http_failure.hpp"

#include <curl/curl.h>

namespace gate::registry {

Trouble trouble_of(int code) {
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
    return Trouble::unknown_name;
  case CURLE_COULDNT_RESOLVE_PROXY:
    return Trouble::unknown_proxy;
  case CURLE_COULDNT_CONNECT:
    return Trouble::nobody_there;
  case CURLE_OPERATION_TIMEDOUT:
    return Trouble::silence;
  case CURLE_SSL_CONNECT_ERROR:
    return Trouble::no_tls;
  case CURLE_PEER_FAILED_VERIFICATION:
    return Trouble::untrusted;
  case CURLE_SSL_CACERT_BADFILE:
    return Trouble::bad_ca_file;
  case CURLE_FAILED_INIT:
  case CURLE_OUT_OF_MEMORY:
    return Trouble::no_memory;
  default:
    return Trouble::cut;
  }
}

Error connection_error(Trouble trouble, const Origin& origin) {
  const std::string where = origin.authority();
  const auto say = [](std::string message, std::string remedy = {}) {
    return Error{ErrorKind::could_not_run, std::move(message), std::move(remedy)};
  };
  switch (trouble) {
  case Trouble::unknown_name:
    return say("the name " + origin.host + " can't be resolved", "getent hosts " + origin.host);
  case Trouble::unknown_proxy:
    return say("the name of the proxy on the way to " + where + " can't be resolved",
               "check HTTPS_PROXY, or name " + origin.host + " in NO_PROXY");
  case Trouble::proxy_refuses:
    return say("the proxy does not let gate through to " + where,
               "check HTTPS_PROXY, or name " + origin.host + " in NO_PROXY");
  case Trouble::nobody_there:
    return say("no connection to " + where + ": nobody takes it");
  case Trouble::silence:
    return say(where + " does not answer in time");
  case Trouble::no_tls:
    return say(where + " does not speak TLS as it should");
  case Trouble::untrusted:
    return say("the certificate of " + where + " is not trusted, or is not its own",
               "name its authority's certificate in SSL_CERT_FILE; that of a registry also at "
               "/etc/docker/certs.d/" +
                   where + "/ca.crt");
  case Trouble::bad_ca_file:
    return say("the certificates of the authorities can't be read, so that " + where + " can't be trusted",
               "check SSL_CERT_FILE and SSL_CERT_DIR, or install the package ca-certificates");
  case Trouble::too_long:
    return say(where + " sent an answer that is far too long");
  case Trouble::not_secure:
    return say(where + " is to be talked to without TLS, which gate does with this machine only");
  case Trouble::no_memory:
    return say("no connection to " + where + ": memory is short");
  case Trouble::cut:
    break;
  }
  return say("the connection to " + where + " was cut");
}

} // namespace gate::registry
