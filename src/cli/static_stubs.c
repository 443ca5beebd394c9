/* Debian's libgit2 reads every CA certificate and starts two TLS libraries in git_libgit2_init(), 99 % of what a judgement
 * would cost. gate never speaks to a network through libgit2: the linker's --wrap sends both initialisers here.
 * libssh2.a asks for Kerberos, which has no static library; nothing of it is ever called. */
int __wrap_git_mbedtls_stream_global_init(void);
int __wrap_git_transport_ssh_global_init(void);

int __wrap_git_mbedtls_stream_global_init(void) { return 0; }
int __wrap_git_transport_ssh_global_init(void) { return 0; }
