// One request for a document and its answer (docs/protocols/api.md). It is answered at once, so
// there is nothing to remember: its state is empty in every schema.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/cpp/http_adapter.hpp>
#include <string>

#include "http/problem.hpp"
#include "shard.hpp"

namespace slipring::api {

class Exchange {
 public:
  explicit Exchange(Shard &shard) noexcept : shard_(shard) {}

  sdk::Status on_request(sdk::HttpSession session, const sdk::Request &request);

  sdk::Status save(sdk::Writer &writer, uint32_t schema) const;
  sdk::Status load(std::string_view exported, uint32_t schema);

 private:
  sdk::Status serve(sdk::HttpSession session, const sdk::Request &request,
                    const Document &document);
  sdk::Status answer_options(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status refuse(sdk::HttpSession session, const http::Problem &problem);
  // A head with the fields of every answer.
  sdk::Response head(uint32_t code, std::string_view cache_control) const;

  Shard &shard_;
  std::string origin_;  // that may read the answer; empty: none
};

using Adapter = sdk::HttpAdapter<Exchange, Shard>;

}  // namespace slipring::api
