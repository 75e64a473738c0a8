// What is wrong with a request, in the words that all adapters of requests have.
#pragma once

#include "http/problem.hpp"

namespace slipring::rest {

using http::Check;
using http::not_accepted;
using http::Problem;
using http::refused;
using http::write_problem;

}  // namespace slipring::rest
