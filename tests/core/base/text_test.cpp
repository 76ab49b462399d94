#include "core/base/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace lingerd {
namespace {

using namespace std::literals;

// A code point's bytes, well-formed or not, in the given length.
std::string encode(std::uint32_t c, int length) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  switch (length) {
    case 1: return {static_cast<char>(c)};
    case 2: return {static_cast<char>(0xc0 | c >> 6), tail(0)};
    case 3: return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
    default: return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
  }
}
std::string encode(std::uint32_t c) {
  return encode(c, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
}

TEST(Text, EveryCodePointButTheSurrogatesIsUtf8) {
  for (std::uint32_t c = 0; c <= 0x10ffff; ++c) {
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    ASSERT_EQ(is_utf8(encode(c)), !surrogate) << std::hex << c;
  }
}

TEST(Text, NothingAboveTheLastCodePointIsUtf8) {
  EXPECT_TRUE(is_utf8(encode(0x10ffff, 4)));
  EXPECT_FALSE(is_utf8(encode(0x110000, 4)));
  EXPECT_FALSE(is_utf8(encode(0x1fffff, 4)));
  for (int lead = 0xf8; lead <= 0xff; ++lead) {
    EXPECT_FALSE(is_utf8(std::string(1, static_cast<char>(lead)) + "\x80\x80\x80\x80\x80")) << lead;
  }
}

TEST(Text, OverlongFormsAreNotUtf8) {
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_FALSE(is_utf8("\xc1\xbf"));
  for (std::uint32_t c = 0; c < 0x80; ++c) EXPECT_FALSE(is_utf8(encode(c, 2))) << c;
  for (std::uint32_t c = 0; c < 0x800; ++c) EXPECT_FALSE(is_utf8(encode(c, 3))) << c;
  for (std::uint32_t c = 0; c < 0x10000; c += 7) EXPECT_FALSE(is_utf8(encode(c, 4))) << c;
}

TEST(Text, WhatIsCutOffIsNotUtf8) {
  for (const std::uint32_t c : {0xe9U, 0x4e2dU, 0x1f600U}) {
    const std::string text = encode(c);
    for (std::size_t n = 1; n < text.size(); ++n) {
      EXPECT_FALSE(is_utf8(text.substr(0, n))) << std::hex << c << " " << n;
      EXPECT_FALSE(is_utf8(text.substr(0, n) + "a")) << std::hex << c << " " << n;
      EXPECT_FALSE(is_utf8(text.substr(n))) << std::hex << c << " " << n;
    }
  }
  EXPECT_FALSE(is_utf8("fine so far \x80"));
}

TEST(Text, TheEmptyTextIsUtf8AndBlank) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_blank(""));
}

TEST(Text, SpacesOfAnyScriptAndWhatHasNoWidthAreBlank) {
  EXPECT_TRUE(is_blank(" \t\r\n\v\f"));
  for (const std::uint32_t c : {0xa0, 0x1680, 0x2000, 0x2003, 0x200a, 0x2028, 0x2029, 0x202f,
                                0x205f, 0x3000, 0x200b, 0x200d, 0x2060, 0xfeff}) {
    EXPECT_TRUE(is_blank(encode(c))) << std::hex << c;
    EXPECT_TRUE(is_blank(" " + encode(c) + encode(c))) << std::hex << c;
    EXPECT_FALSE(is_blank(encode(c) + "x")) << std::hex << c;
    EXPECT_FALSE(is_blank("x" + encode(c))) << std::hex << c;
  }
}

TEST(Text, WhatCanBeSeenIsNotBlank) {
  for (const char* s : {"a", ".", "0", "中", "é", "😀", "  a  ", "\n。\n"}) {
    EXPECT_FALSE(is_blank(s)) << s;
  }
}

TEST(Text, ControlCharactersAreFoundWhereverTheyAre) {
  for (std::uint32_t c = 0; c < 0x100; ++c) {
    const bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
    EXPECT_EQ(has_control("中" + encode(c) + "x"), control) << std::hex << c;
  }
  EXPECT_TRUE(has_control("a\u2028"));
  EXPECT_TRUE(has_control("a\u2029"));
  EXPECT_TRUE(has_control("a\0b"sv));
  EXPECT_FALSE(has_control("李雷 said: é\u3000😀"));
}

TEST(Text, SpacesAreFoundWhereverTheyAre) {
  EXPECT_FALSE(has_space("李雷_and-han.meimei"));
  for (const std::uint32_t c : {0x20, 0x09, 0x0a, 0xa0, 0x2003, 0x3000}) {
    EXPECT_TRUE(has_space("a" + encode(c))) << std::hex << c;
    EXPECT_TRUE(has_space(encode(c) + "a")) << std::hex << c;
  }
}

TEST(Text, FoldingIsForAsciiLettersOnly) {
  EXPECT_EQ(fold("Li LEI_09"), "li lei_09");
  EXPECT_EQ(fold("AZaz@[`{"), "azaz@[`{");
  EXPECT_EQ(fold("ÄÖ李"), "ÄÖ李");
  EXPECT_EQ(fold(""), "");
}

TEST(Text, AUserNameIsOneWord) {
  for (const char* s : {"li", "李雷", "han.meimei", "a", "x-y_z", "Ünal", "o'neil"}) {
    EXPECT_TRUE(is_user_name(s, 64)) << s;
  }
  for (const char* s : {"", " ", "li lei", " li", "li ", "li\tlei", "li\n", "a/b", "/", "\u3000",
                        "li\u00a0lei", "\u200b", "li\x7f", "\xff", "li\xc3"}) {
    EXPECT_FALSE(is_user_name(s, 64)) << s;
  }
  EXPECT_FALSE(is_user_name("li\0lei"sv, 64));
}

TEST(Text, AUserNameIsMeasuredInBytes) {
  EXPECT_TRUE(is_user_name(std::string(64, 'a'), 64));
  EXPECT_FALSE(is_user_name(std::string(65, 'a'), 64));
  EXPECT_TRUE(is_user_name("李雷", 6));
  EXPECT_FALSE(is_user_name("李雷", 5));
}

TEST(Text, ATitleIsOneLineWithSomethingToSee) {
  EXPECT_TRUE(is_title("李 雷 (lab)/1", 128));
  EXPECT_TRUE(is_title(std::string(128, 'a'), 128));
  EXPECT_FALSE(is_title(std::string(129, 'a'), 128));
  for (const char* s : {"", "   ", "\u3000", "two\nlines", "tab\t", "\u2028", "a\u2029b", "\xff"}) {
    EXPECT_FALSE(is_title(s, 128)) << s;
  }
}

TEST(Text, TitlesHaveNothingThatTurnsTheTextAround) {
  for (const std::uint32_t c : {0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2069}) {
    EXPECT_FALSE(is_title("li" + encode(c) + "nimda", 64)) << std::hex << c;
    EXPECT_FALSE(is_user_name("li" + encode(c) + "nimda", 64)) << std::hex << c;
    EXPECT_FALSE(is_brief("li" + encode(c) + "nimda")) << std::hex << c;
  }
  for (const char* s : {"אבג", "سلام li", "a\u200eb", "👩\u200d💻", "مرحبا\u200f!"}) {
    EXPECT_TRUE(is_title(s, 64)) << s;
  }
  EXPECT_FALSE(is_user_name("li\u061c", 64)) << "it cannot be seen";
}

TEST(Text, ABriefMayHaveLinesAndNoOtherControls) {
  for (const char* s : {"", " ", "Fridays", "one\ntwo", "one\r\ntwo\tthree", "李雷\n"}) {
    EXPECT_TRUE(is_brief(s)) << s;
  }
  for (const char* s : {"x\x1b]0;pwned\x07", "\x7f", "a\u0085b", "a\u2028b", "\xff"}) {
    EXPECT_FALSE(is_brief(s)) << s;
  }
  EXPECT_FALSE(is_brief("a\0b"sv));
}

TEST(Text, WhatIsPrintedIsOneLineWithoutEffect) {
  EXPECT_EQ(printable("x\x1b]0;pwned\x07\r\nfake line"), "x\\x1b]0;pwned\\x07\\r\\nfake line");
  EXPECT_EQ(printable("a\u0085\u009b\u2028\u2029\x7f"), "a\\x85\\x9b\\u2028\\u2029\\x7f");
  EXPECT_EQ(printable("li\u202enimda\u2069\u200f"), "li\\u202enimda\\u2069\\u200f");
  EXPECT_EQ(printable("nul\0here"sv), "nul\\x00here");
  EXPECT_EQ(printable("caf\xe9 \xc3"), "caf\\xe9 \\xc3");
  EXPECT_EQ(printable("李雷 said: é\u3000😀 \\n"), "李雷 said: é\u3000😀 \\n");
  EXPECT_EQ(printable("a\tb"), "a\\tb");
  EXPECT_EQ(printable("a\tb\n", tabs::kept), "a\tb\\n");
  EXPECT_EQ(printable(printable("\x1b\n")), printable("\x1b\n"));
}

}  // namespace
}  // namespace lingerd
