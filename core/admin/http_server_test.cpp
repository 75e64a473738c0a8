#include "admin/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <vector>

namespace slipring::admin {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view host = "Host: localhost\r\n";

class HttpServerTest : public testing::Test {
 protected:
  explicit HttpServerTest(std::chrono::nanoseconds request = std::chrono::seconds(30))
      : server_(loop_, &handle, {}, limits(request)) {
    EXPECT_TRUE(server_.open(*edge::parse_listen_address("127.0.0.1:0")).is_ok());
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~HttpServerTest() override {
    asio::post(loop_, [this] { server_.stop(); });
    thread_.join();
  }

  static asio::awaitable<HttpAnswer> handle(HttpRequest request) {
    HttpAnswer answer =
        text_answer(200, std::string(request.get ? "get " : "post ") + request.path + '?' +
                             request.query + ' ' + request.authorization + ' ' + request.body);
    co_return answer;
  }

  class Client {
   public:
    explicit Client(const std::string &address) : socket_(loop_) {
      socket_.connect(edge::parse_listen_address(address)->endpoint);
    }
    void send(std::string_view bytes) {
      boost::system::error_code ignored;
      asio::write(socket_, asio::buffer(bytes), ignored);
    }
    // Everything up to the end of the connection.
    std::string rest() {
      std::string all;
      boost::system::error_code ignored;
      asio::read(socket_, asio::dynamic_buffer(all), ignored);
      return all;
    }
    void say_no_more() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }

   private:
    asio::io_context loop_;
    asio::ip::tcp::socket socket_;
  };

  // The answers to these bytes, after which the client says no more.
  std::string ask(std::string_view bytes) {
    Client client(server_.address());
    client.send(bytes);
    client.say_no_more();
    return client.rest();
  }
  static std::string request(std::string_view line, std::string_view fields = host,
                             std::string_view body = {}) {
    return std::string(line) + " HTTP/1.1\r\n" + std::string(fields) + "\r\n" + std::string(body);
  }

  static HttpLimits limits(std::chrono::nanoseconds request) {
    HttpLimits limits;
    limits.head = 1000;
    limits.body = 100;
    limits.connections = connections;
    limits.request = request;
    return limits;
  }

  static constexpr size_t connections = 3;
  asio::io_context loop_;
  HttpServer server_;
  std::thread thread_;
};

class ImpatientHttpServerTest : public HttpServerTest {
 protected:
  ImpatientHttpServerTest() : HttpServerTest(std::chrono::milliseconds(200)) {}
};

TEST_F(HttpServerTest, HandsPathQueryTokenAndBodyToItsHandler) {
  const std::string answer =
      ask(request("POST /v1/x?a=1",
                  "Host: localhost\r\nAuthorization: Bearer t\r\nContent-Length: 2\r\n", "{}"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\npost /v1/x?a=1 Bearer t {}\n"));
}

TEST_F(HttpServerTest, TakesOneRequestAfterTheOtherAlsoWhenTheyCameTogether) {
  const std::string answers = ask(request("GET /1") + request("GET /2") + request("GET /3"));
  const size_t second = answers.find("get /2?");
  EXPECT_LT(answers.find("get /1?"), second);
  EXPECT_LT(second, answers.find("get /3?"));
}

TEST_F(HttpServerTest, TakesABodyInChunks) {
  EXPECT_THAT(ask(request("POST /", "Host: localhost\r\nTransfer-Encoding: chunked\r\n",
                          "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")),
              HasSubstr("post /?  abc\n"));
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
  const std::string answer = ask(request("HEAD /x"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, BytesThatAreNoRequestAreAnswered400) {
  for (const char *bytes :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
        "Content-Length: 2\r\n\r\nab"}) {
    EXPECT_THAT(ask(bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
  }
}

TEST_F(HttpServerTest, ARequestHasExactlyOneHost) {
  EXPECT_THAT(ask(request("GET /", "")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(request("GET /", "Host: localhost\r\nHost: localhost\r\n")),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(request("GET http://localhost/")), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, AForeignHostOrOriginIsAnswered403InWords) {
  const std::string rebound = ask(request("GET /metrics", "Host: example.org\r\n"));
  EXPECT_THAT(rebound, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(rebound, HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(rebound, HasSubstr("example.org"));
  EXPECT_THAT(ask(request("POST /", "Host: localhost\r\nOrigin: http://example.org\r\n")),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask(request("GET /", "Host: localhost\r\nOrigin: http://localhost:3000\r\n")),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, OtherMethodsAreAnswered405WithThoseThereAre) {
  for (const char *method : {"PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "BREW"}) {
    const std::string answer = ask(request(std::string(method) + " /"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD, POST\r\n"));
  }
}

TEST_F(HttpServerTest, AHeadOverTheLimitIsAnswered431) {
  const std::string field = "X-Long: " + std::string(5000, 'x') + "\r\n";
  EXPECT_THAT(ask(request("GET /", std::string(host) + field)), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, ABodyOverTheLimitIsAnswered413HoweverItComes) {
  const std::string body(200'000, 'x');
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  EXPECT_THAT(ask(request("POST /", std::string(host) + length, body)),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask(request("POST /", std::string(host) + "Transfer-Encoding: chunked\r\n",
                          "65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n")),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(ImpatientHttpServerTest, AClientThatIsSlowOrSaysNothingIsClosed) {
  Client silent(server_.address());
  Client half(server_.address());
  half.send("GET / HTTP/1.1\r\nHo");
  Client body(server_.address());
  body.send(request("POST /", "Host: localhost\r\nContent-Length: 2\r\n", "a"));
  EXPECT_EQ(silent.rest(), "");
  EXPECT_EQ(half.rest(), "");
  EXPECT_EQ(body.rest(), "");
}

TEST_F(HttpServerTest, ConnectionsOverTheLimitAreClosedAndTheOthersServed) {
  std::vector<std::unique_ptr<Client>> open;
  for (size_t i = 0; i < connections; ++i) {
    open.push_back(std::make_unique<Client>(server_.address()));
    open.back()->send(request("GET /first"));
  }
  EXPECT_EQ(Client(server_.address()).rest(), "");
  for (const auto &client : open) {
    client->send(request("GET /last", "Host: localhost\r\nConnection: close\r\n"));
    EXPECT_THAT(client->rest(), HasSubstr("get /last?"));
  }
}

TEST_F(HttpServerTest, AnAddressThatIsTakenIsNamed) {
  HttpServer second(loop_, &handle, {});
  const Status status = second.open(*edge::parse_listen_address(server_.address()));
  EXPECT_EQ(status.code(), SLIPRING_UNAVAILABLE);
  EXPECT_THAT(status.message(), HasSubstr(server_.address()));
}

}  // namespace
}  // namespace slipring::admin
