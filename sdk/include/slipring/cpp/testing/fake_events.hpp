// Unit tests of adapters of events, without a host: it records what is published and subscribed,
// and answers when the test says so.
//
//   FakeEventHost host;
//   EventAdapterUnderTest adapter(host, &MyAdapter::factory);
//   adapter.receive(7, state, …);                           publishes
//   adapter.published(state, host.publishes.at(0), {.sequence = 5});
//   EXPECT_EQ(host.sent.back().text, …);
#ifndef SLIPRING_CPP_TESTING_FAKE_EVENTS_HPP
#define SLIPRING_CPP_TESTING_FAKE_EVENTS_HPP

#include <slipring/cpp/testing/event_adapter_under_test.hpp>
#include <slipring/cpp/testing/fake_event_host.hpp>

#endif
