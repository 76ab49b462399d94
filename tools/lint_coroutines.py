#!/usr/bin/env python3
"""Checks the co_await rule on C++ sources.

The rule: `co_await` (and `co_yield`) begins a statement, follows `=`, or follows `co_return`; its
arguments are names, scalars or `std::move(name)`. What is written otherwise compiles, but g++ 12
may skip a branch, destroy an object twice or use it after its end. Beside it, what was seen to go
wrong in Asio 1.81 is not to be used at all: see AVOID below.

    lint_coroutines.py [FILE or FOLDER]...     default: the project's own folders

Prints `file:line: reason` for each finding; exit code 1 if there is one, 0 if there is none.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("core", "store", "http", "sim", "tools", "tests", "bench")
SKIPPED = {"node_modules", "build", ".git"}

AVOID = {
    ("experimental", "::", "channel"): "Asio's channel loses messages: wait on a level (core/waiter)",
    ("experimental", "::", "concurrent_channel"): "Asio's channel loses messages: wait on a level (core/waiter)",
    ("experimental", "::", "awaitable_operators"): "a() || b() loses what was ready: wait on a level",
    ("any_completion_handler",): "any_completion_handler recurses until the stack is gone",
    ("asio", "::", "detached"): "detached drops exceptions: spawn into a nursery",
}
SPAWNERS = {"co_spawn", "async_initiate", "spawn"}
CONTROL = {"if", "while", "for", "switch"}
# Between `)` and the `{` of a function's body.
AFTER_PARAMETERS = {"const", "noexcept", "override", "final", "mutable", "constexpr", "&", "&&"}
# Between scalars, and free of temporaries of class type.
OPERATORS = {"|", "&", "^", "+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "<<", ">>"}
PREFIXES = {"&", "*", "-", "+", "!", "~"}
DURATIONS = {"hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds", "days"}

TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<fence>[^()\\\s]*)\(.*?\)(?P=fence)"\w*)
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*"\w*)
  | (?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
  | (?P<number>\.?\d(?:'?[\w.]|(?<=[eEpP])[+-])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>::|->\*?|<=>|<<=|>>=|\.\.\.|&&|\|\||[=!<>+\-*/%&|^]=|\+\+|--|<<|>>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)


class Token:
    __slots__ = ("text", "kind", "line")

    def __init__(self, text, kind, line):
        self.text, self.kind, self.line = text, kind, line


class Broken(Exception):
    """An expression outside the rule; says why."""


def strip_directives(source, findings):
    """Blanks preprocessor lines: a macro's body is not in its place there."""

    def blank(match):
        text = match.group()
        if re.search(r"\bco_(await|yield)\b", re.sub(r"//.*|\"[^\"]*\"", "", text)):
            line = source.count("\n", 0, match.start()) + 1
            findings.append((line, "co_await in a macro"))
        return "\n" * text.count("\n")

    return DIRECTIVE.sub(blank, source)


def tokenise(source):
    tokens, line = [], 1
    for match in TOKEN.finditer(source):
        kind = "string" if match.lastgroup in ("raw", "fence") else match.lastgroup
        if kind not in ("space", "comment"):
            tokens.append(Token(match.group(), kind, line))
        line += match.group().count("\n")
    return tokens


class Source:
    """One file's tokens and how their brackets nest."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.around = []  # for each token the index of the bracket that is open around it, or None
        self.opens = {}  # closing bracket → opening bracket
        self.closes = {}
        stack = []
        for i, token in enumerate(tokens):
            if token.kind == "sign" and token.text in ")]}" and stack:
                self.opens[i] = stack[-1]
                self.closes[stack.pop()] = i
            self.around.append(stack[-1] if stack else None)
            if token.kind == "sign" and token.text in "([{":
                stack.append(i)

    def text(self, i):
        """Empty before the first and after the last token. A literal is never mistaken for a sign."""
        if not 0 <= i < len(self.tokens):
            return ""
        return '""' if self.tokens[i].kind in ("string", "char") else self.tokens[i].text

    def is_word(self, i):
        return 0 <= i < len(self.tokens) and self.tokens[i].kind == "word"

    def keyword_of(self, opening):
        """The word a parenthesis belongs to: `if` of `if constexpr (`, `f` of `f(`."""
        before = self.text(opening - 1)
        return self.text(opening - 2) if before == "constexpr" else before

    def is_block(self, brace):
        """Whether this `{` holds statements; else it is an initialiser."""
        i = brace - 1
        while self.text(i) in AFTER_PARAMETERS:
            i -= 1
        before = self.text(i)
        if before == ")":
            return self.text(self.opens.get(i, 0) - 1) not in ("decltype", "typeof")
        if before in ("", ";", "{", "}", ":", "else", "do", "try"):
            return before != "{" or self.is_block(i)
        if before == "]":  # [[likely]] {   or a lambda without parameters: [&] {
            opening = self.opens.get(i, 0)
            return self.text(i - 1) == "]" or self.starts_lambda(opening)
        # f() -> some::type<of, things> {
        while i >= 0 and self.text(i) not in (";", "{", "}", "->", ")", "="):
            i -= 1
        if self.text(i) == "->":
            return self.text(i - 1) == ")" or self.text(i - 1) in AFTER_PARAMETERS
        # namespace x {   class x : public y {
        while i >= 0 and self.text(i) not in (";", "{", "}", "=", "("):
            i -= 1
        return self.text(i + 1) in ("namespace", "class", "struct", "extern", "union", "enum")

    def starts_lambda(self, bracket):
        before = self.text(bracket - 1)
        is_value = self.is_word(bracket - 1) and before not in ("return", "co_return", "co_await")
        return not is_value and before not in ("]", ")", '""') and self.text(bracket + 1) != "["

    def statement_start(self, i):
        """The first token of the statement that holds token i, in the same brackets."""
        around = self.around[i]
        while i > 0:
            before = self.text(i - 1)
            if i - 1 == around or before == ";":
                return i
            if before == "}":
                opening = self.opens.get(i - 1, 0)
                if self.is_block(opening):
                    return i
                i = opening
            elif before in (")", "]"):
                i = self.opens.get(i - 1, 0)
            else:
                i -= 1
        return i

    # Place: where co_await may stand.

    def check_place(self, i):
        around = self.around[i]
        opening = self.text(around) if around is not None else "{"
        if opening == "(":
            word = self.keyword_of(around)
            if word in CONTROL:
                raise Broken(f"in the head of `{word}`: a branch may be skipped (PR106188)")
            raise Broken("inside parentheses: await first, use the value after")
        if opening == "[":
            raise Broken("inside brackets: await first, use the value after")
        if around is not None and not self.is_block(around):
            raise Broken("inside a braced initialiser: await first, build after")

        start = self.statement_start(i)
        if any(self.text(k) == "?" and self.around[k] == around for k in range(start, i)):
            raise Broken("inside a ternary: write if and else")
        before = self.text(i - 1)
        if before in ("&&", "||", "?", ","):
            raise Broken(f"after `{before}`: await first, use the value after")
        if before in ("=", "co_return", "else", "do") or start == i:
            return
        if before == ":" and (self.text(start) in ("case", "default") or start == i - 2):
            return
        if before == ")" and self.keyword_of(self.opens.get(i - 1, 0)) in CONTROL:
            return
        if before == "]" and self.text(i - 2) == "]":  # an attribute
            return
        raise Broken("neither begins a statement nor follows `=` or `co_return`")

    # Operand: what may be awaited. Each skip_* returns the index after what it read.

    def skip_name(self, i):
        """a  a::b  a.b->c  a[i].b  a<t>::b  this->a"""
        if self.text(i) == "::":
            i += 1
        if not self.is_word(i):
            raise Broken(f"`{self.text(i)}` is no name: give the value a name first")
        while True:
            i = self.skip_template_arguments(i + 1)
            while self.text(i) == "[":
                end = self.skip_scalar(i + 1)
                if self.text(end) != "]":
                    raise Broken("a subscript that is not simple: give the value a name first")
                i = end + 1
            if self.text(i) not in ("::", ".", "->") or not self.is_word(i + 1):
                return i
            i += 1

    def skip_template_arguments(self, i):
        """Past `<…>` if it can only be that: a call or `::` follows."""
        if self.text(i) != "<":
            return i
        depth, k = 0, i
        while k < len(self.tokens) and (
            self.tokens[k].kind in ("word", "number")
            or self.text(k) in ("<", ">", ">>", "::", ",", "*", "&", "&&", "[", "]", "(", "...")
        ):
            depth += {"<": 1, ">": -1, ">>": -2}.get(self.text(k), 0)
            k = self.closes.get(k, k) + 1  # void(int)
            if depth <= 0:
                return k if depth == 0 and self.text(k) in ("(", "::", "{") else i
        return i

    def skip_move(self, i):
        """std::move(name) or std::forward<T>(name), or i itself if there is none."""
        if [self.text(i), self.text(i + 1)] != ["std", "::"]:
            return i
        if self.text(i + 2) not in ("move", "forward"):
            return i
        k = self.skip_template_arguments(i + 3)
        if self.text(k) != "(":
            return i
        k += 1
        while self.text(k) == "*":
            k += 1
        k = self.skip_name(k)
        if self.text(k) != ")":
            raise Broken("std::move of something without a name")
        return k + 1

    def skip_scalar(self, i):
        """An operand of an argument: a name, a number, a literal, a cast, a duration."""
        while self.text(i) in PREFIXES:
            i += 1
        text = self.text(i)
        if text == "[":
            raise Broken("a lambda inside the expression: name it, then std::move it")
        if text == "{":
            raise Broken("braces inside the expression: build a named local first")
        if text == '""' or (i < len(self.tokens) and self.tokens[i].kind == "number"):
            return i + 1
        if text == "(":
            return self.skip_closing(self.skip_argument(i + 1))
        if text == "static_cast":
            k = self.skip_template_arguments(i + 1)
            return self.skip_closing(self.skip_argument(k + 1))
        k = self.skip_name(i)
        if self.text(k) == "(" and (self.text(k - 1) in DURATIONS or text == "sizeof"):
            return self.skip_closing(self.skip_argument(k + 1))
        if self.text(k) == "(":
            raise Broken(f"`{self.text(k - 1)}(…)` inside the arguments: give its result a name first")
        if self.text(k) == "{":
            raise Broken(f"`{self.text(k - 1)}{{…}}` inside the expression: build a named local first")
        return k

    def skip_closing(self, i):
        if self.text(i) != ")":
            raise Broken(f"`{self.text(i)}` inside the arguments: give the value a name first")
        return i + 1

    def skip_argument(self, i):
        """A scalar expression, or std::move(name)."""
        k = self.skip_move(i)
        if k > i:
            return k
        k = self.skip_scalar(i)
        while self.text(k) in OPERATORS:
            right = self.skip_scalar(k + 1)
            if self.text(k) == "+" and '""' in (self.text(k - 1), self.text(k + 1)):
                raise Broken("a string put together in the arguments: build a named local first")
            k = right
        if self.text(k) in ("&&", "||", "?"):
            raise Broken(f"`{self.text(k)}` inside the arguments: give the value a name first")
        return k

    def check_operand(self, i):
        if self.text(i) == "(":
            raise Broken("an expression in parentheses is awaited: wait for one thing by its name")
        if self.text(i) == "[":
            raise Broken("a lambda inside the expression: name it, then std::move it")
        k = self.skip_move(i)
        if k == i:
            while self.text(i) == "*":
                i += 1
            k = self.skip_name(i)
            if self.text(k) == "{":
                raise Broken("braces inside the expression: build a named local first")
            if self.text(k) == "(":
                k += 1
                while self.text(k) != ")":
                    k = self.skip_argument(k)
                    if self.text(k) == ",":
                        k += 1
                    elif self.text(k) != ")":
                        self.skip_closing(k)
                k += 1
        if self.text(k) in ("(", ".", "->"):
            raise Broken("a call on what another call returned: give that a name first")
        if self.text(k) != ";":
            raise Broken(f"`{self.text(k)}` after it: await first, use the value after")

    def check_spawn(self, i):
        """No capturing lambda is built in the arguments of a spawn."""
        k = self.skip_template_arguments(i + 1)
        if self.text(k) != "(" or k not in self.closes:
            return
        end = self.closes[k]
        while k < end:
            k += 1
            if self.text(k) == "[" and self.starts_lambda(k) and self.text(k + 1) != "]":
                raise Broken(
                    f"a capturing lambda built in an argument of {self.text(i)}: name it, then std::move it")
            if self.text(k) == "{" and self.is_block(k):
                k = self.closes.get(k, end)


def check(source):
    """The findings in one file's text: a list of (line, reason)."""
    findings = []
    file = Source(tokenise(strip_directives(source, findings)))
    for i, token in enumerate(file.tokens):
        if token.kind != "word":
            continue
        try:
            if token.text in ("co_await", "co_yield"):
                try:
                    file.check_place(i)
                    file.check_operand(i + 1)
                except Broken as broken:
                    raise Broken(f"{token.text}: {broken}") from None
            elif token.text in SPAWNERS:
                file.check_spawn(i)
            for words, reason in AVOID.items():
                if all(file.text(i + n) == word for n, word in enumerate(words)):
                    raise Broken(reason)
        except Broken as broken:
            findings.append((token.line, str(broken)))
    return sorted(findings)


def sources(paths):
    for path in paths:
        if path.is_file():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            inside = found.relative_to(path).parts
            if found.suffix in (".cpp", ".hpp") and not SKIPPED.intersection(inside):
                yield found


def main(arguments):
    paths = [Path(a) for a in arguments] or [ROOT / folder for folder in FOLDERS]
    missing = [p for p in paths if arguments and not p.exists()]
    if missing:
        sys.exit(f"lint_coroutines.py: {missing[0]}: no such file or folder")
    clean = True
    for path in sources(paths):
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for line, reason in check(path.read_text(encoding="utf-8")):
            print(f"{shown}:{line}: {reason}")
            clean = False
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
