// The program's own source is no library: its functions come in by their source.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/store/commit/store_fixtures.hpp"
#include "tools/linger/config_file.cpp"

namespace lingerd {
namespace {

using arguments = std::vector<std::string>;

// A file with this text, for as long as the test runs.
struct written {
  explicit written(std::string_view text) { std::ofstream(at, std::ios::binary) << text; }
  arguments with(arguments rest = {}) const {
    arguments all = {"serve", "--config", at.string()};
    all.insert(all.end(), rest.begin(), rest.end());
    return with_config(std::move(all));
  }
  // What the file itself has put in.
  arguments read(arguments rest = {}) const {
    const std::size_t own = 3 + rest.size();
    const arguments all = with(std::move(rest));
    return {all.begin() + 1, all.end() - static_cast<std::ptrdiff_t>(own - 1)};
  }
  // The sentence that refuses it; empty where it is taken.
  std::string refused() const {
    try {
      with();
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return {};
  }

  store_tests::temp_folder folder;
  std::filesystem::path at = folder.path / "linger.toml";
};

TEST(ConfigFile, WithoutOneNothingChanges) {
  const arguments bare = {"serve", "--data", "d"};
  EXPECT_EQ(with_config(bare), bare);
  EXPECT_EQ(with_config({"serve"}), arguments{"serve"});
  EXPECT_EQ(with_config({"serve", "--config"}), (arguments{"serve", "--config"}))
      << "the flag's missing value is another's to refuse";
  EXPECT_EQ(with_config({"serve", "--config-x", "/nowhere"}),
            (arguments{"serve", "--config-x", "/nowhere"}));
}

TEST(ConfigFile, ItsOptionsComeBehindTheCommandsName) {
  const written f("data = \"/var/lib/linger\"\npublic-url = \"https://chat.example.org\"\n");
  EXPECT_EQ(f.with({"--listen", ":80"}),
            (arguments{"serve", "--data=/var/lib/linger", "--public-url=https://chat.example.org",
                       "--config", f.at.string(), "--listen", ":80"}));
  EXPECT_EQ(with_config({"serve", "--config=" + f.at.string()}),
            (arguments{"serve", "--data=/var/lib/linger", "--public-url=https://chat.example.org",
                       "--config=" + f.at.string()}));
}

TEST(ConfigFile, ValuesMayBeQuotedOrNot) {
  EXPECT_EQ(written("data = \"a b\"\n").read(), arguments{"--data=a b"});
  EXPECT_EQ(written("data = 'a b'\n").read(), arguments{"--data=a b"});
  EXPECT_EQ(written("data=plain\n").read(), arguments{"--data=plain"});
  EXPECT_EQ(written("  data  =  plain  \n").read(), arguments{"--data=plain"});
  EXPECT_EQ(written("data = \"a=b\" # and a word\n").read(), arguments{"--data=a=b"});
  EXPECT_EQ(written("data = plain # and a word\n").read(), arguments{"--data=plain"});
  EXPECT_EQ(written("data = \"/var/lib/linger\"").read(), arguments{"--data=/var/lib/linger"})
      << "the last line's end may be missing";
}

TEST(ConfigFile, WithinQuotesARemarkBeginsNowhere) {
  EXPECT_EQ(written("title = \"Linger #1\"\n").read(), arguments{"--title=Linger #1"});
  EXPECT_EQ(written("title = 'Linger #1' # the first\n").read(), arguments{"--title=Linger #1"});
}

TEST(ConfigFile, AListIsTheFlagSeveralTimes) {
  EXPECT_EQ(written("listen = [\"127.0.0.1:8080\", \"[::1]:8080\"]\n").read(),
            (arguments{"--listen=127.0.0.1:8080", "--listen=[::1]:8080"}));
}

TEST(ConfigFile, EmptyLinesAndRemarksSayNothing) {
  EXPECT_EQ(written("\n   \n# data = \"x\"\n  # more\n").read(), arguments{});
  EXPECT_EQ(written("").read(), arguments{});
}

TEST(ConfigFile, TheCommandLineGoesBeforeIt) {
  const written f("data = \"file\"\nlisten = \":1\"\n");
  EXPECT_EQ(f.read({"--data", "line"}), arguments{"--listen=:1"});
  EXPECT_EQ(f.read({"--data=line"}), arguments{"--listen=:1"});
  EXPECT_EQ(f.read({"--listen", ":2"}), arguments{"--data=file"}) << "a list as a whole";
  EXPECT_EQ(f.read({"--dat", "x"}), (arguments{"--data=file", "--listen=:1"}));
  EXPECT_EQ(f.read({"--database", "x"}), (arguments{"--data=file", "--listen=:1"}));
}

TEST(ConfigFile, ItNamesNoOther) {
  EXPECT_EQ(written("config = \"/nowhere\"\ndata = \"d\"\n").read(), arguments{"--data=d"});
}

TEST(ConfigFile, ALineThatIsNotUnderstoodIsNamed) {
  for (const char* bad :
       {"data", "data =", "= x", "data = a b", "data = \"a", "data = a\"b\"", "Data = x",
        "--data = x", "data : x", "[section]", "data = [a, b]", "data = [\"a\"", "data = \"a\" b",
        "a.b = x", "data = \"a\\n\"", "data = \"\"\"a\"\"\""}) {
    const written f("listen = \":1\"\n\n" + std::string(bad) + "\n");
    EXPECT_TRUE(f.refused().starts_with(f.at.string() + ":3: ")) << bad << ": " << f.refused();
  }
}

TEST(ConfigFile, OneThatCannotBeReadIsNamed) {
  try {
    with_config({"serve", "--config", "/nowhere/linger.toml"});
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "cannot read /nowhere/linger.toml: No such file or directory");
  }
}

TEST(ConfigFile, AFolderIsNoFile) {
  const store_tests::temp_folder folder;
  EXPECT_THROW(with_config({"serve", "--config", folder.path.string()}), std::runtime_error);
}

TEST(ConfigFile, LinesMayEndAsOnWindows) {
  EXPECT_EQ(written("data = \"d\"\r\nlisten = \":1\"\r\n").read(),
            (arguments{"--data=d", "--listen=:1"}));
  EXPECT_EQ(written("data = plain\r\n").read(), arguments{"--data=plain"});
}

TEST(ConfigFile, ItsFlagIsKnownToTheParser) {
  CLI::App app;
  add_config_flag(app);
  std::vector<std::string> line = {"x.toml", "--config"};  // CLI11 wants them reversed
  EXPECT_NO_THROW(app.parse(line));
}

}  // namespace
}  // namespace lingerd
