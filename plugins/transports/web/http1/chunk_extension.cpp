#include "chunk_extension.hpp"

#include <string_view>

#include "common/http_syntax.hpp"

namespace slipring::web {

using websocket::http::is_field_byte;
using websocket::http::is_token;

bool ChunkExtension::step(char c) {
  const bool space = c == ' ' || c == '\t';
  const bool token = is_token(std::string_view(&c, 1));
  switch (place_) {
    case Place::before:
    case Place::before_sign:
    case Place::behind_value:
      if (space) return become(Place::before_sign);
      return c == ';' && become(Place::before_name);
    case Place::before_name:
      return space || (token && become(Place::name));
    case Place::name:
      if (token) return true;
      [[fallthrough]];
    case Place::behind_name:
      if (c == '=') return become(Place::before_value);
      if (c == ';') return become(Place::before_name);
      return space && become(Place::behind_name);
    case Place::before_value:
      if (c == '"') return become(Place::quoted);
      return space || (token && become(Place::token));
    case Place::token:
      if (token) return true;
      if (space) return become(Place::before_sign);
      return c == ';' && become(Place::before_name);
    case Place::quoted:
      if (c == '"') return become(Place::behind_value);
      return is_field_byte(c) && (c != '\\' || become(Place::escaped));
    case Place::escaped:
      return is_field_byte(c) && become(Place::quoted);
  }
  return false;
}

bool ChunkExtension::may_end() const {
  return place_ == Place::before || place_ == Place::name || place_ == Place::token ||
         place_ == Place::behind_value;
}

}  // namespace slipring::web
