// What an adapter rendered, in a test.
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_TESTING_RENDERING_HPP
#define SLIPRING_CPP_TESTING_RENDERING_HPP

#include <slipring/ext/render.h>

#include <slipring/cpp/testing/fake_host.hpp>
#include <string>
#include <utility>
#include <vector>

namespace slipring::sdk::testing {

// Where the host puts something in: behind the first `at` bytes of the text.
struct Hole {
  size_t at;
  uint32_t kind;  // SLIPRING_HOLE_…
  size_t length;  // of GIVEN
  bool operator==(const Hole &) const = default;
};

struct Rendering {
  slipring_status status = SLIPRING_OK;
  uint8_t kind = 0;
  std::string text;  // without what holes bring
  std::vector<Hole> holes;

  // As a session gets it whose cursor is this one.
  std::string with_cursor(std::string_view cursor) const {
    std::string filled = text;
    for (auto hole = holes.rbegin(); hole != holes.rend(); ++hole)
      if (hole->kind == SLIPRING_HOLE_CURSOR) filled.insert(hole->at, cursor);
    return filled;
  }
};

// Collects a rendering: writer() is what the adapter is given.
class RenderingRecorder {
 public:
  const slipring_render_writer *writer() const { return &writer_; }
  uint8_t *kind() { return &made_.kind; }

  Rendering finish(slipring_status status) {
    settle();
    made_.status = status;
    return std::move(made_);
  }

 private:
  static RenderingRecorder &of(void *context) { return *static_cast<RenderingRecorder *>(context); }

  // What was written into the room that was lent belongs to the text.
  void settle() { made_.text += std::exchange(reserved_, {}); }

  Rendering made_;
  std::string reserved_;
  slipring_render_writer writer_{
      sizeof(slipring_render_writer), this,
      [](void *context, slipring_bytes more) -> slipring_status {
        of(context).settle();
        of(context).made_.text += testing::text(more);
        return SLIPRING_OK;
      },
      [](void *context, size_t size) -> uint8_t * {
        RenderingRecorder &self = of(context);
        self.settle();
        self.reserved_.resize(size);
        return reinterpret_cast<uint8_t *>(self.reserved_.data());
      },
      [](void *context, uint32_t kind, size_t length) {
        RenderingRecorder &self = of(context);
        self.settle();
        self.made_.holes.push_back({self.made_.text.size(), kind, length});
        return slipring_status{SLIPRING_OK};
      }};
};

}  // namespace slipring::sdk::testing

#endif
