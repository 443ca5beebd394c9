#include "signing/pem_key.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.hpp"
#include "base/shell_word.hpp"
#include "os/files.hpp"
#include "signing/ssh_wire.hpp"

namespace gate::signing {

namespace {

constexpr std::size_t k_largest_pem = 16UL * 1024UL;
constexpr const char* k_make_one = "make one: openssl genpkey -algorithm ed25519 -out FILE && chmod 600 FILE";

struct PemFreeing {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};

/// What was read of a key file; overwritten in the end.
class PemBytes {
public:
  PemBytes() = default;
  PemBytes(const PemBytes&) = delete;
  PemBytes& operator=(const PemBytes&) = delete;
  ~PemBytes() { OPENSSL_cleanse(m_bytes.data(), m_bytes.size()); }

  /// To its end; of a file from its beginning, wherever it was read to before. An errno, or 0.
  int fill(int fd) {
    bool is_file = true;
    while (m_size < m_bytes.size()) {
      const std::size_t left = m_bytes.size() - m_size;
      ssize_t got = is_file ? ::pread(fd, m_bytes.data() + m_size, left, static_cast<off_t>(m_size)) : ::read(fd, m_bytes.data() + m_size, left);
      if (got < 0 && errno == ESPIPE && is_file) {
        is_file = false;
      } else if (got < 0 && errno != EINTR) {
        return errno;
      } else if (got == 0) {
        return 0;
      } else {
        m_size += got > 0 ? static_cast<std::size_t>(got) : 0;
      }
    }
    return EFBIG;
  }
  std::string_view view() const { return {m_bytes.data(), m_size}; }

private:
  std::array<char, k_largest_pem> m_bytes{};
  std::size_t m_size = 0;
};

std::string shown_source(const PemKey& key) {
  const auto* const fd = std::get_if<int>(&key.from);
  return fd != nullptr ? "file descriptor " + std::to_string(*fd) : std::get<std::filesystem::path>(key.from).string();
}

Failure bad_key(const PemKey& key, const std::string& why, std::string remedy) {
  return could_not_run("cannot sign with the key in " + shown_source(key) + ": " + why, std::move(remedy));
}

Failure bad_key(const PemKey& key, int error_number) { return bad_key(key, std::generic_category().message(error_number), "give the right one in GATE_SIGNING_KEY"); }

// A key with a passphrase: nobody can be asked here, and OpenSSL would ask the terminal by itself.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

Result<void> read_bytes(const PemKey& key, PemBytes& bytes) {
  if (const auto* const fd = std::get_if<int>(&key.from)) {
    const int flags = ::fcntl(*fd, F_GETFD);
    if (flags < 0 || ::fcntl(*fd, F_SETFD, flags | FD_CLOEXEC) != 0) {
      return bad_key(key, errno);
    }
    const int failed = bytes.fill(*fd);
    return failed == 0 ? Result<void>() : bad_key(key, failed);
  }
  const auto& path = std::get<std::filesystem::path>(key.from);
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    return bad_key(key, errno);
  }
  if (!S_ISREG(info.st_mode)) {
    return bad_key(key, "it is no file", "what comes out of a pipe is given as GATE_SIGNING_KEY=fd:N");
  }
  constexpr mode_t k_others = 077;
  if ((info.st_mode & k_others) != 0) {
    return bad_key(key, "others may read it", "chmod 600 " + shell_word(path.string()));
  }
  const int failed = bytes.fill(file.get());
  return failed == 0 ? Result<void>() : bad_key(key, failed);
}

} // namespace

struct PemSigner::Key {
  explicit Key(EVP_PKEY* read) : key(read) {}
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { EVP_PKEY_free(key); } // which overwrites it
  EVP_PKEY* const key;
};

PemSigner::PemSigner(std::unique_ptr<Key> key, PublicKey shown) : m_key(std::move(key)), m_public(std::move(shown)) {}
PemSigner::PemSigner(PemSigner&& other) noexcept = default;
PemSigner& PemSigner::operator=(PemSigner&& other) noexcept = default;
PemSigner::~PemSigner() = default;

Result<PemSigner> PemSigner::read(const PemKey& key) {
  PemBytes bytes;
  if (auto filled = read_bytes(key, bytes); !filled) {
    return Failure(filled.error());
  }
  if (bytes.view().empty()) {
    return bad_key(key, "there is nothing in it, or it was read before", k_make_one);
  }
  if (bytes.view().find("BEGIN OPENSSH PRIVATE KEY") != std::string_view::npos) {
    return bad_key(key, "it is a key of OpenSSH",
                   "leave GATE_SIGNING_KEY unset, and: git config gpg.format ssh && git config user.signingKey FILE; or " + std::string(k_make_one));
  }
  const std::unique_ptr<BIO, PemFreeing> source(BIO_new_mem_buf(bytes.view().data(), static_cast<int>(bytes.view().size())));
  bool was_asked = false;
  auto read = std::make_unique<Key>(source ? PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, &was_asked) : nullptr);
  ERR_clear_error();
  if (read->key == nullptr) {
    return was_asked ? bad_key(key, "it has a passphrase, and nobody can be asked for it", "openssl pkey -in FILE -out FILE.plain, readable by you alone")
                     : bad_key(key, "it is no private key in PEM", k_make_one);
  }
  constexpr std::size_t k_size = 32;
  std::array<unsigned char, k_size> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_id(read->key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(read->key, raw.data(), &size) != 1 || size != k_size) {
    ERR_clear_error();
    return bad_key(key, "it is no ed25519 key", k_make_one);
  }
  constexpr std::string_view k_type = "ssh-ed25519";
  PublicKey shown{std::string(k_type), base64(ssh_text(k_type) + ssh_text({reinterpret_cast<const char*>(raw.data()), size}))};
  return PemSigner(std::move(read), std::move(shown));
}

Result<std::string> PemSigner::sign(std::string_view message) const {
  constexpr std::size_t k_size = 64;
  std::array<unsigned char, k_size> signature{};
  std::size_t size = signature.size();
  const std::unique_ptr<EVP_MD_CTX, PemFreeing> context(EVP_MD_CTX_new());
  const bool is_good = context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, m_key->key) == 1 &&
                       EVP_DigestSign(context.get(), signature.data(), &size, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1 && size == k_size;
  ERR_clear_error();
  return is_good ? Result<std::string>(std::string(reinterpret_cast<const char*>(signature.data()), size)) : could_not_run("OpenSSL can't sign with this key");
}

} // namespace gate::signing
