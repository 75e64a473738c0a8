// Certificates for tests, made on the spot: files in a directory that goes with the object.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/tls/settings.hpp"

namespace slipring::tls {

class TestCertificates {
 public:
  TestCertificates() {
    std::string name = (std::filesystem::temp_directory_path() / "slipring-tls-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory for certificates");
    directory_ = name;
  }
  ~TestCertificates() { std::filesystem::remove_all(directory_); }
  TestCertificates(const TestCertificates &) = delete;
  TestCertificates &operator=(const TestCertificates &) = delete;

  // A certificate for `host_name`, issued by itself, valid for a day.
  Certificate make(const std::string &host_name) const {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 86400);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME *const subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(host_name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(made.get(), subject);
    X509_EXTENSION *const names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + host_name).c_str());
    X509_add_ext(made.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(made.get(), key.get(), EVP_sha256());

    const Certificate files{.certificate = path(host_name + ".pem"),
                            .key = path(host_name + ".key")};
    with_file(files.certificate, [&](FILE *to) { PEM_write_X509(to, made.get()); });
    with_file(files.key, [&](FILE *to) {
      PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return files;
  }

  std::string path(const std::string &name) const { return (directory_ / name).string(); }

 private:
  template <class Write>
  static void with_file(const std::string &name, Write write) {
    FILE *const file = std::fopen(name.c_str(), "w");
    if (file == nullptr) throw std::runtime_error("cannot write " + name);
    write(file);
    std::fclose(file);
  }

  std::filesystem::path directory_;
};

}  // namespace slipring::tls
