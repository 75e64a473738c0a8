#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
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

  std::filesystem::path directory_;
  asio::io_context loop_;
  ControlServer server_{loop_, [](json::object request) { return handle(std::move(request)); }};
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
