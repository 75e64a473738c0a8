#include "micro/host_fixture.hpp"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/bytes.hpp"
#include "plugin/elf_image.hpp"
#include "plugin/manifest.hpp"
#include "session/event_extensions.hpp"
#include "session/message_extension.hpp"
#include "wire/frame.hpp"

namespace slipring::bench {
namespace {

constexpr uint16_t vanished = 1006;

uint64_t written_bytes = 0;

size_t write_header(uint8_t, size_t size, uint8_t *header) {
  std::string bytes;
  append_header(bytes, op_text, size, 0);
  std::copy(bytes.begin(), bytes.end(), header);
  return bytes.size();
}

size_t swallow(void *, void *, const slipring_frame *frames, size_t count) {
  for (size_t i = 0; i < count; ++i) written_bytes += frames[i].pieces[0].size;
  return count;
}

constexpr slipring_message_transport null_transport{
    sizeof(slipring_message_transport), &write_header, &swallow, [](void *, void *, uint8_t) {},
    [](void *, void *, uint16_t, slipring_bytes) {}};

std::vector<uint8_t> contents(const std::filesystem::path &file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(result.status().message()));
  return std::move(*result);
}

}  // namespace

HostFixture::HostFixture()
    : transport_host_(services_, "null transport", "0.0.0", 0, 1),
      network_(1, bus::Streams(1, {"#"}, {}), {}, {.wake = [](uint32_t) {}}) {
  std::string name = (std::filesystem::temp_directory_path() / "slipring-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  staged_ = name;
  session::add_message_extensions(services_.extensions);
  session::add_event_extensions(services_.extensions);
  sessions_ =
      std::make_unique<session::ShardSessions>(0, session::Limits{}, chooser_, services_.counters);
  bus_ = std::make_unique<bus::ShardBus>(0, network_, services_.counters);
  events_ = std::make_unique<session::ShardEvents>(*sessions_, *bus_, network_, services_.counters);
  sessions_->bind_to_thread();
  events_->bind_to_thread();
  sessions_->add_transport(transport_host_.abi(), {&null_transport, nullptr});
}

HostFixture::~HostFixture() {
  events_.reset();
  bus_.reset();
  sessions_.reset();
  generations_.clear();
  std::filesystem::remove_all(staged_);
}

plugin::Generation &HostFixture::load(std::string_view file) {
  const auto original = std::filesystem::path(SLIPRING_BENCH_LIBRARIES) / file;
  // A name for each load: the dynamic linker goes by names.
  const auto staged = staged_ / (std::to_string(++loaded_) + ".so");
  std::filesystem::copy_file(original, staged);
  auto image = must(plugin::ElfImage::read(contents(staged)));
  auto manifest = must(plugin::Manifest::read(image.manifests.at(0)));
  generations_.push_back(must(plugin::Generation::load(
      services_, loaded_, {original, staged, image.build_id, std::move(manifest)})));
  plugin::Generation &generation = *generations_.back();
  if (const Status status = generation.create_instances(1, "{}"); !status.is_ok()) {
    throw std::runtime_error(std::string(status.message()));
  }
  return generation;
}

void HostFixture::unload(plugin::Generation &generation) {
  std::erase_if(generations_, [&](const auto &loaded) { return loaded.get() == &generation; });
}

std::vector<slipring_session> HostFixture::open(plugin::Generation &adapter, size_t count) {
  chooser_.adapter = &adapter.instance(0);
  slipring_message_handshake handshake{};
  handshake.struct_size = sizeof(handshake);
  handshake.path = to_bytes("/bench");
  handshake.peer = to_bytes("192.0.2.1:4711");
  StringWriter reason(1000);
  std::vector<slipring_session> opened(count);
  for (slipring_session &id : opened) {
    size_t subprotocol_size = 0;
    const slipring_status status = sessions_->messages().open(
        transport_host_.abi(), 0, this, handshake, id, {}, subprotocol_size, *reason.abi());
    if (status != SLIPRING_OK) throw std::runtime_error("open: " + reason.text());
  }
  return opened;
}

void HostFixture::close(const std::vector<slipring_session> &opened) {
  for (const slipring_session id : opened) sessions_->messages().closed(id, vanished);
}

void HostFixture::end_round() {
  const auto now = session::Clock::now();
  do {
    while (bus_->drain()) {
    }
    events_->round_end(now);
  } while (events_->has_more());
  sessions_->flush(now);
}

uint64_t HostFixture::written() const {
  return written_bytes;
}

Result<session::Choice> HostFixture::OneAdapter::choose(uint32_t, uint32_t,
                                                        const slipring_message_handshake &) {
  return session::Choice{adapter, path, {}};
}

Result<session::Choice> HostFixture::OneAdapter::choose_http(uint32_t, uint32_t,
                                                             const slipring_http_request &) {
  return session::Choice{adapter, path, {}};
}

}  // namespace slipring::bench
