// Dialled: the link that a session belongs to when it began here, as sessions know it. Declared
// here, made by core/edge, which dials.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/abi.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace slipring::session {

class Dialled {
 public:
  explicit Dialled(std::string name) : name_(std::move(name)) {}
  virtual ~Dialled() = default;
  Dialled(const Dialled &) = delete;
  Dialled &operator=(const Dialled &) = delete;

  const std::string &name() const { return name_; }
  // What its adapter wants to know when it begins again.
  std::string bookmark;

  // It was not reached, or its session was refused.
  virtual void failed(std::string_view why) = 0;
  virtual void began() = 0;
  // `cause`, `code`: of slipring_ending.
  virtual void ended(uint32_t cause, uint32_t code) = 0;

 private:
  const std::string name_;
};

}  // namespace slipring::session
