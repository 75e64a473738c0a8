// Connection: one TCP connection of a load to a server on 127.0.0.1; what is said on it is for the
// class derived from it.
//
// Output gathers until flush(), so that messages due together share a system call. A connection
// that has nothing under way holds no buffer: ten thousand idle ones cost little.
//
// Thread-safety: none; used by the thread of its Loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace slipring::bench {

class Connection {
 public:
  virtual ~Connection();
  Connection(const Connection &) = delete;
  Connection &operator=(const Connection &) = delete;

  int fd() const { return fd_; }
  bool is_gone() const { return fd_ < 0; }
  bool wants_to_write() const { return connecting_ || !output_.empty(); }

  // The socket can be read: reads once, and has receive() see all that is not used yet. `buffer` is
  // lent; it grows when something is larger.
  void readable(std::vector<char> &buffer);
  // The socket can be written.
  void writable();
  void flush();

 protected:
  // Begins to connect; throws std::system_error.
  explicit Connection(uint16_t port);

  // To be sent by the next flush().
  std::string &output() { return output_; }
  void end();

 private:
  // Connected: appends what comes first to output().
  virtual void connected() = 0;
  // Answers how much of `bytes` is used; the rest is offered again when there is more.
  virtual size_t receive(std::span<char> bytes) = 0;

  friend class Loop;

  int fd_;
  bool connecting_ = true;
  bool watched_for_writing_ = true;  // by the loop
  std::string input_;                // the beginning of something incomplete
  std::string output_;
};

}  // namespace slipring::bench
