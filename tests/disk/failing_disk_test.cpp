#include <gtest/gtest.h>

#include <algorithm>

#include "tests/disk/tapped.hpp"
#include "tests/server/server_fixture.hpp"

namespace lingerd::disk_tests {
namespace {

using namespace server_tests;  // NOLINT

struct outcome {
  answer refused;
  answer reading;  // just after
  int exit_code = -1;
  std::string log;
};

// A server of which every operation fails as `rules` say, after one message was stored.
outcome send_to_failing(const std::string& rules) {
  const auto w = running_server::stopped();
  disk_tap tap(w->data());
  w->start({}, tap.environment());
  EXPECT_TRUE(done(w->send("li", "han", "stored before"), 201));
  tap.set_rules(rules);
  outcome o;
  o.refused = w->send("li", "han", "not stored");
  o.exit_code = w->server_process().wait();
  o.log = w->server_process().errors();
  tap.set_rules("");
  w->start({}, tap.environment());
  EXPECT_EQ(w->texts("han", "single", w->id("li")), std::vector<std::string>{"stored before"});
  EXPECT_TRUE(done(w->send("li", "han", "stored again"), 201));
  return o;
}

TEST(FailingDisk, ErrorOfTheDiskIs503AndEndsTheProcessForANewStart) {
  for (const std::string rules : {"write EIO 1 *", "sync EIO 1 *", "sync EIO 1 1", "write EIO 1 1",
                                  "write EROFS 1 *", "any EIO 1 *"}) {
    SCOPED_TRACE(rules);
    const outcome o = send_to_failing(rules);
    EXPECT_TRUE(refused(o.refused, 503, "overloaded"));
    EXPECT_NE(o.refused.body.find("the server's disk"), std::string::npos) << o.refused.body;
    EXPECT_EQ(o.exit_code, 1) << o.log;
    EXPECT_NE(o.log.find("takes no changes until the server is started again"), std::string::npos)
        << o.log;
    EXPECT_EQ(o.log.find("room"), std::string::npos) << o.log;
  }
}

TEST(FailingDisk, HeldPollIsAnsweredBeforeTheEnd) {
  const auto w = running_server::stopped();
  disk_tap tap(w->data());
  w->start({}, tap.environment());
  reader han(*w, "han");
  connection held(w->port());
  han.hold(held);
  nap(std::chrono::milliseconds(100));
  tap.set_rules("sync EIO 1 *");
  EXPECT_TRUE(refused(w->send("li", "han", "not stored"), 503, "overloaded"));
  EXPECT_EQ(held.read().status, 200);
  EXPECT_EQ(w->server_process().wait(), 1);
}

TEST(FailingDisk, NoRoomIs507UntilThereIsRoomAndTwoLinesInTheLog) {
  for (const std::string rules :
       {"write ENOSPC 1 *", "write EDQUOT 1 *", "write EFBIG 1 *", "room ENOSPC 1 *",
        "sync ENOSPC 1 *", "write short 1 1\nwrite ENOSPC 2 *"}) {
    SCOPED_TRACE(rules);
    const auto w = running_server::stopped();
    disk_tap tap(w->data());
    w->start({}, tap.environment());
    EXPECT_TRUE(done(w->send("li", "han", "first"), 201));
    std::vector<std::string> stored{"first"};
    int refusals = 0;
    // The room comes and goes: a condition that lasts.
    for (int i = 0; i < 60; ++i) {
      tap.set_rules(i % 3 == 2 ? "" : rules + "\n");
      const std::string text = std::to_string(i) + std::string(9000, 'x');
      const answer a = w->send("li", "han", text);
      if (a.status == 201) {
        stored.push_back(text);
      } else {
        EXPECT_TRUE(refused(a, 507, "storage_full"));
        ++refusals;
      }
    }
    EXPECT_GT(refusals, 10);
    tap.set_rules("");
    ASSERT_TRUE(done(w->send("li", "han", "last"), 201));
    stored.push_back("last");
    EXPECT_EQ(w->texts("han", "single", w->id("li")), stored);
    if (rules == "write ENOSPC 1 *") nap(std::chrono::milliseconds(5200));  // log_state::quiet
    const std::string log = w->server_process().errors();
    EXPECT_EQ(count_lines(log, "changes are refused"), 1U) << log;
    EXPECT_EQ(count_lines(log, "changes are stored again"), rules == "write ENOSPC 1 *" ? 1U : 0U)
        << log;
    EXPECT_EQ(w->server_process().stop(), 0);
  }
}

// The Nth write or sync fails once, whichever it is: of the pages, of a meta page, or of the one
// write that tells a full disk.
TEST(FailingDisk, NoOneFailedOperationLosesAnAcknowledgedMessage) {
  for (const std::string error : {"EIO", "ENOSPC", "short"}) {
    for (int n = 1; n <= 7; ++n) {
      SCOPED_TRACE(error + " at " + std::to_string(n));
      const auto w = running_server::stopped();
      disk_tap tap(w->data());
      w->start({}, tap.environment());
      std::vector<std::string> acknowledged;
      ASSERT_TRUE(done(w->send("li", "han", "first"), 201));
      tap.set_rules("any " + error + " " + std::to_string(n) + " 1");
      bool has_ended = false;
      for (int i = 0; i < 4 && !has_ended; ++i) {
        const std::string text = "message " + std::to_string(i);
        const answer a = w->send("li", "han", text);
        if (a.status == 201) acknowledged.push_back(text);
        has_ended = a.status == 503;
        EXPECT_TRUE(a.status == 201 || a.status == 503 || a.status == 507) << a.body;
      }
      EXPECT_EQ(has_ended ? w->server_process().wait() : w->server_process().stop(),
                has_ended ? 1 : 0);
      EXPECT_FALSE(acknowledged.empty() && !has_ended);
      w->start();
      const std::vector<std::string> stored = w->texts("han", "single", w->id("li"));
      for (const std::string& text : acknowledged) {
        EXPECT_EQ(std::count(stored.begin(), stored.end(), text), 1) << text;
      }
      EXPECT_TRUE(done(w->send("li", "han", "last"), 201));
    }
  }
}

TEST(FailingDisk, RepairOfAMetaPageThatFailsLeavesNoCopyAndIsTriedAgain) {
  const temp_folder folder;
  const std::string data = folder / "data";
  ASSERT_EQ(run({"user", "add", "li", "--data", data}).exit_code, 0);
  const std::string intact = read_file(data + "/linger.mdb");
  const std::string damaged = std::string(512, 0) + intact.substr(512);
  const auto copies = [&] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data)) {
      count += entry.path().string().find(".damaged") != std::string::npos ? 1 : 0;
    }
    return count;
  };
  std::size_t refusals = 0;
  for (int n = 1; n <= 8; ++n) {
    SCOPED_TRACE(n);
    write_file(data + "/linger.mdb", damaged);
    disk_tap tap(data);
    tap.set_rules("any EIO " + std::to_string(n) + " 1");
    const std::size_t before = copies();
    const ended listed = run({"user", "list", "--data", data}, "", tap.environment());
    if (listed.exit_code == 0) continue;
    ++refusals;
    EXPECT_EQ(listed.exit_code, 1) << listed.err;
    // Where what came after the repair failed, the copy stays.
    const bool is_repaired =
        listed.err.find("Linger starts from the other one") != std::string::npos;
    EXPECT_EQ(copies(), before + (is_repaired ? 1 : 0)) << listed.err;
    tap.set_rules("");
    const ended again = run({"user", "list", "--data", data}, "", tap.environment());
    EXPECT_EQ(again.exit_code, 0) << again.err;
  }
  EXPECT_GE(refusals, 4U);
}

// The pages of the database are mapped: one that cannot be read is a signal, not an error.
TEST(FailingDisk, PageThatCannotBeReadIsALineAndExitOne) {
  running_server w;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(done(w.send("li", "han", std::string(2000, 'x')), 201));
  }
  std::filesystem::resize_file(w.data() + "/linger.mdb", 8192);
  connection c(w.port());
  c.send(request("GET", "/api/messages?type=single&with=" + std::to_string(w.id("li")),
                 w.token("han")));
  EXPECT_EQ(w.server_process().wait(), 1);
  EXPECT_NE(w.server_process().errors().find("cannot be read or written"), std::string::npos)
      << w.server_process().errors();
}

}  // namespace
}  // namespace lingerd::disk_tests
