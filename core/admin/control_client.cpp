#include "admin/control_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

namespace slipring::admin {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

slipring_status code_of(std::string_view name) {
  for (slipring_status code = 0; code <= SLIPRING_UNAUTHENTICATED; ++code) {
    if (status_name(code) == name) return code;
  }
  return SLIPRING_UNKNOWN;
}

}  // namespace

Result<json::object> ask(const std::filesystem::path &path, const json::object &request) {
  asio::io_context loop;
  asio::local::stream_protocol::socket socket(loop);
  boost::system::error_code error;
  if (path.string().size() >= sizeof(sockaddr_un::sun_path)) {
    return Status::unavailable("socket path too long: " + path.string());
  }
  socket.connect(asio::local::stream_protocol::endpoint(path.string()), error);
  if (error) {
    return Status::unavailable("no slipringd answers at " + path.string() + " (" + error.message() +
                               "); is it running, with this state directory?");
  }
  asio::write(socket, asio::buffer(json::serialize(request) + '\n'), error);
  std::string reply;
  if (!error) asio::read_until(socket, asio::dynamic_buffer(reply), '\n', error);
  if (error) return Status::unavailable("slipringd ended before it answered: " + error.message());
  const json::value answer = json::parse(reply, error);
  if (error || !answer.is_object())
    return Status(SLIPRING_INTERNAL, "the answer is no JSON object");
  if (const json::value *problem = answer.as_object().if_contains("error")) {
    const json::object &what = problem->as_object();
    return Status(code_of(what.at("status").as_string()),
                  std::string(what.at("message").as_string()));
  }
  return answer.as_object();
}

}  // namespace slipring::admin
