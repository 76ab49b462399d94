"""tools/lint_coroutines.py: each trap is caught, and what is right passes."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINT = ROOT / "tools" / "lint_coroutines.py"
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True

import lint_coroutines  # noqa: E402


def in_coroutine(body):
    return "task<void> f(channel& c) {\n" + body + "\n}\n"


class ReproducedTraps(unittest.TestCase):
    """What was seen to crash, or to lose a message, with g++ 12.2 and Boost 1.81."""

    def assert_caught(self, source, reason):
        findings = lint_coroutines.check(source)
        self.assertTrue(findings, f"not caught:\n{source}")
        self.assertIn(reason, " / ".join(r for _, r in findings), source)

    def test_in_a_condition(self):
        for body in (
            "if (co_await f()) g();",
            "while (co_await f()) g();",
            "switch (co_await f()) { default: break; }",
            "if (bool ok = co_await f(); ok) g();",
            "if (!co_await f()) g();",
            "if constexpr (x) { if (y && co_await f()) g(); }",
            "for (auto x : co_await f()) g();",
            "for (auto x = co_await f(); x; ) g();",
            "do { g(); } while (co_await f());",
        ):
            self.assert_caught(in_coroutine(body), "in the head of")

    def test_capturing_lambda_in_a_co_await_expression(self):
        self.assert_caught(in_coroutine("co_await f([x] { return x; });"), "lambda")
        self.assert_caught(in_coroutine("co_await f(a, [&, x = y](int) mutable { g(); });"), "lambda")
        self.assert_caught(in_coroutine("co_await [&]() -> task<void> { co_return; }();"), "lambda")

    def test_capturing_lambda_in_a_spawn(self):
        self.assert_caught("void g() { asio::co_spawn(io, [this]() -> task<void> { co_return; }, t); }",
                           "capturing lambda")
        self.assert_caught("void g() { all.spawn([&]() -> task<void> { co_return; }()); }",
                           "capturing lambda")
        self.assert_caught(
            "auto g(T t) { return asio::async_initiate<T, void(int)>([=](auto h) { h(1); }, t); }",
            "capturing lambda")

    def test_aggregate_temporary_as_an_argument(self):
        self.assert_caught(in_coroutine("co_await f(msg{1, 2});"), "named local")
        self.assert_caught(in_coroutine("co_await f({1, 2});"), "named local")
        self.assert_caught(in_coroutine("co_await f(a, msg(1, 2));"), "a name first")
        self.assert_caught(in_coroutine("co_await f(std::move(msg{1}));"), "std::move")

    def test_in_a_braced_initialiser(self):
        for body in (
            "msg m{co_await f(), 1};",
            "msg m{1, co_await f()};",
            "msg m{.id = co_await f()};",
            "auto m = msg{co_await f()};",
            "msg m = {co_await f()};",
            "g({co_await f()});",
            "std::vector<int> v{co_await f()};",
            "co_return msg{co_await f()};",
            "msg m{{co_await f()}, 1};",
        ):
            self.assertTrue(lint_coroutines.check(in_coroutine(body)), body)
        self.assert_caught(in_coroutine("msg m{co_await f(), 1};"), "braced initialiser")

    def test_container_temporary_as_an_argument(self):
        self.assert_caught(in_coroutine('co_await f(std::vector<std::string>{"a", "b"});'), "named local")
        self.assert_caught(in_coroutine('co_await f(std::string("a"));'), "a name first")
        self.assert_caught(in_coroutine('co_await f("a" + name);'), "named local")
        self.assert_caught(in_coroutine('co_await f(name + "a");'), "named local")

    def test_two_awaited_with_or(self):
        self.assert_caught(in_coroutine("co_await (c.async_receive() || timer.async_wait());"), "parentheses")
        self.assert_caught(in_coroutine("auto r = co_await (a() && b());"), "parentheses")
        self.assert_caught(in_coroutine("co_await a() || b();"), "`||` after it")
        self.assert_caught("using namespace asio::experimental::awaitable_operators;", "loses")

    def test_asios_own_channel(self):
        self.assert_caught("using c = boost::asio::experimental::channel<void(error_code)>;", "loses messages")

    def test_recursing_handler(self):
        self.assert_caught("asio::any_completion_handler<void()> h;", "recurses")

    def test_dropped_exceptions(self):
        self.assert_caught("void g() { asio::co_spawn(io, run(), asio::detached); }", "drops exceptions")


class TheRule(unittest.TestCase):
    def test_bad(self):
        for body in (
            "g(co_await f());",
            "g(x, co_await f());",
            "x += co_await f();",
            "auto y = 1 + co_await f();",
            "auto y = co_await f() + 1;",
            "auto y = x ? co_await f() : 0;",
            "auto y = x ? 0 : co_await f();",
            "bool y = x && co_await f();",
            "bool y = x || co_await f();",
            "auto y = (co_await f()).value();",
            "auto y = co_await f().g();",
            "auto y = co_await f(g());",
            "auto y = co_await f(b.size());",
            "auto y = co_await f(x ? 1 : 2);",
            "auto y = co_await f(a || b);",
            "auto y = v[co_await f()];",
            "(void)co_await f();",
            "co_return 1 + co_await f();",
            "co_await f(co_await g());",
            "throw co_await f();",
            "CHECK(co_await f());",
            "auto l = [x = co_await f()] { return x; };",
            "co_await f(), g();",
            "co_yield msg{1};",
            "g(co_yield x);",
            "co_await std::suspend_always{};",
            "co_await asio::redirect(use(e))(x);",
            "auto&& y = x ? co_await f() : z;",
        ):
            self.assertTrue(lint_coroutines.check(in_coroutine(body)), body)

    def test_good(self):
        for body in (
            "co_await f();",
            "bool ok = co_await f(); if (ok) g();",
            "const result<std::map<int, long>> r = co_await f();",
            "auto [ec, n] = co_await s.async_read(b, as_tuple);",
            "x = co_await f(a, b.c, d->e, v[i], v[0].x);",
            "this->x_ = co_await this->f(*this, &x);",
            "auto&& y = co_await f();",
            "co_return co_await f(std::move(a), std::move(b.c));",
            "co_await std::move(t);",
            "response r = co_await std::move(*working_);",
            "co_await *t;",
            "co_await t;",
            "if (x) co_await f();",
            "if (x) { co_await f(); } else co_await g();",
            "for (;;) { co_await f(); }",
            "for (auto& x : xs) co_await f(x);",
            "while (x) co_await f();",
            "do { co_await f(); } while (x);",
            "do co_await f(); while (x);",
            "try { co_await f(); } catch (...) { }",
            "switch (x) { case a::b: co_await f(); break; case 1: { co_await f(); } default: co_await g(); }",
            "again: co_await f();",
            "if (x) [[unlikely]] { co_await f(); }",
            "if (x) [[unlikely]] co_await f();",
            "co_await f<int, std::vector<int>>(x);",
            "co_await a::b<c>::f(x);",
            "co_await f(1, -2, 1'000'000, 0x1p-3, 5s, 'a', true, nullptr, \"text\", limits::most);",
            "co_await w.wait(wake::news | wake::timeout | wake::closing);",
            "co_await f(now + 5s, n * 2, n - 1, a < b, c > d, (a + b) * c, !x);",
            "co_await f(std::chrono::seconds(5), std::chrono::milliseconds(x));",
            "co_await f(static_cast<std::size_t>(n));",
            "co_await f(std::forward<T>(x), std::move(*x));",
            "auto l = [&]() -> task<void> { co_await f(); };",
            "auto l = [&] { return 1; }; co_await f(std::move(l));",
            "auto l = [](int x) -> std::optional<task<int>> { co_return co_await f(x); };",
            "msg m{1, 2}; co_await f(m);",
            "msg m = {1, 2};\n co_await f(m);",
            "{ co_await f(); } co_await g();",
            "int x[] = {1, 2}; co_await f();",
            "co_yield x;",
            "auto y = x ? 1 : 2; co_await f();",
            "// if (co_await f())\n /* g(co_await f()) */ auto s = \"g(co_await f())\";",
            'auto s = R"js(if (co_await f()) { ")js"; co_await f();',
            "all.spawn(serve(host, std::move(stream)));",
            "co_spawn(io, [] () -> task<void> { co_return; }, t);",
        ):
            self.assertEqual(lint_coroutines.check(in_coroutine(body)), [], body)

    def test_bodies_of_all_kinds_are_blocks(self):
        for head in (
            "task<void> c::f() const",
            "task<void> c::f() const noexcept",
            "auto f() -> task<std::vector<int>>",
            "auto f() const -> a::task<void>",
            "template <class T> task<T> f(T x)",
            "task<void> f(int (&a)[3], std::function<void()> g)",
            "namespace a::b { struct c : d<e> { task<void> f() override",
        ):
            source = head + " { co_await g(); co_await h(); } " + ("}; }" if "namespace" in head else "")
            self.assertEqual(lint_coroutines.check(source), [], source)

    def test_a_macro_awaits_nothing(self):
        self.assertTrue(lint_coroutines.check("#define GET(x) \\\n  co_await x\n"))
        self.assertEqual(lint_coroutines.check('#include "x" // co_await\nint a;\n'), [])


class TheCommand(unittest.TestCase):
    def run_on(self, text):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "x.cpp"
            file.write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", LINT, folder], capture_output=True, text=True)
            return done.returncode, done.stdout.replace(str(file), "x.cpp")

    def test_prints_the_place_and_fails(self):
        code, out = self.run_on("task<void> f() {\n  /* one\n  two */\n  if (co_await g()) h();\n}\n")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"\Ax\.cpp:4: co_await: in the head of `if`.*\n\Z")

    def test_says_nothing_when_clean(self):
        self.assertEqual(self.run_on("task<void> f() {\n  co_await g();\n}\n"), (0, ""))


if __name__ == "__main__":
    unittest.main()
