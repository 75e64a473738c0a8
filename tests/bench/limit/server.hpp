// Server: a plain epoll server on one thread, that does what RFC 6455 needs for the benchmarks' own
// clients and nothing else: no session, no adapter, no check of UTF-8, no queue, no limits. What
// one read leads to is written with one write for each connection.
//
// It can be made to spoil every hundredth message of a connection, for the tests of what the load
// programs find.
//
// Thread-safety: adopt() from any thread, the rest on the thread of serve().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::bench {

class Server {
 public:
  // `fault`: lose, double, reorder, alter, or empty.
  explicit Server(std::string_view fault);
  virtual ~Server() = default;
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  // [any] The socket is this server's from now on.
  void adopt(int fd);
  // Does not return.
  void serve();

 protected:
  struct Connection {
    int fd;
    bool open = false;     // the handshake is done
    bool blocked = false;  // output waits for the socket
    bool dirty = false;    // listed as having output
    std::string input;     // the beginning of something incomplete
    std::string output;
    std::string held_back;
    unsigned messages = 0;
  };

  // To be sent at the end of this step, or spoilt.
  void send(Connection &connection, std::string_view frame);

 private:
  virtual void message(Connection &from, uint8_t opcode, std::string_view payload) = 0;
  virtual void closed(Connection &) {}

  void step(Connection &connection, uint32_t events);
  void read(Connection &connection);
  size_t receive(Connection &connection, char *bytes, size_t size);
  std::string &output_of(Connection &connection);
  void write(Connection &connection);
  void end(Connection &connection);

  const std::string_view fault_;
  const int epoll_;
  std::vector<char> buffer_;
  std::vector<Connection *> dirty_;
};

}  // namespace slipring::bench
