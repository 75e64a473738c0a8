// The line that no exception crosses. Every function the host calls runs its body through run(): a
// Status, an Error or any other exception comes out as a code of the ABI, its text goes where the
// host shows it.
#ifndef SLIPRING_CPP_BOUNDARY_HPP
#define SLIPRING_CPP_BOUNDARY_HPP

#include <exception>
#include <new>
#include <slipring/cpp/host.hpp>
#include <slipring/cpp/status.hpp>
#include <slipring/cpp/writer.hpp>
#include <type_traits>

namespace slipring::sdk::boundary {

// `body` returns Status or nothing; `explain` takes the text of a failure and must not throw.
template <class Body, class Explain>
slipring_status run(Body &&body, Explain &&explain) noexcept {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
      body();
      return SLIPRING_OK;
    } else {
      const Status status = body();
      if (!status.ok() && !status.message().empty()) explain(status.message());
      return status.code();
    }
  } catch (const Error &error) {
    explain(error.what());
    return error.code() == SLIPRING_OK ? SLIPRING_INTERNAL : error.code();
  } catch (const std::bad_alloc &) {
    explain("out of memory");
    return SLIPRING_RESOURCE_EXHAUSTED;
  } catch (const std::exception &error) {
    explain(error.what());
  } catch (...) {
    explain("an exception that is no std::exception");
  }
  return SLIPRING_INTERNAL;
}

// For calls that answer a client: the text goes to the log, once per burst.
inline auto to_log(const Host &host) noexcept {
  return [&host](std::string_view text) noexcept { host.log_burst(LogLevel::error, text); };
}

// For calls to which the host lends a writer for the reason.
inline auto to_reason(const slipring_writer *reason) noexcept {
  return [reason](std::string_view text) noexcept { (void)Writer(reason).write(text); };
}

}  // namespace slipring::sdk::boundary

#endif
