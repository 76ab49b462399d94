#include <gtest/gtest.h>

#include "tests/disk/disk_record.hpp"
#include "tests/disk/tapped.hpp"

namespace lingerd::disk_tests {
namespace {

using namespace server_tests;  // NOLINT

// A first start, with one account at its end, in a folder whose disk has a write-back cache: cut
// after each of its operations, in each way, and started again.
TEST(FirstStart, EveryCutStateStartsAgain) {
  const temp_folder folder;
  disk_tap tap(folder / "data");
  const ended created =
      run({"user", "add", "li", "--data", folder / "data"}, "", tap.environment());
  ASSERT_EQ(created.exit_code, 0) << created.err;
  const std::vector<disk_operation> all = read_record(tap.record_file());
  ASSERT_GT(all.size(), 15U);

  std::mt19937 random(1);
  disk_model model(tap.folder());
  int states = 0;
  for (std::size_t i = 0; i <= all.size(); ++i) {
    for (const survival kind :
         {survival::all, survival::none, survival::some, survival::some, survival::no_data}) {
      const std::string cut = folder / "cut";
      model.write_cut(cut, kind, random);
      const ended again = run({"user", "list", "--data", cut});
      ++states;
      ASSERT_EQ(again.exit_code, 0) << "after " << i << " operations, survival "
                                    << static_cast<int>(kind) << ": " << again.err;
      const std::string listed = run({"user", "list", "--data", cut}).out;
      if (i == all.size()) {
        ASSERT_NE(listed.find("li"), std::string::npos);
      }
      EXPECT_FALSE(std::filesystem::exists(cut + "/linger.mdb.new"));
    }
    if (i < all.size()) model.apply(all[i]);
  }
  RecordProperty("states", states);
}

}  // namespace
}  // namespace lingerd::disk_tests
