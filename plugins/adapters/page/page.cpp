#include "page.hpp"

#include "assets.hpp"
#include "form.hpp"
#include "html.hpp"
#include "http/entity_tag.hpp"
#include "overview_html.hpp"

namespace slipring::page {

using sdk::Body;
using sdk::Consumed;
using sdk::HttpSession;
using sdk::Published;
using sdk::Request;
using sdk::Response;
using sdk::Status;

namespace {

constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

// What a browser may do with an answer of this page.
void secure(Response &response) {
  response.field("content-security-policy",
                 "default-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
                 "frame-ancestors 'none'");
  response.field("x-content-type-options", "nosniff");
  // With no-referrer a browser would send a form with `Origin: null`, which is nobody's.
  response.field("referrer-policy", "same-origin");
}

}  // namespace

Page::Page(const sdk::Host &host)
    : overview_(host.extension<slipring_overview_host>(SLIPRING_OVERVIEW)),
      host_(host.raw()),
      html_{html_type, {}, {}},
      css_{"text/css; charset=utf-8", std::string(assets::page_css),
           http::entity_tag(assets::page_css)},
      js_{"text/javascript; charset=utf-8", std::string(assets::page_js),
          http::entity_tag(assets::page_js)},
      svg_{"image/svg+xml", std::string(assets::page_svg), http::entity_tag(assets::page_svg)},
      json_{"application/json", {}, {}} {}

void Page::renew() {
  std::string overview;
  const slipring_writer writer = {&overview,
                                  [](void *context, slipring_bytes more) -> slipring_status {
                                    static_cast<std::string *>(context)->append(sdk::view(more));
                                    return SLIPRING_OK;
                                  }};
  if (overview_ != nullptr) (void)overview_->write(host_, &writer);
  if (overview.empty()) overview = "{}";
  if (overview == json_.content) return;
  const OverviewHtml shown = to_html(overview);
  std::string version;
  append_escaped(version, shown.version);
  html_.content =
      replaced(replaced(assets::page_html, "{{version}}", version), "{{overview}}", shown.tables);
  html_.tag = http::entity_tag(html_.content);
  json_.content = std::move(overview);
  json_.tag = http::entity_tag(json_.content);
}

const Page::File *Page::find(std::string_view path) {
  if (path == "/") return &html_;
  if (path == "/page.css") return &css_;
  if (path == "/page.js") return &js_;
  if (path == "/page.svg") return &svg_;
  return path == "/overview.json" ? &json_ : nullptr;
}

Status Page::on_request(HttpSession session, const Request &request) {
  renew();
  const File *const file = find(request.path);
  if (file == nullptr) return {SLIPRING_NOT_FOUND, "there is nothing here"};
  if (request.method == "GET" || request.method == "HEAD") return serve(session, request, *file);
  if (file == &html_ && request.method == "POST") return begin_form(session, request);
  Response refusal(405);
  refusal.field("allow", file == &html_ ? "GET, HEAD, POST" : "GET, HEAD");
  return answer(session, std::move(refusal), "Not allowed",
                file == &html_ ? "Accepted here: GET, HEAD, POST." : "Accepted here: GET, HEAD.");
}

Status Page::serve(HttpSession session, const Request &request, const File &file) {
  const auto known = request.fields.find("if-none-match");
  const bool is_known = known && http::names_tag(*known, file.tag, http::Comparison::weak);
  Response response(is_known ? 304 : 200);
  response.field("etag", file.tag).field("cache-control", "no-cache");
  secure(response);
  if (is_known) {
    Status status = session.respond(response.length(file.content.size()));
    return status.ok() ? session.finish() : status;
  }
  return session.answer(response.field("content-type", file.type), file.content);
}

Status Page::begin_form(HttpSession session, const Request &request) {
  if (!is_form(request.fields.find("content-type").value_or(""))) {
    Response refusal(415);
    refusal.field("accept-post", form_type);
    return answer(session, std::move(refusal), "Not published",
                  "Accepted here: application/x-www-form-urlencoded, with topic and data.");
  }
  if (!request.has_body()) return publish(session, {});
  if (request.length && *request.length > max_form) {
    return answer(session, Response(413), "Not published", "A form may have 65536 bytes.");
  }
  return {};
}

Consumed Page::on_body(HttpSession session, const Body &body) {
  const size_t size = body.bytes.size();
  if (size > max_form) {
    return {size, answer(session, Response(413), "Not published", "A form may have 65536 bytes.")};
  }
  if (body.more) return {};
  Status status = publish(session, body.bytes);
  return {status.is_pending() ? 0 : size, status};
}

Status Page::publish(HttpSession session, std::string_view body) {
  Form form;
  Status status = read_form(body, form);
  if (status.ok()) {
    event_.topic(form.topic).payload(form.data, "text/plain; charset=utf-8");
    status = session.publish(event_.finish(), {});
    if (status.ok() || status.is_pending()) return status;
  }
  return answer(session, Response(400), "Not published", status.message());
}

Status Page::on_published(HttpSession session, const Published &published) {
  if (!published.ok()) {
    const bool is_clients = published.status == SLIPRING_INVALID_ARGUMENT ||
                            published.status == SLIPRING_PERMISSION_DENIED ||
                            published.status == SLIPRING_FAILED_PRECONDITION;
    return answer(session, Response(is_clients ? 400 : 503), "Not published", published.text);
  }
  std::string position;
  if (!published.positions.empty()) (void)session.print(published.positions[0], position);
  return answer(session, Response(200), "Published",
                position.empty() ? "On a topic that keeps nothing." : "At " + position + '.');
}

Status Page::answer(HttpSession session, Response response, std::string_view title,
                    std::string_view text) {
  std::string html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  append_escaped(html, title);
  html += "</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body><main><h1>";
  append_escaped(html, title);
  html += "</h1><p role=\"status\">";
  append_escaped(html, text);
  html += "</p><p><a href=\"/\">Back</a></p></main></body></html>\n";
  response.field("content-type", html_type).field("cache-control", "no-store");
  secure(response);
  return session.answer(std::move(response), html);
}

}  // namespace slipring::page
