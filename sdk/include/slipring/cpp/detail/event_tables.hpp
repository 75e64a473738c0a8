// The tables of the C ABI for what an adapter has to do with events: completion, render, deliver,
// ending. Each is there when the author's class has a hook for it (event_hooks.hpp). No function
// here lets an exception out.
#ifndef SLIPRING_CPP_DETAIL_EVENT_TABLES_HPP
#define SLIPRING_CPP_DETAIL_EVENT_TABLES_HPP

#include <cstring>
#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/detail/event_hooks.hpp>
#include <slipring/cpp/detail/instance.hpp>

namespace slipring::sdk::detail {

template <class Policy>
class EventTables {
  using Handler = typename Policy::Handler;
  using Shard = typename Policy::Shard;
  using Instance = detail::Instance<Policy>;

  // Runs `body(instance)` as one call of the host; what it fails with goes to the log.
  template <class Body>
  static slipring_status call(void *instance, const char *function, Body &&body) noexcept {
    Instance &self = Instance::of(instance);
    [[maybe_unused]] const auto inside = self.rules.enter(function);
    return boundary::run([&] { return body(self); }, boundary::to_log(self.host));
  }

  static slipring_status complete(void *instance, slipring_session session, void *state,
                                  const slipring_completion *completion) noexcept {
    return call(instance, "complete", [&](Instance &self) -> Status {
      [[maybe_unused]] const Session client = self.client(session);
      [[maybe_unused]] Handler &handler = self.handler(state);
      if constexpr (HearsOfPublished<Handler>) {
        if (completion->operation == SLIPRING_DONE_PUBLISH)
          return status_of([&] { return handler.on_published(client, Published(*completion)); });
      }
      if constexpr (HearsOfSubscribed<Handler>) {
        if (completion->operation == SLIPRING_DONE_SUBSCRIBE)
          return status_of([&] { return handler.on_subscribed(client, Subscribed(*completion)); });
      }
      if constexpr (HearsOfRead<Handler>) {
        if (completion->operation == SLIPRING_DONE_READ)
          return status_of([&] { return handler.on_read(client, Batch(*completion)); });
      }
      if constexpr (HearsOfRoom<Handler>) {
        if (completion->operation == SLIPRING_DONE_ROOM)
          return status_of([&] { return handler.on_room(client, Completion(*completion)); });
      }
      if constexpr (HearsOfTimers<Handler>) {
        if (completion->operation == SLIPRING_DONE_TIMER)
          return status_of([&] { return handler.on_timer(client, Completion(*completion)); });
      }
      return {};
    });
  }

  static slipring_status export_tag(void *instance, const slipring_tag *tag, uint32_t schema,
                                    const slipring_writer *writer) noexcept {
    return call(instance, "export_tag", [&](Instance &self) -> Status {
      Writer out(writer);
      return status_of([&] {
        return self.shard.export_tag(Tag{tag->kind, view(tag->bytes), tag->schema}, schema, out);
      });
    });
  }

  static slipring_status render(void *instance, uint64_t format, const slipring_event_view *event,
                                const slipring_render_writer *writer, uint8_t *kind) noexcept {
    return call(instance, "render", [&](Instance &self) -> Status {
      RenderWriter out(*writer, *kind);
      return status_of([&] { return self.shard.render(format, EventView(*event), out); });
    });
  }

  static slipring_status render_gap(void *instance, slipring_session session, void *state,
                                    const slipring_gap *gap, const slipring_render_writer *writer,
                                    uint8_t *kind) noexcept {
    return call(instance, "render_gap", [&](Instance &self) -> Status {
      RenderWriter out(*writer, *kind);
      return status_of(
          [&] { return self.handler(state).render_gap(self.client(session), Gap(*gap), out); });
    });
  }

  // For an adapter that announces no gaps: nothing is written.
  static slipring_status leave_gap_out(void *, slipring_session, void *, const slipring_gap *,
                                       const slipring_render_writer *, uint8_t *kind) noexcept {
    *kind = SLIPRING_MESSAGE_TEXT;
    return SLIPRING_OK;
  }

  static slipring_status export_format(void *instance, uint64_t format, uint32_t schema,
                                       uint64_t *exported) noexcept {
    return call(instance, "export_format", [&](Instance &self) -> Status {
      return status_of([&] { return self.shard.export_format(format, schema, *exported); });
    });
  }

  static slipring_status deliver(void *instance, slipring_session session, void *state,
                                 const slipring_delivery *delivery) noexcept {
    return call(instance, "deliver", [&](Instance &self) -> Status {
      return status_of(
          [&] { return self.handler(state).deliver(self.client(session), Delivery(*delivery)); });
    });
  }

  static void gap(void *instance, slipring_session session, void *state,
                  const slipring_gap *gap) noexcept {
    (void)call(instance, "gap", [&](Instance &self) {
      self.handler(state).on_gap(self.client(session), Gap(*gap));
    });
  }

  static void farewell(void *instance, slipring_session session, void *state,
                       const slipring_ending *ending, const slipring_comeback *comeback) noexcept {
    (void)call(instance, "farewell", [&](Instance &self) {
      self.handler(state).on_farewell(self.client(session), Ending(*ending), Comeback(*comeback));
    });
  }

  static constexpr slipring_completion_adapter completion_table() {
    slipring_completion_adapter table{sizeof table, complete, nullptr};
    if constexpr (ExportsTags<Shard>) table.export_tag = export_tag;
    return table;
  }
  static constexpr slipring_render_adapter render_table() {
    slipring_render_adapter table{sizeof table, render, leave_gap_out, nullptr};
    if constexpr (RendersGaps<Handler>) table.render_gap = render_gap;
    if constexpr (ExportsFormats<Shard>) table.export_format = export_format;
    return table;
  }
  static constexpr slipring_deliver_adapter deliver_table() {
    slipring_deliver_adapter table{sizeof table, deliver, nullptr};
    if constexpr (HearsOfGaps<Handler>) table.gap = gap;
    return table;
  }

 public:
  // The adapter's side of an extension, or NULL.
  static const void *find(const char *id) noexcept {
    if constexpr (Completes<Handler>) {
      static constexpr slipring_completion_adapter table = completion_table();
      if (std::strcmp(id, SLIPRING_COMPLETION) == 0) return &table;
    }
    if constexpr (Renders<Shard>) {
      static constexpr slipring_render_adapter table = render_table();
      if (std::strcmp(id, SLIPRING_RENDER) == 0) return &table;
    }
    if constexpr (Delivers<Handler>) {
      static constexpr slipring_deliver_adapter table = deliver_table();
      if (std::strcmp(id, SLIPRING_DELIVER) == 0) return &table;
    }
    if constexpr (SaysFarewell<Handler>) {
      static constexpr slipring_ending_adapter table{sizeof table, farewell};
      if (std::strcmp(id, SLIPRING_ENDING) == 0) return &table;
    }
    return nullptr;
  }
};

}  // namespace slipring::sdk::detail

#endif
