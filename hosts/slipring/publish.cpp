#include "publish.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>

#include "admin/control_client.hpp"
#include "outcome.hpp"
#include "publication.hpp"
#include "publish_lines.hpp"

namespace slipring::command {

namespace {

// Far above what a host takes; so that reading ends.
constexpr size_t most_data = size_t{256} << 20;

// A file, or standard input; open while this lives.
class Input {
 public:
  explicit Input(const std::string &file) : name_(file) {
    const bool standard = file.empty() || file == "-";
    if (standard) name_ = "standard input";
    descriptor_ = standard ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  }
  ~Input() {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }
  Input(const Input &) = delete;
  Input &operator=(const Input &) = delete;

  int descriptor() const { return descriptor_; }
  // REQUIRES: errno says it.
  Status failed() const { return Status::invalid(Status::system(name_, errno).message()); }

  Result<std::string> read_all() const {
    std::string data;
    std::array<char, 65536> chunk;
    for (;;) {
      const ssize_t size = ::read(descriptor_, chunk.data(), chunk.size());
      if (size == 0) return data;
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return failed();
      data.append(chunk.data(), static_cast<size_t>(size));
      if (data.size() > most_data) {
        return Status::invalid(name_ + " is longer than any host takes in one event");
      }
    }
  }

 private:
  std::string name_;
  int descriptor_;
};

int publish_one(const PublishOptions &options, std::string_view data) {
  const auto answer = admin::ask(options.socket, publication(options, data));
  if (!answer) return fail(answer.status());
  print_published(std::cout, *answer, options.as_json);
  return done;
}

}  // namespace

int publish(const PublishOptions &options) {
  if (options.data) return publish_one(options, *options.data);
  const Input input(options.file);
  if (input.descriptor() < 0) return fail(input.failed());
  if (options.lines) return publish_lines(options, input.descriptor());
  const auto data = input.read_all();
  return data ? publish_one(options, *data) : fail(data.status());
}

}  // namespace slipring::command
