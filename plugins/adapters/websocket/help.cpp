// {"op":"help","id":7}: which version answers, and what it can do. Since 1.1.
#include "answers.hpp"
#include "operations.hpp"

namespace slipring::json_v1 {

sdk::Status help(Call &call) {
  std::string &out = call.shard.out;
  out.assign("{\"op\":\"help\",\"id\":").append(call.request.id);
  append_member(out, "adapter", "websocket " WEBSOCKET_VERSION);
  out += ",\"ops\":";
  char before = '[';
  for (const Operation &operation : operations()) {
    out += before;
    out.append("\"").append(operation.name) += '"';
    before = ',';
  }
  out += "]}";
  call.answered = true;
  return {};
}

}  // namespace slipring::json_v1
