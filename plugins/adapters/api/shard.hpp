// What all requests of a shard share: settings, and the documents as they are now.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/ext/description.h>

#include <slipring/cpp/host.hpp>
#include <slipring/cpp/status.hpp>
#include <slipring/cpp/writer.hpp>
#include <string>
#include <string_view>

#include "documents.hpp"
#include "settings.hpp"

namespace slipring::api {

struct Document {
  std::string content;
  std::string tag;  // entity tag
};

class Shard {
 public:
  Shard(const sdk::Host &its_host, std::string_view json);

  // Called by the SDK in rehearsal.
  sdk::Status self_test();
  // Called by the SDK for each mount.
  sdk::Status describe(std::string_view path, sdk::Writer &to) const;

  // Which document a path names, by its end: "openapi.json", "asyncapi.json"; nullptr: none. Made
  // anew when what is mounted has changed. UNAVAILABLE: the host is not ready.
  sdk::Status find(std::string_view path, const Document *&found);

  sdk::Host host;
  const Settings settings;
  sdk::Counter bad_request;  // answered 4xx
  std::string out;           // the body of a problem being written

 private:
  sdk::Status renew();

  const slipring_description_host *descriptions_;
  std::string collected_;  // out of which the documents were made
  Document openapi_;
  Document asyncapi_;
};

}  // namespace slipring::api
