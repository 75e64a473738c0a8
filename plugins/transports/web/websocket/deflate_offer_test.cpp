#include "deflate_offer.hpp"

#include <gtest/gtest.h>

namespace slipring::web::websocket_test {
namespace {

// The answer to the value of a Sec-WebSocket-Extensions; "": none, "malformed".
std::string answer_to(std::string_view list) {
  std::vector<ExtensionOffer> offers;
  if (!parse_extensions(list, offers)) return "malformed";
  const auto offer = choose_deflate_offer(offers);
  return offer ? deflate_answer(*offer) : "";
}

const std::string ours = "permessage-deflate; server_no_context_takeover";

struct Case {
  const char *offer;
  std::string answer;
};

TEST(DeflateOffer, IsGrantedInEveryShape) {
  const std::vector<Case> cases = {
      {"permessage-deflate", ours},
      {"Permessage-Deflate", ours},
      {"permessage-deflate; server_no_context_takeover", ours},
      {"permessage-deflate; client_no_context_takeover", ours + "; client_no_context_takeover"},
      {"permessage-deflate; client_max_window_bits", ours},
      {"permessage-deflate; client_max_window_bits=10", ours + "; client_max_window_bits=10"},
      {"permessage-deflate; client_max_window_bits=\"10\"", ours + "; client_max_window_bits=10"},
      {"permessage-deflate; client_max_window_bits=\"1\\0\"", ours + "; client_max_window_bits=10"},
      {"permessage-deflate; server_max_window_bits=8", ours + "; server_max_window_bits=8"},
      {"permessage-deflate; server_max_window_bits=15", ours + "; server_max_window_bits=15"},
      {"permessage-deflate;server_max_window_bits=9;client_max_window_bits=8;"
       "client_no_context_takeover;server_no_context_takeover",
       ours + "; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=8"},
      {" permessage-deflate \t; server_max_window_bits = 9 ", ours + "; server_max_window_bits=9"},
      {"x-other; a=b, permessage-deflate", ours},
      {"permessage-deflate; server_max_window_bits=10, permessage-deflate",
       ours + "; server_max_window_bits=10"},
      {", ,permessage-deflate,", ours},
  };
  for (const Case &each : cases) EXPECT_EQ(answer_to(each.offer), each.answer) << each.offer;
}

TEST(DeflateOffer, WithAParameterThatIsNotUnderstoodIsDeclined) {
  for (const char *offer :
       {"", "x-webkit-deflate-frame", "permessage-bzip2", "permessage-deflate; unknown",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=010",
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; client_max_window_bits=100",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
        "permessage-deflate; server_no_context_takeover; Server_No_Context_Takeover"}) {
    EXPECT_EQ(answer_to(offer), "") << offer;
  }
}

TEST(DeflateOffer, IsTheFirstThatCanBeGranted) {
  EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=99, permessage-deflate; "
                      "client_max_window_bits=11, permessage-deflate"),
            ours + "; client_max_window_bits=11");
}

TEST(DeflateOffer, ThatIsNoListIsMalformed) {
  for (const char *offer :
       {"permessage-deflate;", "permessage-deflate; =1", "; a", "a b", "a; b=", "a; b=\"\"",
        "a; b=\"x", "a; b=\"x y\"", "a; b=\"\\", "a/b", "a=b", "a; b=c d", "a; b==c"}) {
    EXPECT_EQ(answer_to(offer), "malformed") << offer;
  }
}

TEST(DeflateOffer, CanBeAnsweredWithLessThanWasOffered) {
  std::vector<ExtensionOffer> offers;
  ASSERT_TRUE(parse_extensions("permessage-deflate", offers));
  auto offer = choose_deflate_offer(offers);
  EXPECT_TRUE(offer->deflation.client_takes_over);
  offer->deflation.client_takes_over = false;
  EXPECT_EQ(deflate_answer(*offer), ours + "; client_no_context_takeover");
}

}  // namespace
}  // namespace slipring::web::websocket_test
