// Requests as tests write them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/request.hpp"

namespace slipring::access {

// Lends what it was given.
class TestRequest {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit TestRequest(Fields fields = {}, std::string query = {})
      : fields_(std::move(fields)), query_(std::move(query)) {
    lent_.reserve(fields_.size());
    for (const auto &[name, value] : fields_) {
      lent_.push_back({to_bytes(std::string_view(name)), to_bytes(std::string_view(value))});
    }
    request_.method = "GET";
    request_.scheme = "https";
    request_.authority = "example.org";
    request_.query = query_;
    request_.fields = lent_;
    request_.origin = request_.field("origin");
  }
  TestRequest(const TestRequest &) = delete;
  TestRequest &operator=(const TestRequest &) = delete;

  Request *operator->() { return &request_; }
  const Request &operator*() const { return request_; }

 private:
  Fields fields_;
  std::string query_;
  std::vector<slipring_field> lent_;
  Request request_;
};

}  // namespace slipring::access
