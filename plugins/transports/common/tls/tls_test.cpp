// TLS over a pair of sockets, with OpenSSL's client side as the peer.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <slipring/cpp/status.hpp>

#include "common/tls/context.hpp"
#include "common/tls/layer.hpp"
#include "common/tls/test_certificates.hpp"
#include "common/tls/tickets.hpp"

namespace slipring::tls {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using ClientContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Client = std::unique_ptr<SSL, decltype(&SSL_free)>;

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_), 0);
  }
  void TearDown() override { close_sockets(); }

  void close_sockets() const {
    close(sockets_[0]);
    close(sockets_[1]);
  }

  void serve(const Settings &settings) {
    layer_ = Layer::accept(std::make_shared<Context>(settings), sockets_[0]);
  }

  // Both sides in turn until they are done or one has given up.
  bool shake_hands() {
    for (int i = 0; i < 20; ++i) {
      const int client = SSL_connect(client_.get());
      const Layer::Handshake server = layer_->shake_hands();
      if (server == Layer::Handshake::failed) return false;
      if (client == 1 && server == Layer::Handshake::done) return true;
      if (client != 1 && SSL_get_error(client_.get(), client) == SSL_ERROR_SSL) return false;
    }
    return false;
  }

  void connect(const char *host_name = nullptr) {
    client_.reset(SSL_new(client_context_.get()));
    SSL_set_fd(client_.get(), sockets_[1]);
    if (host_name != nullptr) SSL_set_tlsext_host_name(client_.get(), host_name);
  }

  std::string served_name() const {
    const X509 *const certificate = SSL_get0_peer_certificate(client_.get());
    char text[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text,
                              sizeof text);
    return text;
  }

  TestCertificates files_;
  ClientContext client_context_{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
  Client client_{nullptr, &SSL_free};
  std::unique_ptr<Layer> layer_;
  int sockets_[2] = {-1, -1};
};

std::string refusal(const Settings &settings) {
  try {
    const Context context(settings);
  } catch (const sdk::Error &error) {
    return error.what();
  }
  return "none";
}

TEST_F(TlsTest, BytesGoBothWays) {
  serve({.certificates = {files_.make("one.example")}});
  connect();
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(layer_->write("hello").size, 5u);
  char bytes[16];
  EXPECT_EQ(SSL_read(client_.get(), bytes, sizeof bytes), 5);
  EXPECT_EQ(SSL_write(client_.get(), "hi", 2), 2);
  const Moved moved = layer_->read(bytes);
  EXPECT_EQ(std::string(bytes, moved.size), "hi");
  EXPECT_EQ(layer_->read(bytes).flow, Flow::blocked);
}

TEST_F(TlsTest, TheClientsHostNameChoosesTheCertificate) {
  const Settings settings{.certificates = {files_.make("one.example"), files_.make("two.example")}};
  for (const char *const name : {"two.example", "one.example"}) {
    serve(settings);
    connect(name);
    ASSERT_TRUE(shake_hands());
    EXPECT_EQ(served_name(), name);
    close_sockets();
    SetUp();
  }
  serve(settings);
  connect("three.example");
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(served_name(), "one.example");
}

TEST_F(TlsTest, Http2IsChosenBeforeHttp1) {
  SSL_CTX_set_alpn_protos(client_context_.get(),
                          reinterpret_cast<const unsigned char *>("\x08http/1.1\x02h2"), 12);
  serve({.certificates = {files_.make("one.example")}});
  connect();
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(layer_->protocol(), "h2");
}

TEST_F(TlsTest, ALanguageThatIsNotSpokenEndsTheHandshake) {
  SSL_CTX_set_alpn_protos(client_context_.get(),
                          reinterpret_cast<const unsigned char *>("\x04smtp"), 5);
  serve({.certificates = {files_.make("one.example")}});
  connect();
  EXPECT_FALSE(shake_hands());
}

TEST_F(TlsTest, VersionsBelow12AreRefused) {
  SSL_CTX_set_security_level(client_context_.get(), 0);
  SSL_CTX_set_min_proto_version(client_context_.get(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(client_context_.get(), TLS1_1_VERSION);
  serve({.certificates = {files_.make("one.example")}});
  connect();
  EXPECT_FALSE(shake_hands());
}

TEST_F(TlsTest, Tls12IsSpokenUnlessForbidden) {
  SSL_CTX_set_max_proto_version(client_context_.get(), TLS1_2_VERSION);
  serve({.certificates = {files_.make("one.example")}});
  connect();
  ASSERT_TRUE(shake_hands());
  EXPECT_STREQ(SSL_get_version(client_.get()), "TLSv1.2");
  close_sockets();
  SetUp();
  serve({.certificates = {files_.make("one.example")}, .tls12 = false});
  connect();
  EXPECT_FALSE(shake_hands());
}

TEST_F(TlsTest, ACertificateOfTheClientIsItsIdentity) {
  const Certificate mine = files_.make("client.example");
  SSL_CTX_use_certificate_chain_file(client_context_.get(), mine.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(client_context_.get(), mine.key.c_str(), SSL_FILETYPE_PEM);
  serve({.certificates = {files_.make("one.example")},
         .clients = Clients::required,
         .client_authorities = mine.certificate});
  connect();
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(layer_->identity(), "CN=client.example");
}

TEST_F(TlsTest, AClientWithoutACertificateIsRefusedWhereOneIsRequired) {
  const Certificate other = files_.make("client.example");
  serve({.certificates = {files_.make("one.example")},
         .clients = Clients::required,
         .client_authorities = other.certificate});
  connect();
  EXPECT_FALSE(shake_hands());
}

TEST_F(TlsTest, AClientMayComeWithoutWhereItIsOnlyAsked) {
  const Certificate other = files_.make("client.example");
  serve({.certificates = {files_.make("one.example")},
         .clients = Clients::asked,
         .client_authorities = other.certificate});
  connect();
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(layer_->identity(), "");
}

TEST_F(TlsTest, ATicketIsGoodWithAnotherContext) {
  SSL_CTX_set_max_proto_version(client_context_.get(), TLS1_2_VERSION);
  const Settings settings{.certificates = {files_.make("one.example")}};
  serve(settings);
  connect();
  ASSERT_TRUE(shake_hands());
  const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session(
      SSL_get1_session(client_.get()), &SSL_SESSION_free);
  SSL_shutdown(client_.get());
  close_sockets();
  SetUp();
  serve(settings);
  connect();
  SSL_set_session(client_.get(), session.get());
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(SSL_session_reused(client_.get()), 1);
}

TEST_F(TlsTest, AnEndWithoutCloseNotifyIsABreak) {
  serve({.certificates = {files_.make("one.example")}});
  connect();
  ASSERT_TRUE(shake_hands());
  shutdown(sockets_[1], SHUT_WR);
  char bytes[16];
  EXPECT_EQ(layer_->read(bytes).flow, Flow::broken);
}

TEST_F(TlsTest, AnEndWithCloseNotifyIsAnEnd) {
  serve({.certificates = {files_.make("one.example")}});
  connect();
  ASSERT_TRUE(shake_hands());
  SSL_shutdown(client_.get());
  char bytes[16];
  EXPECT_EQ(layer_->read(bytes).flow, Flow::ended);
}

TEST_F(TlsTest, WhatIsWrongWithAFileIsSaid) {
  const Certificate one = files_.make("one.example");
  const Certificate two = files_.make("two.example");
  EXPECT_THAT(refusal({.certificates = {{files_.path("none.pem"), one.key}}}),
              AllOf(StartsWith("certificate "), HasSubstr("none.pem")));
  EXPECT_THAT(refusal({.certificates = {{one.certificate, two.key}}}),
              AllOf(StartsWith("key "), HasSubstr("two.example.key")));
  EXPECT_THAT(refusal({.certificates = {one},
                       .clients = Clients::asked,
                       .client_authorities = files_.path("nobody.pem")}),
              AllOf(StartsWith("client_authorities "), HasSubstr("nobody.pem")));
}

TEST(Tickets, KeysChangeWithTheHourAndAreTheSameWithinIt) {
  EXPECT_EQ(ticket_key(7).name, ticket_key(7).name);
  EXPECT_NE(ticket_key(7).name, ticket_key(8).name);
  EXPECT_NE(ticket_key(7).encryption, ticket_key(7).authentication);
}

}  // namespace
}  // namespace slipring::tls
