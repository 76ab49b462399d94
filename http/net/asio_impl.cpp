// Asio and Beast, compiled once.
// An assertion of Beast's parser (1.81) is wrong: of a last chunk "0" whose line ends come one by
// one it wants five bytes where four may be right. What it guards is harmless without it, and a
// client must not be able to end a debug build.
#define BOOST_DISABLE_ASSERTS

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
