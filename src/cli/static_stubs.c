/* What the static gate takes in place of libgit2's network: it reads repositories, and never speaks to one through libgit2.
 * The linker's --wrap sends every call here (src/CMakeLists.txt), so that neither http, ssh, TLS nor Kerberos is linked at
 * all, and git_libgit2_init() does not read every CA certificate, which would be 99 % of what a judgement costs. */
enum { k_works = 0, k_fails = -1 };

#define GATE_IN_PLACE_OF(name, answer)                                                                                      \
  int __wrap_##name(void);                                                                                                  \
  int __wrap_##name(void) { return answer; }

GATE_IN_PLACE_OF(git_mbedtls_stream_global_init, k_works)
GATE_IN_PLACE_OF(git_transport_ssh_global_init, k_works)

GATE_IN_PLACE_OF(git_mbedtls__set_cert_location, k_fails)
GATE_IN_PLACE_OF(git_mbedtls_stream_new, k_fails)
GATE_IN_PLACE_OF(git_mbedtls_stream_wrap, k_fails)
GATE_IN_PLACE_OF(git_smart_subtransport_http, k_fails)
GATE_IN_PLACE_OF(git_smart_subtransport_ssh, k_fails)
