// Whether what a client publishes as a CloudEvent becomes the event that it means.
#include "shard.hpp"

namespace slipring::rest {

using sdk::Status;

namespace {

constexpr std::string_view body =
    R"({"specversion":"1.0","id":"1","source":"/self","type":"test","subject":"self/test",)"
    R"("more":"\u00e4","data":{"list":[1,2]}})";

std::string_view text_of(const flatbuffers::String *text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

}  // namespace

Status Shard::self_test() {
  state::PostT post;
  post.mode = state::Mode::structured;
  if (const Check wrong = read_post_body(body, "self/test", post, settings, tools))
    return {SLIPRING_INTERNAL, "an event is refused: " + wrong->detail};
  const auto publications = tools.publications.with({});
  const schema::Event &event = *schema::GetEvent(publications[0].event.data);
  const bool good = text_of(event.topic()) == "self/test" && text_of(event.id()) == "1" &&
                    text_of(event.content_type()) == "application/json" &&
                    event.attributes() != nullptr && event.attributes()->size() == 1 &&
                    event.payload() != nullptr && event.payload()->size() == 14;
  if (good) return {};
  return {SLIPRING_INTERNAL, "an event is published as another one"};
}

}  // namespace slipring::rest
