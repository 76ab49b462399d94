#pragma once

#include "bench/load/settings.hpp"

namespace load {

// Each does one work against a server that listens, and prints its line. Throws
// std::runtime_error when the server does not play along.

// A closed loop of publishers, each message to the next subscriber, who has a poll parked.
void deliver(const settings& s);

// One message to everybody; the next when all have it and poll again.
void fan_out(const settings& s);

// Only polls or streams, which nothing but their time ends: polls then ask again. Says "holding"
// when they all are there, and at the end how many polls were answered.
void hold(const settings& s);

}  // namespace load
