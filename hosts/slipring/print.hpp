// Answers of the host, printed for people.
#pragma once

#include <boost/json/object.hpp>
#include <iosfwd>

namespace slipring::command {

void print_status(std::ostream &out, const boost::json::object &status);
void print_plugins(std::ostream &out, const boost::json::object &status);
void print_plugin(std::ostream &out, const boost::json::object &plugin);
void print_sessions(std::ostream &out, const boost::json::object &answer);
void print_reports(std::ostream &out, const boost::json::object &answer);
void print_messages(std::ostream &out, const boost::json::object &answer);
void print_pins(std::ostream &out, const boost::json::object &answer);
void print_quarantine(std::ostream &out, const boost::json::object &answer);
void print_canaries(std::ostream &out, const boost::json::object &answer);
void print_ledger(std::ostream &out, const boost::json::object &answer);

}  // namespace slipring::command
