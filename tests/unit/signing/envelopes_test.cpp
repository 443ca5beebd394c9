// Envelopes, sealed and opened, and what ssh-keygen and openssl say of them.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include "signing/dsse.hpp"
#include "signing/envelopes.hpp"
#include "signing/signing_world.hpp"

using namespace gate;

namespace {

const std::string k_statement = "{\"_type\":\"https://in-toto.io/Statement/v1\"}\n";

std::string signed_bytes(const std::string& statement = k_statement) { return signing::pre_authentication_encoding(signing::k_statement_type, statement); }

std::unique_ptr<Envelopes> envelopes_of(SigningWorld& world, SigningKey key) {
  return make_envelopes(std::move(key), world.environment(), world.path("private"), world.interrupt());
}

std::unique_ptr<Envelopes> with_ssh(SigningWorld& world, const std::string& key, const std::string& program = "ssh-keygen") {
  return envelopes_of(world, SshKey{key, program});
}

std::string envelope_of(const std::string& signature, const std::string& keyid = {}, const std::string& type = std::string(signing::k_statement_type)) {
  return signing::to_json({type, k_statement, keyid, signature});
}

Error error_of(Envelopes& envelopes) {
  const auto sealed = envelopes.seal(k_statement);
  REQUIRE_FALSE(sealed);
  return sealed.error();
}

bool says(const Error& error, const std::string& what, const std::string& remedy) {
  INFO(error.message << "\n" << error.remedy);
  const bool does = error.message.find(what) != std::string::npos && error.remedy.find(remedy) != std::string::npos;
  CHECK(does);
  return does;
}

} // namespace

TEST_CASE("a statement that is signed with an SSH key opens again, and ssh-keygen finds it good") {
  SigningWorld world;
  for (const std::vector<std::string>& kind : {std::vector<std::string>{"-t", "ed25519"}, {"-t", "rsa", "-b", "2048"}, {"-t", "ecdsa", "-b", "384"}}) {
    const std::string key = world.ssh_key(kind[1], kind).string();
    const auto envelopes = with_ssh(world, key);
    const auto sealed = envelopes->seal(k_statement);
    REQUIRE(sealed);
    CHECK(sealed->find('\n') == std::string::npos);
    const auto opened = envelopes->open(*sealed, {});
    REQUIRE(opened);
    CHECK(opened->statement == k_statement);
    CHECK(opened->payload_type == "application/vnd.in-toto+json");
    CHECK(opened->key == world.public_of(kind[1]));
    CHECK(envelopes->own_key().value() == opened->key);
    const auto parts = signing::parse_envelope(*sealed).value();
    CHECK(parts.keyid == opened->key.fingerprint());
    CHECK(world.must({"ssh-keygen", "-l", "-f", key}).find(parts.keyid) != std::string::npos);
    CHECK(world.ssh_accepts(parts.signature, signed_bytes(), opened->key));
    CHECK_FALSE(world.ssh_accepts(parts.signature, signed_bytes("{}"), opened->key));
  }
  CHECK(std::filesystem::is_empty(world.path("private")));
}

TEST_CASE("a statement of any size is signed, up to what an envelope may be") {
  SigningWorld world;
  const auto envelopes = with_ssh(world, world.ssh_key("key").string());
  const std::string long_one(100000, 'x');
  const auto sealed = envelopes->seal(long_one);
  REQUIRE(sealed);
  CHECK(envelopes->open(*sealed, {})->statement == long_one);
  const auto too_long = envelopes->seal(std::string(300000, 'x'));
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error().message.find("larger than 256 KiB") != std::string::npos);
}

TEST_CASE("a key that only the agent has signs, named by its file or by itself") {
  SigningWorld world;
  const std::string file = world.ssh_key("key").string();
  const auto key = world.public_of("key");
  world.give_to_agent("key");
  for (const auto& name : {file, file + ".pub", "key::" + key.type + " " + key.base64, key.type + " " + key.base64 + " me@example.com"}) {
    INFO(name);
    const auto envelopes = with_ssh(world, name);
    CHECK(envelopes->own_key().value() == key);
    const auto sealed = envelopes->seal(k_statement);
    INFO((sealed ? "" : sealed.error().message));
    REQUIRE(sealed);
    CHECK(envelopes->open(*sealed, {})->key == key);
  }
}

TEST_CASE("a passphrase is asked for where somebody answers; else an error names the agent") {
  SigningWorld world;
  const std::string key = world.ssh_key("key", {"-t", "ed25519"}, "open sesame").string();
  // Forced, so that the terminal of whoever runs these tests is left alone.
  world.set("SSH_ASKPASS_REQUIRE=force");
  world.write("silent", "#!/bin/sh\nexit 1\n", 0700);
  world.write("answers", "#!/bin/sh\necho 'open sesame'\n", 0700);
  SECTION("nobody does") {
    world.set("SSH_ASKPASS=" + world.path("silent").string());
    const auto error = error_of(*with_ssh(world, key));
    CHECK(says(error, "ssh-keygen did not sign", "ssh-add " + key));
    std::filesystem::remove(key + ".pub");
    CHECK(with_ssh(world, key)->own_key().error().remedy.find("ssh-keygen -y -f " + key) != std::string::npos);
  }
  SECTION("somebody does") {
    world.set("SSH_ASKPASS=" + world.path("answers").string());
    CHECK(with_ssh(world, key)->seal(k_statement));
  }
}

TEST_CASE("without KEY.pub the key itself is asked; with another key's, nothing is signed") {
  SigningWorld world;
  const std::string key = world.ssh_key("key").string();
  const auto its_own = world.public_of("key");
  world.ssh_key("other");
  std::filesystem::remove(key + ".pub");
  CHECK(with_ssh(world, key)->own_key().value() == its_own);
  CHECK(with_ssh(world, key)->seal(k_statement));
  std::filesystem::copy_file(world.path("other.pub"), key + ".pub");
  CHECK(says(error_of(*with_ssh(world, key)), "doesn't match", "ssh-keygen -y -f " + key + " > " + key + ".pub"));
  // A program that takes another key than it was told to.
  world.write("stubborn", "#!/bin/sh\nfor file; do :; done\nexec ssh-keygen -Y sign -n verdict@gate -f " + world.path("other").string() + " \"$file\"\n", 0700);
  std::filesystem::remove(key + ".pub");
  CHECK(says(error_of(*with_ssh(world, key, world.path("stubborn").string())), "another one's: " + its_own.fingerprint(), "> KEY.pub"));
}

TEST_CASE("no key, no program, and a program that signs nothing, are told apart") {
  SigningWorld world;
  const std::string key = world.ssh_key("key").string();
  const auto none = envelopes_of(world, {});
  CHECK_FALSE(none->own_key().value().has_value());
  CHECK(says(error_of(*none), "no key", "user.signingKey"));
  CHECK(says(error_of(*with_ssh(world, world.path("missing").string())), "can't be read", "ssh-keygen -y"));
  CHECK(says(error_of(*with_ssh(world, "key::nonsense")), "user.signingKey is no public key", "git config user.signingKey"));
  CHECK(says(error_of(*with_ssh(world, key, "not-there")), "there is no not-there", "openssh-client"));
  CHECK_FALSE(with_ssh(world, key, "/not/there")->seal(k_statement));
  world.write("liar", "#!/bin/sh\nexit 0\n", 0700);
  CHECK(says(error_of(*with_ssh(world, key, world.path("liar").string())), "what it wrote is no signature", ""));
  // A program that signs something else.
  world.write("wrong", "#!/bin/sh\nfor file; do :; done\necho other >\"$file\"\nexec ssh-keygen \"$@\"\n", 0700);
  CHECK(says(error_of(*with_ssh(world, key, world.path("wrong").string())), "would be refused elsewhere", ""));
}

TEST_CASE("a statement that is signed with a PEM key opens with that key only, and openssl finds it good") {
  SigningWorld world;
  if (!world.has("openssl")) {
    WARN("there is no openssl here");
    return;
  }
  const auto envelopes = envelopes_of(world, PemKey{world.pem_key("key.pem")});
  const auto sealed = envelopes->seal(k_statement);
  REQUIRE(sealed);
  const PublicKey own = envelopes->own_key().value().value();
  const auto opened = envelopes->open(*sealed, {own});
  REQUIRE(opened);
  CHECK(opened->key == own);
  CHECK(opened->statement == k_statement);

  const auto parts = signing::parse_envelope(*sealed).value();
  CHECK(parts.keyid == own.fingerprint());
  world.write("signature", parts.signature);
  world.write("signed", signed_bytes());
  world.must({"openssl", "pkeyutl", "-verify", "-rawin", "-inkey", "key.pem", "-sigfile", "signature", "-in", "signed"});

  const PublicKey stranger = envelopes_of(world, PemKey{world.pem_key("other.pem")})->own_key().value().value();
  CHECK_FALSE(envelopes->open(*sealed, {}));
  CHECK_FALSE(envelopes->open(*sealed, {stranger}));
  // The key's id is a hint that nobody has signed.
  for (const auto& hint : {std::string(), stranger.fingerprint(), std::string("x")}) {
    const auto again = envelopes->open(envelope_of(parts.signature, hint), {stranger, own});
    REQUIRE(again);
    CHECK(again->key == own);
  }
  CHECK_FALSE(envelopes->open(envelope_of(parts.signature.substr(1)), {own}));
  CHECK_FALSE(envelopes->open(envelope_of(parts.signature + "x"), {own}));
}

TEST_CASE("a PEM key that others may read, that has a passphrase or is of another kind is refused, and named") {
  SigningWorld world;
  if (!world.has("openssl")) {
    WARN("there is no openssl here");
    return;
  }
  const auto error_with = [&](const std::string& name) { return error_of(*envelopes_of(world, PemKey{world.path(name)})); };
  const std::string good = world.pem_key("good.pem").string();
  REQUIRE(chmod(good.c_str(), 0640) == 0);
  CHECK(says(error_with("good.pem"), "others may read it", "chmod 600 " + good));
  REQUIRE(chmod(good.c_str(), 0400) == 0);
  CHECK(envelopes_of(world, PemKey{good})->seal(k_statement));
  CHECK(says(error_with("missing.pem"), "No such file", "GATE_SIGNING_KEY"));
  std::filesystem::create_directory(world.path("folder"));
  CHECK(says(error_with("folder"), "no file", "fd:N"));
  world.write("empty.pem", "");
  CHECK(says(error_with("empty.pem"), "nothing in it", "openssl genpkey"));
  world.write("large.pem", std::string(1U << 20U, 'x'));
  CHECK(says(error_with("large.pem"), "File too large", ""));
  world.write("text.pem", "no key\n");
  CHECK(says(error_with("text.pem"), "no private key in PEM", "openssl genpkey"));
  world.ssh_key("ssh.pem");
  CHECK(says(error_with("ssh.pem"), "a key of OpenSSH", "user.signingKey"));
  world.must({"openssl", "pkey", "-in", good, "-aes256", "-passout", "pass:secret", "-out", world.path("locked.pem").string()});
  world.must({"openssl", "genpkey", "-algorithm", "ed448", "-out", world.path("ed448.pem").string()});
  world.must({"openssl", "pkey", "-in", good, "-pubout", "-out", world.path("public.pem").string()});
  for (const char* name : {"locked.pem", "ed448.pem", "public.pem"}) {
    REQUIRE(chmod(world.path(name).c_str(), 0600) == 0);
  }
  CHECK(says(error_with("locked.pem"), "it has a passphrase", "openssl pkey"));
  CHECK(says(error_with("ed448.pem"), "no ed25519 key", "openssl genpkey"));
  CHECK(says(error_with("public.pem"), "no private key in PEM", "openssl genpkey"));
}

TEST_CASE("a PEM key comes through a file descriptor, which no child gets") {
  SigningWorld world;
  if (!world.has("openssl")) {
    WARN("there is no openssl here");
    return;
  }
  world.pem_key("key.pem");
  SECTION("of a pipe, once") {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const Fd read_end(ends[0]);
    REQUIRE(write_all(ends[1], world.text_of("key.pem")));
    close(ends[1]);
    const auto envelopes = envelopes_of(world, PemKey{read_end.get()});
    CHECK(envelopes->seal(k_statement));
    CHECK(envelopes->seal("another"));
    CHECK((fcntl(read_end.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(says(error_of(*envelopes_of(world, PemKey{read_end.get()})), "read before", ""));
  }
  SECTION("of a file, as often as it is asked for") {
    const Fd file(open(world.path("key.pem").c_str(), O_RDONLY));
    CHECK(envelopes_of(world, PemKey{file.get()})->seal(k_statement));
    CHECK(envelopes_of(world, PemKey{file.get()})->seal(k_statement));
  }
  SECTION("that is not open") {
    CHECK(says(error_of(*envelopes_of(world, PemKey{1000})), "Bad file descriptor", "GATE_SIGNING_KEY"));
  }
}

TEST_CASE("an envelope that was changed, or that passes off another signature, is refused with a reason") {
  SigningWorld world;
  world.ssh_key("key");
  const auto envelopes = envelopes_of(world, {});
  const auto why = [&](const std::string& envelope) {
    const auto opened = envelopes->open(envelope, {});
    return opened ? "" : opened.error();
  };
  const std::string good = world.ssh_signed("key", signed_bytes());
  REQUIRE(why(envelope_of(good)).empty());
  REQUIRE(why(envelope_of(good, "SHA256:somebody else's")).empty());
  CHECK(why(signing::to_json({std::string(signing::k_statement_type), k_statement + " ", "", good})) == "its signature is not good");
  CHECK(why(envelope_of(good, {}, "application/vnd.in-toto+json ")) == "it is no in-toto statement");
  CHECK(why(envelope_of(good, {}, "text/plain")) == "it is no in-toto statement");
  // Signed as such, but as something else.
  CHECK(why(envelope_of(world.ssh_signed("key", signing::pre_authentication_encoding("text/plain", k_statement)), {}, "text/plain")) == "it is no in-toto statement");
  CHECK(why(envelope_of(world.ssh_signed("key", k_statement))) == "its signature is not good");
  CHECK(why(envelope_of(world.ssh_signed("key", signed_bytes(), "git"))).find("made for \"git\"") != std::string::npos);
  CHECK(why(envelope_of("SSHSIG")).find("damaged") != std::string::npos);
  CHECK(why(envelope_of("")) == "its signature is neither of SSH nor plain ed25519");
  CHECK(why(envelope_of(std::string(64, '\0'))).find("by none of the keys") != std::string::npos);
  const std::string envelope = envelope_of(good);
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    CHECK_FALSE(why(envelope.substr(0, size)).empty());
  }
}
