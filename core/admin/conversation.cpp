#include "admin/conversation.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/serialize.hpp>

namespace slipring::admin {

namespace asio = boost::asio;

asio::awaitable<bool> Conversation::say(const boost::json::object &line) {
  co_return co_await write(boost::json::serialize(line) + '\n');
}

asio::awaitable<bool> Conversation::write(std::string lines) {
  boost::system::error_code error;
  co_await asio::async_write(socket_, asio::buffer(lines),
                             asio::redirect_error(asio::use_awaitable, error));
  if (error) ended_ = true;
  co_return !error;
}

asio::awaitable<void> Conversation::closed() {
  char more = 0;
  boost::system::error_code error;
  co_await socket_.async_read_some(asio::buffer(&more, 1),
                                   asio::redirect_error(asio::use_awaitable, error));
  if (error != asio::error::operation_aborted) ended_ = true;
}

}  // namespace slipring::admin
