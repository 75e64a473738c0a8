#include "session/shard_events.hpp"

#include <algorithm>

#include "event/position.hpp"
#include "plugin/guard.hpp"

namespace slipring::session {

namespace {
thread_local ShardEvents *current_events = nullptr;
}

ShardEvents::ShardEvents(ShardSessions &sessions, bus::ShardBus &bus, const bus::Network &network,
                         observe::Counters &counters)
    : sessions_(sessions),
      streams_(network.streams()),
      event_limits_{sessions.limits().message},
      port_(bus, *this),
      reads_(bus, [this](uint64_t token, const ReadBatch &batch) { finish_read(token, batch); }),
      fanout_(sessions, streams_, counters),
      published_total_(counters.counter("publishes_total")),
      refused_total_(counters.counter("publishes_refused_total")),
      rejected_total_(counters.counter("deliveries_rejected_total")) {
  sessions.set_events(*this);
}

ShardEvents::~ShardEvents() {
  if (current_events == this) current_events = nullptr;
}

ShardEvents *ShardEvents::current() {
  return current_events;
}

void ShardEvents::bind_to_thread() {
  current_events = this;
}

slipring_status ShardEvents::refuse(slipring_status code, std::string text) {
  why_ = std::move(text);
  return code;
}

slipring_status ShardEvents::full(Session *session) {
  if (session == nullptr || !sessions_.is_in_input(*session)) {
    return refuse(SLIPRING_RESOURCE_EXHAUSTED, "too much is under way");
  }
  if (!session->wants_room) want_room_.push_back(session->id);
  session->wants_room = true;
  return refuse(SLIPRING_PENDING, {});
}

// Sessions wait for two things: that the bus has room (room()), or an operation's completion.
bool ShardEvents::waits_in_vain(const Session &session) const {
  return !session.wants_room && session.operations == 0;
}

void ShardEvents::room() {
  std::vector<slipring_session> waiting;
  waiting.swap(want_room_);
  for (const slipring_session id : waiting) {
    Session *const session = sessions_.table().find(id);
    if (session == nullptr) continue;
    // It may have asked in a call that answered something else than PENDING.
    session->wants_room = false;
    if (session->waiting) sessions_.end_wait(*session);
  }
}

slipring_status ShardEvents::begin_operation(Session &session, uint32_t kind,
                                             const slipring_tag *tag, slipring_token *token,
                                             Operation **made) {
  if (session.adapter->generation.completion() == nullptr) {
    return refuse(SLIPRING_FAILED_PRECONDITION, "the adapter lacks " SLIPRING_COMPLETION);
  }
  if (tag != nullptr && tag->bytes.size > SLIPRING_TAG_MAX) {
    return refuse(SLIPRING_INVALID_ARGUMENT, "a tag has at most 64 bytes");
  }
  if (session.operations >= sessions_.limits().operations) return full_of_operations(session);
  const uint32_t schema = session.adapter->generation.manifest().state_schema;
  *made = &operations_.add(session, kind, KeptTag(tag, schema));
  if (token != nullptr) *token = (*made)->token;
  return SLIPRING_OK;
}

// Its input waits until one of them has completed.
slipring_status ShardEvents::full_of_operations(const Session &session) {
  const bool waits = sessions_.is_in_input(session);
  return refuse(waits ? SLIPRING_PENDING : SLIPRING_RESOURCE_EXHAUSTED,
                "the session has too much under way");
}

void ShardEvents::complete(slipring_token token, slipring_status status, const void *result,
                           std::string_view text) {
  Operation *const found = operations_.find(token);
  if (found == nullptr) return;  // cancelled, or its session has ended
  const Operation operation = operations_.take(*found);
  Session &session = *operation.session;
  if (session.closing) return;
  plugin::Instance &adapter = *session.adapter;
  const slipring_tag tag = operation.tag.lend();
  const slipring_completion completion{sizeof(slipring_completion),
                                       token,
                                       tag,
                                       tag.schema,
                                       operation.kind,
                                       status,
                                       0,
                                       result,
                                       to_bytes(text)};
  sessions_.set_answering(true);
  const slipring_status code = plugin::guard(adapter, "complete", [&] {
    return adapter.generation.completion()->complete(adapter.adapter, session.id, session.state,
                                                     &completion);
  });
  sessions_.set_answering(false);
  if (session.closing) return;
  if (code == SLIPRING_OK) {
    sessions_.end_wait(session);
  } else if (code != SLIPRING_PENDING || waits_in_vain(session)) {
    sessions_.adapter_failed(session);
  }
}

slipring_status ShardEvents::cancel(const slipring_host *host, slipring_session id,
                                    slipring_token token) {
  Session *const session = sessions_.find_for(host, id);
  Operation *const operation = session == nullptr ? nullptr : operations_.find(token);
  if (operation == nullptr || operation->session != session) return SLIPRING_NOT_FOUND;
  forget_operation(*operation);
  return SLIPRING_OK;
}

void ShardEvents::forget_operation(Operation &operation) {
  if (operation.kind == SLIPRING_DONE_READ) reads_.forget(static_cast<uint32_t>(operation.number));
  operations_.take(operation);
}

slipring_status ShardEvents::wait_room(const slipring_host *host, slipring_session id,
                                       uint64_t bytes, const slipring_tag *tag,
                                       slipring_token *token) {
  Session *const session = sessions_.find_for(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  Operation *operation = nullptr;
  const slipring_status code =
      begin_operation(*session, SLIPRING_DONE_ROOM, tag, token, &operation);
  if (code != SLIPRING_OK) return code;
  operation->number = bytes;
  session->room_awaited = true;
  if (session->queue.bytes() <= bytes) done_.push_back({operation->token, SLIPRING_OK});
  return SLIPRING_OK;
}

slipring_status ShardEvents::after(const slipring_host *host, slipring_session id,
                                   uint64_t nanoseconds, const slipring_tag *tag,
                                   slipring_token *token) {
  Session *const session = sessions_.find_for(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  Operation *operation = nullptr;
  const slipring_status code =
      begin_operation(*session, SLIPRING_DONE_TIMER, tag, token, &operation);
  if (code != SLIPRING_OK) return code;
  operation->number = Timers::due_after(nanoseconds);
  timers_.add(*operation);
  return SLIPRING_OK;
}

slipring_status ShardEvents::again(const slipring_host *host, slipring_session id,
                                   slipring_token token, uint64_t nanoseconds) {
  Session *const session = sessions_.find_for(host, id);
  Operation *const operation = session == nullptr ? nullptr : operations_.find(token);
  const bool is_its_timer = operation != nullptr && operation->session == session &&
                            operation->kind == SLIPRING_DONE_TIMER;
  if (!is_its_timer) return SLIPRING_NOT_FOUND;
  const uint64_t before = std::exchange(operation->number, Timers::due_after(nanoseconds));
  if (operation->number < before) timers_.add(*operation);
  return SLIPRING_OK;
}

void ShardEvents::queue_shrank(Session &session) {
  if (session.behind) look_for_those_behind(session);
  if (!session.room_awaited) return;
  session.room_awaited = false;
  operations_.for_each_of(session, [&](const Operation &operation) {
    if (operation.kind != SLIPRING_DONE_ROOM) return;
    if (session.queue.bytes() <= operation.number) {
      done_.push_back({operation.token, SLIPRING_OK});
    } else {
      session.room_awaited = true;
    }
  });
}

void ShardEvents::round_end(Clock::time_point now) {
  now_ = now;
  const std::vector<Done> done = std::exchange(done_, {});
  for (const Done &each : done) complete(each.token, each.status, nullptr, {});
  reads_.round_end(now);
  tell_changed();
  for (const slipring_token token : timers_.take_due(now, operations_)) {
    complete(token, SLIPRING_OK, nullptr, {});
  }
  end_delays();
  const std::vector<slipring_session> to_offer = std::exchange(to_offer_, {});
  for (const slipring_session id : to_offer) {
    Session *const session = sessions_.table().find(id);
    if (session == nullptr) continue;
    session->deliveries->listed = false;
    offer(*session);
  }
}

bool ShardEvents::has_more() const {
  return !done_.empty() || !changed_.empty() || !to_offer_.empty();
}

std::optional<Clock::time_point> ShardEvents::next_due() const {
  const auto timer = timers_.next();
  const auto read = reads_.next();
  return timer && read ? std::min(timer, read) : timer ? timer : read;
}

void ShardEvents::session_ended(Session &session) {
  operations_.for_each_of(session, [&](const Operation &operation) {
    if (operation.kind == SLIPRING_DONE_READ)
      reads_.forget(static_cast<uint32_t>(operation.number));
  });
  operations_.forget_all_of(session);
  if (!session.readings) return;
  for (const Reading &reading : session.readings->all()) {
    port_.unsubscribe({&session, reading.serial});
  }
  for (const EndedReading &ended : session.readings->ended()) {
    port_.forget({&session, ended.serial});
  }
  session.readings.reset();
}

Result<ShardEvents::Carried> ShardEvents::carry(const Session &session,
                                                const plugin::Generation &to,
                                                std::optional<uint32_t> schema) {
  const plugin::Generation &from = session.adapter->generation;
  Carried carried;
  if (Status status = check_can_serve(session, to); !status.is_ok()) return status;
  if (!schema) return carried;
  Status status;
  operations_.for_each_of(session, [&](const Operation &operation) {
    if (status.is_ok()) status = carry_tag(operation, from, *schema, carried);
  });
  if (!status.is_ok()) return status;
  if (!session.readings || from.render() == nullptr || from.render()->export_format == nullptr) {
    return carried;
  }
  const auto carry_format = [&](uint64_t known) {
    if (!status.is_ok()) return;
    uint64_t format = 0;
    const slipring_status code = plugin::guard(*session.adapter, "export_format", [&] {
      return from.render()->export_format(session.adapter->adapter, known, *schema, &format);
    });
    if (code != SLIPRING_OK) {
      status = {code, "export_format answered " + std::string(status_name(code))};
    }
    carried.formats.push_back(format);
  };
  for (const Reading &reading : session.readings->all()) carry_format(reading.format);
  for (const EndedReading &ended : session.readings->ended()) carry_format(ended.format);
  if (!status.is_ok()) return status;
  return carried;
}

// A version that has no function for what its predecessor's sessions need cannot have them.
Status ShardEvents::check_can_serve(const Session &session, const plugin::Generation &to) {
  const auto lacks = [&](const char *id) {
    return Status(SLIPRING_FAILED_PRECONDITION, to.title() + " lacks " + id);
  };
  if (session.operations != 0 && to.completion() == nullptr) return lacks(SLIPRING_COMPLETION);
  if (!session.readings) return Status::ok();
  for (const Reading &reading : session.readings->all()) {
    if (reading.mode == SLIPRING_DELIVER_SHARED && to.render() == nullptr) {
      return lacks(SLIPRING_RENDER);
    }
    if (reading.mode == SLIPRING_DELIVER_PER_SESSION && to.deliver() == nullptr) {
      return lacks(SLIPRING_DELIVER);
    }
  }
  return Status::ok();
}

Status ShardEvents::carry_tag(const Operation &operation, const plugin::Generation &from,
                              uint32_t schema, Carried &carried) {
  if (from.completion()->export_tag == nullptr) return Status::ok();
  StringWriter writer(SLIPRING_TAG_MAX);
  const slipring_tag tag = operation.tag.lend();
  const slipring_status code = plugin::guard(*operation.session->adapter, "export_tag", [&] {
    return from.completion()->export_tag(operation.session->adapter->adapter, &tag, schema,
                                         writer.abi());
  });
  if (code == SLIPRING_NOT_FOUND) {
    carried.cancelled.push_back(operation.token);
    return Status::ok();
  }
  if (code != SLIPRING_OK || writer.overflowed()) {
    return {code, "export_tag answered " + std::string(status_name(code))};
  }
  const slipring_tag exported{to_bytes(writer.text()), tag.kind, schema};
  carried.tags.emplace_back(operation.token, KeptTag(&exported, schema));
  return Status::ok();
}

void ShardEvents::apply(Session &session, const Carried &carried) {
  for (const slipring_token token : carried.cancelled) {
    if (Operation *const operation = operations_.find(token)) forget_operation(*operation);
  }
  for (const auto &[token, tag] : carried.tags) {
    if (Operation *const operation = operations_.find(token)) operation->tag = tag;
  }
  if (carried.formats.empty()) return;
  auto format = carried.formats.begin();
  for (Reading &reading : session.readings->all()) reading.format = *format++;
  for (EndedReading &ended : session.readings->ended()) ended.format = *format++;
}

}  // namespace slipring::session
