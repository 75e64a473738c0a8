#include "connection.hpp"

#include <array>
#include <utility>

#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::feed {

using sdk::Status;

namespace {

constexpr std::uint32_t publish_tag = 1;
constexpr std::string_view place = "{bookmark}";

// What a JSON string means; "" for what is none.
std::string text_of(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return "";
  std::string arena;
  arena.reserve(json.size());
  return std::string(json_v1::unescaped(json.substr(1, json.size() - 2), arena));
}

std::string with_bookmark(std::string text, std::string_view bookmark) {
  for (size_t at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
    text.replace(at, place.size(), bookmark);
    at += bookmark.size();
  }
  return text;
}

std::string subscribe_to(const LinkSettings &link, std::string_view bookmark) {
  std::string text = R"({"op":"subscribe","id":1,"cursors":true,"filters":)" + link.filters;
  text += R"(,"start":)";
  if (bookmark.empty()) {
    text += link.start;
  } else {
    text += R"({"after":[)";
    json_v1::append_string(text, bookmark);
    text += "]}";
  }
  return text += '}';
}

}  // namespace

struct Connection::Parts {
  bool is_object = false;
  std::string_view op, cursor, position, type, eid, key, data, data_base64, message, reason;

  explicit Parts(std::string_view json) {
    const std::array<std::pair<std::string_view, std::string_view *>, 10> known = {
        {{"op", &op},
         {"cursor", &cursor},
         {"position", &position},
         {"type", &type},
         {"eid", &eid},
         {"key", &key},
         {"data", &data},
         {"data_base64", &data_base64},
         {"message", &message},
         {"reason", &reason}}};
    is_object = json_v1::JsonScanner(json).object([&](std::string_view name, std::string_view raw) {
      for (const auto &[member, value] : known) {
        if (member == name) *value = raw;
      }
    });
  }
};

const LinkSettings *Connection::find(std::string_view name) const {
  const auto found = shard_.settings.find(name);
  return found == shard_.settings.end() ? nullptr : &found->second;
}

Status Connection::on_open(sdk::Session session, const sdk::Handshake &) {
  const auto link = session.link();
  if (!link) return {SLIPRING_PERMISSION_DENIED, "feed serves links, not clients"};
  name_ = link->name;
  link_ = find(name_);
  if (link_ == nullptr) return {SLIPRING_NOT_FOUND, "feed has no settings for link " + name_};
  if (!link_->filters.empty()) return session.send_text(subscribe_to(*link_, link->bookmark));
  const bool resumes = !link->bookmark.empty() && !link_->resume.empty();
  if (resumes) return session.send_text(with_bookmark(link_->resume, link->bookmark));
  return link_->send.empty() ? Status() : session.send_text(link_->send);
}

Status Connection::on_message(sdk::Session session, const sdk::Message &message) {
  if (link_ == nullptr) return session.close(SLIPRING_CLOSE_GOING_AWAY, "no settings any more");
  return link_->filters.empty() ? from_other(session, message) : from_slipring(session, message);
}

Status Connection::from_other(sdk::Session session, const sdk::Message &message) {
  std::string bookmark;
  bool is_json = false;
  if (message.kind == sdk::MessageKind::text) {
    const auto take = [&](std::string_view name, std::string_view value) {
      if (name == link_->bookmark) bookmark = value;
    };
    is_json = link_->bookmark.empty() ? json_v1::is_json(message.bytes)
                                      : json_v1::JsonScanner(message.bytes).object(take);
    if (!is_json) bookmark.clear();
    is_json = is_json || json_v1::is_json(message.bytes);
  }
  const std::string_view content_type = is_json ? "application/json"
                                        : message.kind == sdk::MessageKind::text
                                            ? "text/plain; charset=utf-8"
                                            : "application/octet-stream";
  shard_.event.type(link_->type).payload(message.bytes, content_type).deduplicate(bookmark);
  return publish(session, bookmark);
}

Status Connection::from_slipring(sdk::Session session, const sdk::Message &message) {
  const Parts parts(message.bytes);
  const std::string op = text_of(parts.op);
  if (op == "subscribed") {
    subscribed(session, parts);
    return {};
  }
  if (op == "error") return refused(session, parts);
  if (op == "gap") {
    shard_.gaps.add();
    shard_.host.log_burst(sdk::LogLevel::warn,
                          "link " + name_ + ": events are missing: " + text_of(parts.reason));
    return {};
  }
  if (op != "event") return {};
  const std::string position = text_of(parts.position);
  const std::string type = link_->type.empty() ? text_of(parts.type) : link_->type;
  const std::string id = text_of(parts.eid);
  const std::string key = text_of(parts.key);
  shard_.event.type(type).id(id).key(key).deduplicate(position);
  if (!parts.data.empty()) shard_.event.payload(parts.data, "application/json");
  std::string bookmark = text_of(parts.cursor);
  if (bookmark.size() > SLIPRING_BOOKMARK_MAX) bookmark = position;
  return publish(session, std::move(bookmark));
}

// The source is the link's: ids of deduplication are its own.
Status Connection::publish(sdk::Session session, std::string bookmark) {
  const std::string source = "link/" + name_;
  const slipring_bytes finished = shard_.event.topic(link_->topic).source(source).finish();
  Status status = session.publish(finished, {publish_tag, {}});
  if (status.ok()) {
    under_way_.push_back(std::move(bookmark));
  } else if (status.code() != SLIPRING_PENDING) {
    shard_.refused.add();
    shard_.host.log_burst(sdk::LogLevel::warn,
                          "link " + name_ + ": not published: " + std::string(status.message()));
    return {};  // the next one may do
  }
  return status;
}

// What could not be written is asked for again: the link is closed, and begins at its bookmark.
Status Connection::on_published(sdk::Session session, const sdk::Published &published) {
  const std::string bookmark = std::move(under_way_.front());
  under_way_.pop_front();
  if (published.status == SLIPRING_OK) {
    shard_.published.add();
    return bookmark.empty() ? Status() : session.set_bookmark(bookmark);
  }
  shard_.refused.add();
  shard_.host.log_burst(sdk::LogLevel::warn,
                        "link " + name_ + ": not published: " + std::string(published.text));
  if (published.status == SLIPRING_FAILED_PRECONDITION) return {};
  return {published.status, std::string(published.text)};
}

void Connection::subscribed(sdk::Session session, const Parts &parts) {
  const auto link = session.link();
  const std::string cursor = text_of(parts.cursor);
  const bool is_first = link && link->bookmark.empty() && under_way_.empty();
  if (is_first && !cursor.empty()) (void)session.set_bookmark(cursor);
}

// A bookmark that the other side does not take (any more) is given up, and that is said.
Status Connection::refused(sdk::Session session, const Parts &parts) {
  shard_.host.log_burst(sdk::LogLevel::warn,
                        "link " + name_ + ": not subscribed: " + text_of(parts.message));
  const auto link = session.link();
  if (link && !link->bookmark.empty()) (void)session.set_bookmark({});
  return session.close(SLIPRING_CLOSE_NORMAL, "not subscribed");
}

// The link's name, and the bookmarks, a line each: none of them has a line end.
Status Connection::save(sdk::Writer &writer, uint32_t) const {
  std::string text = name_;
  for (const std::string &bookmark : under_way_) text += '\n' + bookmark;
  return writer.write(text);
}

Status Connection::load(std::string_view exported, uint32_t) {
  size_t end = exported.find('\n');
  name_ = exported.substr(0, end);
  link_ = find(name_);
  if (link_ == nullptr) return {SLIPRING_NOT_FOUND, "feed has no settings for link " + name_};
  while (end != std::string_view::npos) {
    exported.remove_prefix(end + 1);
    end = exported.find('\n');
    under_way_.emplace_back(exported.substr(0, end));
  }
  return {};
}

}  // namespace slipring::feed
