#include "admin/control_client.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "admin/conversation.hpp"

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

Status gone(const std::string &why) {
  return Status::unavailable("slipringd ended before it answered: " + why);
}

}  // namespace

ControlConnection::ControlConnection()
    : loop_(std::make_unique<asio::io_context>()),
      socket_(std::make_unique<asio::local::stream_protocol::socket>(*loop_)) {}

Result<ControlConnection> ControlConnection::open(const std::filesystem::path &path) {
  if (path.string().size() >= sizeof(sockaddr_un::sun_path)) {
    return Status::unavailable("socket path too long: " + path.string());
  }
  ControlConnection connection;
  boost::system::error_code error;
  connection.socket_->connect(asio::local::stream_protocol::endpoint(path.string()), error);
  if (error) {
    return Status::unavailable("no slipringd answers at " + path.string() + " (" + error.message() +
                               "); is it running, with this state directory?");
  }
  return connection;
}

Status ControlConnection::send(const json::object &request) {
  return send_line(json::serialize(request));
}

Status ControlConnection::send_line(std::string_view request) {
  const std::array<asio::const_buffer, 2> line{asio::buffer(request), asio::buffer("\n", 1)};
  boost::system::error_code error;
  asio::write(*socket_, line, error);
  return error ? gone(error.message()) : Status::ok();
}

Result<size_t> ControlConnection::send_some(std::string_view bytes) {
  const ssize_t sent =
      ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<size_t>(sent);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return size_t{0};
  return gone(std::generic_category().message(errno));
}

bool ControlConnection::has_line() const {
  return read_.find('\n', given_) != std::string::npos;
}

Result<std::string_view> ControlConnection::receive_line() {
  if (!has_line()) {
    read_.erase(0, std::exchange(given_, 0));
    boost::system::error_code error;
    asio::read_until(*socket_, asio::dynamic_buffer(read_), '\n', error);
    if (error) return gone(error.message());
  }
  const size_t end = read_.find('\n', given_);
  const std::string_view line(read_.data() + given_, end - given_);
  given_ = end + 1;
  return line;
}

Result<json::object> ControlConnection::receive() {
  const auto line = receive_line();
  return line ? parse_answer(*line) : line.status();
}

Status error_in(const json::object &answer) {
  const json::object &what = answer.at("error").as_object();
  return {code_of(what.at("status").as_string()), std::string(what.at("message").as_string())};
}

Result<json::object> parse_answer(std::string_view line) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::value answer = json::parse(line, error, {}, options);
  if (error || !answer.is_object())
    return Status(SLIPRING_INTERNAL, "the answer is no JSON object");
  if (answer.get_object().contains("error")) return error_in(answer.get_object());
  return std::move(answer.get_object());
}

Result<json::object> ask(const std::filesystem::path &path, const json::object &request) {
  auto connection = ControlConnection::open(path);
  if (!connection) return connection.status();
  if (Status status = connection->send(request); !status.is_ok()) {
    // Refused before it was read to its end: the reason may be here.
    const auto answer = connection->receive();
    return answer || answer.status().code() == SLIPRING_UNAVAILABLE ? status : answer.status();
  }
  return connection->receive();
}

}  // namespace slipring::admin
