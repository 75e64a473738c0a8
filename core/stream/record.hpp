// A record: events of one stream with consecutive sequences, as one value of the log.
//
//   [format 4][count 4][first 8][checksum 8] then per event
//   [size 4][where the topic begins in the FlatBuffer 4][RecordHeader][FlatBuffer]
//
// Each event begins at a multiple of 8; the FlatBuffer is filled up with zeros. The checksum covers
// the key it is kept under and everything else, so a record that was changed, cut or put elsewhere
// is not taken.
//
// Thread-safety: plain values.
#pragma once

#include <slipring/schema/event_generated.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.hpp"

namespace slipring::stream {

constexpr uint32_t record_format = 1;

// Replaces `to`. REQUIRES: at least one event, with consecutive sequences.
void encode_record(uint32_t stream, std::string_view key, std::span<const event::EventRef> events,
                   std::string &to);

// A record that was checked. Borrows the value.
class Record {
 public:
  // Nothing when it is not exactly what was encoded under this key.
  static std::optional<Record> decode(std::string_view key, std::string_view value);

  uint64_t first() const { return first_; }
  uint64_t last() const { return first_ + count_ - 1; }
  uint32_t count() const { return count_; }

  uint64_t bytes() const { return bytes_; }             // of the FlatBuffers
  int64_t recorded_ns() const { return recorded_ns_; }  // of the last event

  struct Item {
    schema::RecordHeader header;
    std::string_view topic;               // inside the FlatBuffer
    std::span<const uint8_t> flatbuffer;  // aligned or not
  };
  // Goes through the events in order.
  class Items {
   public:
    explicit Items(const Record &record) : left_(record.items_) {}
    // Nothing behind the last one.
    std::optional<Item> next();
    bool empty() const { return left_.empty(); }

   private:
    std::string_view left_;
  };

 private:
  uint64_t first_ = 0;
  uint32_t count_ = 0;
  uint64_t bytes_ = 0;
  int64_t recorded_ns_ = 0;
  std::string_view items_;
};

inline event::EventRef restore(const Record::Item &item) {
  return event::Event::restore(item.header, item.flatbuffer);
}

}  // namespace slipring::stream
