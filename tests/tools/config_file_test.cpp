// The program is not a library: its source is included.
#include "tools/linger/config_file.cpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using arguments = std::vector<std::string>;

// A configuration file in a temporary folder, removed with the object.
struct config_file {
  explicit config_file(std::string_view text) { std::ofstream(path, std::ios::binary) << text; }
  // The command line of `serve` with this file and more arguments.
  arguments expand(arguments rest = {}) const {
    arguments all = {"serve", "--config", path.string()};
    all.insert(all.end(), rest.begin(), rest.end());
    return with_config(std::move(all));
  }
  // Only the flags that come from the file.
  arguments read(arguments rest = {}) const {
    const std::size_t given_count = 3 + rest.size();
    const arguments all = expand(std::move(rest));
    return {all.begin() + 1, all.end() - static_cast<std::ptrdiff_t>(given_count - 1)};
  }
  // The error for this file; empty if it is accepted.
  std::string error() const {
    try {
      expand();
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return {};
  }

  store_tests::temp_folder folder;
  std::filesystem::path path = folder.path / "linger.toml";
};

TEST(ConfigFile, WithoutAFileNothingChanges) {
  const arguments bare = {"serve", "--data", "d"};
  EXPECT_EQ(with_config(bare), bare);
  EXPECT_EQ(with_config({"serve"}), arguments{"serve"});
  EXPECT_EQ(with_config({"serve", "--config"}), (arguments{"serve", "--config"}))
      << "a missing value is refused by the parser";
  EXPECT_EQ(with_config({"serve", "--config-x", "/nowhere"}),
            (arguments{"serve", "--config-x", "/nowhere"}));
}

TEST(ConfigFile, ItsSettingsFollowTheCommandsName) {
  const config_file f("data = \"/var/lib/linger\"\npublic-url = \"https://chat.example.org\"\n");
  EXPECT_EQ(f.expand({"--listen", ":80"}),
            (arguments{"serve", "--data=/var/lib/linger", "--public-url=https://chat.example.org",
                       "--config", f.path.string(), "--listen", ":80"}));
  EXPECT_EQ(with_config({"serve", "--config=" + f.path.string()}),
            (arguments{"serve", "--data=/var/lib/linger", "--public-url=https://chat.example.org",
                       "--config=" + f.path.string()}));
}

TEST(ConfigFile, ValuesMayBeQuotedOrNot) {
  EXPECT_EQ(config_file("data = \"a b\"\n").read(), arguments{"--data=a b"});
  EXPECT_EQ(config_file("data = 'a b'\n").read(), arguments{"--data=a b"});
  EXPECT_EQ(config_file("data=plain\n").read(), arguments{"--data=plain"});
  EXPECT_EQ(config_file("  data  =  plain  \n").read(), arguments{"--data=plain"});
  EXPECT_EQ(config_file("data = \"a=b\" # and a word\n").read(), arguments{"--data=a=b"});
  EXPECT_EQ(config_file("data = plain # and a word\n").read(), arguments{"--data=plain"});
  EXPECT_EQ(config_file("data = \"/var/lib/linger\"").read(), arguments{"--data=/var/lib/linger"})
      << "the last line may lack its end";
}

TEST(ConfigFile, QuotedTextHasNoComments) {
  EXPECT_EQ(config_file("title = \"Linger #1\"\n").read(), arguments{"--title=Linger #1"});
  EXPECT_EQ(config_file("title = 'Linger #1' # the first\n").read(),
            arguments{"--title=Linger #1"});
}

TEST(ConfigFile, AListIsTheFlagSeveralTimes) {
  EXPECT_EQ(config_file("listen = [\"127.0.0.1:8080\", \"[::1]:8080\"]\n").read(),
            (arguments{"--listen=127.0.0.1:8080", "--listen=[::1]:8080"}));
}

TEST(ConfigFile, EmptyLinesAndCommentsAreIgnored) {
  EXPECT_EQ(config_file("\n   \n# data = \"x\"\n  # more\n").read(), arguments{});
  EXPECT_EQ(config_file("").read(), arguments{});
}

TEST(ConfigFile, TheCommandLineTakesPrecedence) {
  const config_file f("data = \"file\"\nlisten = \":1\"\n");
  EXPECT_EQ(f.read({"--data", "line"}), arguments{"--listen=:1"});
  EXPECT_EQ(f.read({"--data=line"}), arguments{"--listen=:1"});
  EXPECT_EQ(f.read({"--listen", ":2"}), arguments{"--data=file"})
      << "a list is replaced as a whole";
  EXPECT_EQ(f.read({"--dat", "x"}), (arguments{"--data=file", "--listen=:1"}));
  EXPECT_EQ(f.read({"--database", "x"}), (arguments{"--data=file", "--listen=:1"}));
}

TEST(ConfigFile, ItCannotNameAnotherFile) {
  EXPECT_EQ(config_file("config = \"/nowhere\"\ndata = \"d\"\n").read(), arguments{"--data=d"});
}

TEST(ConfigFile, AnInvalidLineIsNamedInTheError) {
  for (const char* bad : {"data",
                          "data =",
                          "= x",
                          "data = a b",
                          "data = \"a",
                          "data = a\"b\"",
                          "Data = x",
                          "--data = x",
                          "data : x",
                          "[section]",
                          "data = [a, b]",
                          "data = [\"a\"",
                          "data = \"a\" b",
                          "a.b = x",
                          "data = \"a\\q\"",
                          "data = [1979-05-27]",
                          "data = {a = 1}",
                          "data = \"\"\"a",
                          "data = [[\"a\"]]",
                          "data = [\"a\" \"b\"]",
                          "data = \"\xff\"",
                          "[[section]]"}) {
    const config_file f("listen = \":1\"\n\n" + std::string(bad) + "\n");
    EXPECT_TRUE(f.error().starts_with(f.path.string() + ":3: ")) << bad << ": " << f.error();
  }
}

TEST(ConfigFile, AnUnreadableFileIsNamedInTheError) {
  try {
    with_config({"serve", "--config", "/nowhere/linger.toml"});
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "cannot read /nowhere/linger.toml: No such file or directory");
  }
}

TEST(ConfigFile, AFolderIsRefused) {
  const store_tests::temp_folder folder;
  EXPECT_THROW(with_config({"serve", "--config", folder.path.string()}), std::runtime_error);
}

TEST(ConfigFile, LinesMayEndWithCrLf) {
  EXPECT_EQ(config_file("data = \"d\"\r\nlisten = \":1\"\r\n").read(),
            (arguments{"--data=d", "--listen=:1"}));
  EXPECT_EQ(config_file("data = plain\r\n").read(), arguments{"--data=plain"});
}

TEST(ConfigFile, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(config_file("\xef\xbb\xbf"
                        "data = \"d\"\r\nlisten = ':1'\r\n")
                .read(),
            (arguments{"--data=d", "--listen=:1"}));
}

TEST(ConfigFile, AListMayHaveLinesCommentsAndATrailingComma) {
  const arguments all = {"--listen=127.0.0.1:8080", "--listen=[::1]:8080", "--title=x"};
  for (const char* text :
       {"listen = [\n  \"127.0.0.1:8080\", # a ]\n  '[::1]:8080',\n]\ntitle = x\n",
        "listen = [\r\n'127.0.0.1:8080',\r\n\"[::1]:8080\"\r\n]\r\ntitle = x\r\n",
        "listen = ['127.0.0.1:8080', '[::1]:8080',]\ntitle = x"}) {
    EXPECT_EQ(config_file(text).read(), all) << text;
  }
}

TEST(ConfigFile, TextHasTomlsEscapesAndLines) {
  EXPECT_EQ(config_file("title = \"a \\\"b\\\" # \\u00e9\" # c\n").read(),
            arguments{"--title=a \"b\" # é"});
  EXPECT_EQ(config_file("title = \"\"\"\none\ntwo = [3\"\"\"\ndata = d\n").read(),
            (arguments{"--title=one\ntwo = [3", "--data=d"}));
  EXPECT_EQ(config_file("title = '''a 'b' \\'''\n").read(), arguments{"--title=a 'b' \\"});
}

// Files of the reader before, which knew no TOML library.
TEST(ConfigFile, WordsNeedNoQuotesAndNamesMayBeRepeated) {
  EXPECT_EQ(config_file("commit-window = 5ms\nlog = debug\ndata = /var/lib/linger\nlisten = :1\n"
                        "listen = \":2\"\nsend-per-second = 0.5\nsend-burst = 007\nport = 1e3\n"
                        "path = C:\\x\n")
                .read(),
            (arguments{"--commit-window=5ms", "--log=debug", "--data=/var/lib/linger",
                       "--listen=:1", "--listen=:2", "--send-per-second=0.5", "--send-burst=007",
                       "--port=1e3", "--path=C:\\x"}));
}

TEST(ConfigFile, NumbersAndFlagsAreThoseOfToml) {
  EXPECT_EQ(config_file("users-max = 100_000\nx = true\nlist = [1, 2.5, true]\n").read(),
            (arguments{"--users-max=100000", "--x=true", "--list=1", "--list=2.5", "--list=true"}));
}

TEST(ConfigFile, AnErrorInsideAListNamesItsOwnLine) {
  const config_file f("data = d\nlisten = [\n  'a',\n  'b' 'c',\n]\n");
  EXPECT_TRUE(f.error().starts_with(f.path.string() + ":4: ")) << f.error();
}

TEST(ConfigFile, ItsFlagIsKnownToTheParser) {
  CLI::App app;
  add_config_flag(app);
  std::vector<std::string> line = {"x.toml", "--config"};  // CLI11 expects them reversed
  EXPECT_NO_THROW(app.parse(line));
}

}  // namespace
}  // namespace lingerd
