// A wall: what is POSTed to it is an event, and a GET listens to it as server-sent events.

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/http_adapter.hpp>
#include <slipring/cpp/plugin.hpp>
#include <string>

namespace {

using namespace slipring::sdk;

class Wall {
 public:
  Status on_request(HttpSession session, const Request &request) {
    if (request.method == "POST") return {};
    if (request.method != "GET") return session.answer(Response(405).field("allow", "GET, POST"));
    const slipring_bytes filter = bytes("wall");
    return session.subscribe({.id = 1, .filters = {&filter, 1}}, {});
  }
  // Before the first event: there is a head for it to follow.
  Status on_subscribed(HttpSession session, const Subscribed &subscribed) {
    if (!subscribed.ok()) return session.answer(Response(503), subscribed.text);
    return session.respond(Response(200).field("content-type", "text/event-stream"));
  }
  // Once for each event, whoever gets it.
  Status render(uint64_t, const EventView &said, RenderWriter &to) {
    return to.write("data: " + std::string(said.payload()) + "\n\n");
  }

  // The host keeps the body until all of it is there, and longer when it has no room for events.
  Consumed on_body(HttpSession session, const Body &body) {
    if (body.more) return {};
    event_.topic("wall").payload(body.bytes, "text/plain");
    Status status = session.publish(event_.finish(), {});
    if (status.is_pending()) return {0, status};
    if (!status.ok()) status = session.answer(Response(400), status.message());
    return {body.bytes.size(), status};
  }
  Status on_published(HttpSession session, const Published &published) {
    return session.answer(Response(published.ok() ? 204 : 503), published.text);
  }

 private:
  EventBuilder event_;
};

}  // namespace

SLIPRING_PLUGIN(StatelessHttpAdapter<Wall>);
