// Asking a new version whether it is well, while all can still go back to the one before.
#include <boost/asio/awaitable.hpp>
#include <mutex>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;

namespace {

constexpr auto health_interval = std::chrono::seconds(1);
constexpr size_t reason_limit = 500;

// Empty: it is well.
std::string ask(plugin::Instance &instance) {
  const slipring_health_adapter &table = *instance.generation.health();
  StringWriter reason(reason_limit);
  const slipring_status code = plugin::guard(
      instance, "health", [&] { return table.health(instance.adapter, reason.abi()); });
  if (code == SLIPRING_OK) return {};
  std::string said = "shard " + std::to_string(instance.shard) + " answered ";
  said += status_name(code);
  if (!reason.text().empty()) said += ": " + reason.text();
  return said;
}

}  // namespace

// A generation may end while its shards are asked; each of them passes here before that.
asio::awaitable<std::optional<Failure>> Upgrader::ask_health(uint64_t generation, Stage stage,
                                                             session::Clock::time_point &due) {
  plugin::Generation &asked = *catalog_.find(generation)->generation;
  if (asked.health() == nullptr || session::Clock::now() < due) co_return std::nullopt;
  due = session::Clock::now() + health_interval;
  std::mutex mutex;
  std::string found;
  std::function<void(shard::Shard &)> work = [&](shard::Shard &shard) {
    const std::string said = ask(asked.instance(shard.index()));
    const std::lock_guard lock(mutex);
    if (found.empty()) found = said;
  };
  co_await shards_.run_on_each(std::move(work));
  if (found.empty()) co_return std::nullopt;
  co_return Failure{stage, "health", std::move(found), "OK of every shard"};
}

}  // namespace slipring::upgrade
