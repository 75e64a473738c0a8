// Page: what runs here, and a form to publish and subscribe by hand, at /.
//
// GET and HEAD of /, /page.css, /page.js and /overview.json; a POST of the form to / publishes
// without JavaScript. What a browser may load is limited to this host by a Content-Security-Policy.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/overview.h>

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/host.hpp>
#include <slipring/cpp/http_adapter.hpp>
#include <string>
#include <string_view>

namespace slipring::page {

class Page {
 public:
  static constexpr size_t max_form = 64 * 1024;

  explicit Page(const sdk::Host &host);

  sdk::Status on_request(sdk::HttpSession session, const sdk::Request &request);
  sdk::Consumed on_body(sdk::HttpSession session, const sdk::Body &body);
  sdk::Status on_published(sdk::HttpSession session, const sdk::Published &published);

 private:
  struct File {
    std::string_view type;
    std::string content;
    std::string tag;
  };

  const File *find(std::string_view path);
  // Made anew when what runs here has changed.
  void renew();
  sdk::Status serve(sdk::HttpSession session, const sdk::Request &request, const File &file);
  sdk::Status begin_form(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status publish(sdk::HttpSession session, std::string_view body);
  static sdk::Status answer(sdk::HttpSession session, sdk::Response response,
                            std::string_view title, std::string_view text);

  const slipring_overview_host *overview_;
  const slipring_host *host_;
  sdk::EventBuilder event_;
  File html_;
  File css_;
  File js_;
  File json_;
};

}  // namespace slipring::page
