#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <future>
#include <thread>

#include "admin/control_client.hpp"
#include "admin/control_server.hpp"

namespace slipring::admin {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    char name[] = "/tmp/slipring-control-XXXXXX";
    directory_ = mkdtemp(name);
    server_.answer_at_length("count", [this](json::object request, Conversation &to) {
      return count(std::move(request), to);
    });
    EXPECT_TRUE(server_.open(socket()).is_ok());
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~ControlTest() override {
    asio::post(loop_, [this] { server_.stop(); });
    thread_.join();
    std::filesystem::remove_all(directory_);
  }
  std::filesystem::path socket() const { return directory_ / "control.sock"; }

  static asio::awaitable<json::object> handle(json::object request) {
    if (request.at("op").as_string() != "echo") {
      co_return error_answer(SLIPRING_UNIMPLEMENTED, "unknown op");
    }
    co_return json::object{{"said", request.at("text")}};
  }

  // {"op":"count","to":3}: three lines. Without "to" it says one, and waits until the client has
  // gone.
  asio::awaitable<void> count(json::object request, Conversation &conversation) {
    const json::value *const to = request.if_contains("to");
    for (int64_t i = 1; i <= (to == nullptr ? 1 : to->as_int64()); ++i) {
      const json::object line{{"number", i}};
      EXPECT_TRUE(co_await conversation.say(line));
    }
    if (to != nullptr) co_return;
    co_await conversation.closed();
    gone_.set_value();
  }

  ControlConnection connect() const {
    auto connection = ControlConnection::open(socket());
    EXPECT_TRUE(connection) << connection.status().message();
    return std::move(*connection);
  }
  bool client_is_gone() {
    return gone_.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
  }

  static constexpr size_t max_request = 100'000;
  std::filesystem::path directory_;
  std::promise<void> gone_;
  asio::io_context loop_;
  ControlServer server_{loop_, [](json::object request) { return handle(std::move(request)); },
                        max_request};
  std::thread thread_;
};

TEST_F(ControlTest, AnswersAndPassesErrorsOn) {
  const auto answer = ask(socket(), {{"op", "echo"}, {"text", "hello"}});
  ASSERT_TRUE(answer) << answer.status().message();
  EXPECT_EQ(answer->at("said").as_string(), "hello");
  const auto refused = ask(socket(), {{"op", "what"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.status().code(), SLIPRING_UNIMPLEMENTED);
}

TEST_F(ControlTest, AnswersManyRequestsInTheirOrder) {
  ControlConnection connection = connect();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(connection.send({{"op", "echo"}, {"text", i}}).is_ok());
  }
  for (int i = 0; i < 100; ++i) {
    const auto answer = connection.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->at("said"), i);
  }
}

TEST_F(ControlTest, ALongAnswerIsAsManyLinesAsThereAreToSayAndTheConnectionGoesOn) {
  ControlConnection connection = connect();
  ASSERT_TRUE(connection.send({{"op", "count"}, {"to", 3}}).is_ok());
  ASSERT_TRUE(connection.send({{"op", "echo"}, {"text", "and then"}}).is_ok());
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(connection.receive()->at("number"), i);
  EXPECT_EQ(connection.receive()->at("said").as_string(), "and then");
}

TEST_F(ControlTest, AHandlerHearsThatItsClientHasGone) {
  {
    ControlConnection connection = connect();
    ASSERT_TRUE(connection.send({{"op", "count"}}).is_ok());
    ASSERT_TRUE(connection.receive());
  }
  EXPECT_TRUE(client_is_gone());
}

TEST_F(ControlTest, AClientThatSaysMoreDuringALongAnswerEndsIt) {
  ControlConnection connection = connect();
  ASSERT_TRUE(connection.send({{"op", "count"}}).is_ok());
  ASSERT_TRUE(connection.receive());
  ASSERT_TRUE(connection.send({{"op", "echo"}, {"text", "more"}}).is_ok());
  EXPECT_TRUE(client_is_gone());
  EXPECT_EQ(connection.receive().status().code(), SLIPRING_UNAVAILABLE);
}

TEST_F(ControlTest, ARequestOverTheLimitIsRefusedInWordsAndItsConnectionClosed) {
  const json::object fits{{"op", "echo"}, {"text", std::string(max_request - 50, 'x')}};
  EXPECT_TRUE(ask(socket(), fits));
  for (const size_t size : {max_request, 100 * max_request}) {
    const auto answer = ask(socket(), {{"op", "echo"}, {"text", std::string(size, 'x')}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.status().code(), SLIPRING_INVALID_ARGUMENT) << answer.status().message();
    EXPECT_NE(answer.status().message().find("100000"), std::string::npos);
  }
}

TEST_F(ControlTest, IsOpenToItsOwnUserOnly) {
  using std::filesystem::perms;
  const auto mode = std::filesystem::status(socket()).permissions();
  EXPECT_EQ(mode & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(ControlTest, NobodyThereIsUnavailable) {
  const auto answer = ask(directory_ / "other.sock", {{"op", "echo"}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.status().code(), SLIPRING_UNAVAILABLE);
}

}  // namespace
}  // namespace slipring::admin
