// In debug builds, a plugin checks that the host keeps the rules it is promised: calls of an
// instance come on one thread, never from inside another call, and with a session state that this
// instance made and has not given back. A broken rule ends the process with one line, because
// whatever follows would be blamed on the plugin. With NDEBUG all of it is empty.
#ifndef SLIPRING_CPP_HOST_RULES_HPP
#define SLIPRING_CPP_HOST_RULES_HPP

#ifndef NDEBUG
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unordered_set>
#endif

namespace slipring::sdk {

class HostRules {
 public:
#ifdef NDEBUG
  struct Call {};
  Call enter(const char *) noexcept {
    return {};
  }
  void made(const void *) noexcept {}
  void used(const void *) const noexcept {}
  void given_back(const void *) noexcept {}
  void destroyed() const noexcept {}
  static void require(bool, const char *) noexcept {}
#else
  // One call of the host into the instance; ends with the object.
  class Call {
   public:
    explicit Call(HostRules &rules) noexcept : rules_(rules) {}
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;
    ~Call() { rules_.inside_ = nullptr; }

   private:
    HostRules &rules_;
  };

  Call enter(const char *function) noexcept {
    if (thread_ == std::thread::id()) thread_ = std::this_thread::get_id();
    require(thread_ == std::this_thread::get_id(), "an instance is called on its shard's thread");
    require(inside_ == nullptr, "an instance is not called from inside its own call");
    inside_ = function;
    return Call(*this);
  }

  void made(const void *state) {
    states_.insert(state);
  }
  void used(const void *state) const {
    require(states_.contains(state), "a session's state is the one this instance made");
  }
  void given_back(const void *state) {
    require(states_.erase(state) == 1, "a session's state is given back once");
  }
  void destroyed() const {
    require(states_.empty(), "an instance is destroyed after its last session");
  }

  static void require(bool kept, const char *rule) noexcept {
    if (kept) return;
    std::fprintf(stderr, "slipring: the host broke a rule of the ABI: %s\n", rule);
    std::abort();
  }

 private:
  std::thread::id thread_;
  const char *inside_ = nullptr;
  std::unordered_set<const void *> states_;
#endif
};

}  // namespace slipring::sdk

#endif
