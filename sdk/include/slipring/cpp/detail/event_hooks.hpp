// What the author's class has to do with events, as concepts. `Handler` is a Connection or the one
// object of a shard, `Shard` that object. What a hook returns is checked where it is called: so one
// of the right name and another type does not compile, rather than being overlooked.
#ifndef SLIPRING_CPP_DETAIL_EVENT_HOOKS_HPP
#define SLIPRING_CPP_DETAIL_EVENT_HOOKS_HPP

#include <slipring/cpp/completion.hpp>
#include <slipring/cpp/delivery.hpp>
#include <slipring/cpp/ending.hpp>
#include <slipring/cpp/event.hpp>
#include <slipring/cpp/render.hpp>
#include <slipring/cpp/session.hpp>
#include <slipring/cpp/writer.hpp>
#include <type_traits>

namespace slipring::sdk::detail {

template <class Handler>
concept HearsOfPublished = requires(Handler handler, Session session, const Published &published) {
  handler.on_published(session, published);
};
template <class Handler>
concept HearsOfSubscribed = requires(Handler handler, Session session, const Subscribed &made) {
  handler.on_subscribed(session, made);
};
template <class Handler>
concept HearsOfRead = requires(Handler handler, Session session, const Batch &batch) {
  handler.on_read(session, batch);
};
template <class Handler>
concept HearsOfRoom = requires(Handler handler, Session session, const Completion &completion) {
  handler.on_room(session, completion);
};
template <class Handler>
concept HearsOfTimers = requires(Handler handler, Session session, const Completion &completion) {
  handler.on_timer(session, completion);
};
template <class Handler>
concept Completes = HearsOfPublished<Handler> || HearsOfSubscribed<Handler> ||
    HearsOfRead<Handler> || HearsOfRoom<Handler> || HearsOfTimers<Handler>;

template <class Shard>
concept ExportsTags = requires(Shard shard, const Tag &tag, Writer writer) {
  shard.export_tag(tag, 1u, writer);
};

template <class Shard>
concept Renders = requires(Shard shard, const EventView &event, RenderWriter &writer) {
  shard.render(uint64_t{1}, event, writer);
};
template <class Handler>
concept RendersGaps = requires(Handler handler, Session session, const Gap &gap,
                               RenderWriter &writer) {
  handler.render_gap(session, gap, writer);
};
template <class Shard>
concept ExportsFormats = requires(Shard shard, uint64_t &exported) {
  shard.export_format(uint64_t{1}, 1u, exported);
};

template <class Handler>
concept Delivers = requires(Handler handler, Session session, const Delivery &delivery) {
  handler.deliver(session, delivery);
};
template <class Handler>
concept HearsOfGaps = requires(Handler handler, Session session, const Gap &gap) {
  handler.on_gap(session, gap);
};

template <class Handler>
concept SaysFarewell = requires(Handler handler, Session session, const Ending &ending,
                                const Comeback &comeback) {
  handler.on_farewell(session, ending, comeback);
};

// Calls a hook that returns a Status, or nothing for OK.
template <class Hook>
Status status_of(Hook &&hook) {
  if constexpr (std::is_void_v<std::invoke_result_t<Hook>>) {
    hook();
    return {};
  } else {
    return hook();
  }
}

}  // namespace slipring::sdk::detail

#endif
