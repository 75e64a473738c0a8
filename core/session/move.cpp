#include "session/move.hpp"

#include <algorithm>

#include "plugin/guard.hpp"

namespace slipring::session {

namespace {
constexpr size_t max_reasons = 10;
constexpr size_t reason_limit = 500;

std::string answered(std::string_view function, slipring_status code, const std::string &reason) {
  std::string text = std::string(function) + " answered " + std::string(status_name(code));
  if (!reason.empty()) text += ": " + reason;
  return text;
}
}  // namespace

void Move::start(shard::Shard &shard, ShardSessions &sessions, plugin::Instance &target,
                 std::chrono::nanoseconds slice, Done done) {
  std::shared_ptr<Move>(new Move(shard, sessions, target, slice, std::move(done)))->run_slice();
}

Move::Move(shard::Shard &shard, ShardSessions &sessions, plugin::Instance &target,
           std::chrono::nanoseconds slice, Done done)
    : sessions_(sessions),
      target_(target),
      slice_(slice),
      rest_(shard.loop()),
      done_(std::move(done)),
      end_slot_(sessions.table().slots()),
      messages_before_(sessions.messages_received()),
      exported_(sessions.limits().state),
      reason_(reason_limit) {
  report_.shard = shard.index();
}

void Move::run_slice() {
  const auto begin = Clock::now();
  // At least one session a slice, however short a slice is.
  while (next_slot_ < end_slot_) {
    Session *const session = sessions_.table().at(next_slot_++);
    if (session != nullptr) visit(*session);
    if (Clock::now() - begin >= slice_) break;
  }
  report_.slices.push_back(Clock::now() - begin);
  if (next_slot_ < end_slot_) {
    rest_.expires_after(slice_);
    rest_.async_wait(
        [self = shared_from_this()](const boost::system::error_code &) { self->run_slice(); });
    return;
  }
  report_.messages_during = sessions_.messages_received() - messages_before_;
  done_(std::move(report_));
}

void Move::visit(Session &session) {
  const plugin::Manifest &to = target_.generation.manifest();
  const plugin::Manifest &from = session.adapter->generation.manifest();
  if (session.adapter == &target_ || from.name != to.name) return;
  if (!plugin::sessions_move(from, to)) return;
  if (session.closing && session.close_sent) return;  // about to end where it is
  ++report_.sessions;
  const Profile &profile = *session.link->profile;
  if (!profile.is_served_by(target_.generation)) {
    return stay(target_.generation.title() + " lacks " + std::string(profile.id()));
  }
  const bool has_input = !session.input.empty();
  const bool has_output = !session.queue.empty();
  const bool moved = to.continuity == plugin::Continuity::rebind ? move_without_state(session)
                                                                 : move_with_state(session);
  if (!moved) return;
  ++report_.moved;
  if (has_input) ++report_.with_input;
  if (has_output) ++report_.with_output;
}

bool Move::move_without_state(Session &session) {
  const auto carried = carry(session, std::nullopt);
  if (carried) rebind(session, nullptr, *carried);
  return carried.has_value();
}

std::optional<ShardEvents::Carried> Move::carry(const Session &session,
                                                std::optional<uint32_t> schema) {
  if (sessions_.events() == nullptr) return ShardEvents::Carried{};
  auto carried = sessions_.events()->carry(session, target_.generation, schema);
  if (carried) return std::move(*carried);
  stay(carried.status().message());
  return std::nullopt;
}

bool Move::move_with_state(Session &session) {
  plugin::Instance &from = *session.adapter;
  const plugin::Manifest &old_manifest = from.generation.manifest();
  const plugin::Manifest &new_manifest = target_.generation.manifest();
  const auto common = plugin::common_state_schema(old_manifest, new_manifest);
  if (!common) {
    stay("no state schema that both versions read");
    return false;
  }
  const uint32_t schema = *common;
  exported_.clear();
  reason_.clear();
  slipring_status code = plugin::guard(from, "export_state", [&] {
    return from.generation.adapter()->export_state(from.adapter, session.id, session.state, schema,
                                                   exported_.abi());
  });
  if (code == SLIPRING_OK && exported_.overflowed()) code = SLIPRING_RESOURCE_EXHAUSTED;
  if (code != SLIPRING_OK) {
    stay(answered("export_state", code, {}));
    return false;
  }
  const auto carried = carry(session, schema);
  if (!carried) return false;
  void *state = nullptr;
  sessions_.set_importing(target_.host.abi(), session.id);
  code = plugin::guard(target_, "import_state", [&] {
    return target_.generation.adapter()->import_state(
        target_.adapter, session.id, schema, to_bytes(exported_.text()), reason_.abi(), &state);
  });
  sessions_.set_importing(nullptr, 0);
  if (code != SLIPRING_OK) {
    stay(answered("import_state", code, reason_.text()));
    return false;
  }
  rebind(session, state, *carried);
  return true;
}

void Move::rebind(Session &session, void *state, const ShardEvents::Carried &carried) {
  plugin::Instance &from = *session.adapter;
  void *const old_state = session.state;
  session.adapter = &target_;
  session.state = state;
  if (sessions_.events() != nullptr) sessions_.events()->apply(session, carried);
  ++target_.sessions;
  plugin::guard_void(from, "release", [&] {
    from.generation.adapter()->release(from.adapter, session.id, old_state);
  });
  plugin::Generation::session_left(from);
}

void Move::stay(std::string reason) {
  ++report_.stayed;
  const auto &known = report_.reasons;
  if (known.size() < max_reasons && std::find(known.begin(), known.end(), reason) == known.end()) {
    report_.reasons.push_back(std::move(reason));
  }
}

}  // namespace slipring::session
