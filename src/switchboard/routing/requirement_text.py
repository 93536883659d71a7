"""Requirements as people write them: `german >= 3 and (sales or not beginner) and not team:trainees`.

    needs = read_needs("german >= 3 and sales", key=str)    # names become ids by `key`
    write_needs(needs, name=str)                            # the same text again, in one fixed form

    either     := every ("or" every)*                       the grammar; `and` binds closer than `or`
    every      := unit ("and" unit)*
    unit       := "not" unit | "(" either ")" | "agent:" name | "team:" name | name [compare number]
    name       := a key, or a key in double quotes (for a skill that is called "and")

A skill without a comparison is had at any level; capitals do not matter. Reading is total: it returns needs or
raises `Unreadable`, which says where.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from switchboard.routing.requirements import (
    Compare,
    Either,
    Every,
    InTeam,
    Needs,
    Not,
    OneAgent,
    SkillLevel,
    Step,
    Wanted,
)

LONGEST: Final = 2_000
"""Characters of one text."""

DEEPEST: Final = 20
"""Brackets and NOTs within each other."""

HIGHEST: Final = 10
"""Levels are 1 to 10."""

_KEY: Final = r"[a-z0-9][a-z0-9_.-]{0,63}"
_WORDS: Final = frozenset({"and", "or", "not"})
_TOKEN: Final = re.compile(
    rf"""\s*(?:(?P<of>(?:agent|team):)|(?P<quoted>"{_KEY}")|(?P<compare>>=|<=|==|!=|[<>])|(?P<bracket>[()])"""
    rf"""|(?P<name>{_KEY}))""",
    re.ASCII | re.IGNORECASE,
)
_SPACE: Final = re.compile(r"\s*", re.ASCII)


class Unreadable(ValueError):
    """Not a requirement. text: why; position: the character where it goes wrong, counted from 1."""

    def __init__(self, text: str, position: int) -> None:
        super().__init__(f"{text}, at character {position}")
        self.text = text
        self.position = position


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


Ids = Callable[[str, str], str]
"""Id or name of ("skill" | "team" | "agent", key)."""


def as_written(_: str, key: str) -> str:
    """The key itself, where keys are not yet ids."""
    return key


def read_needs(text: str, ids: Ids = as_written) -> Needs:
    """What the text asks for, names turned into ids. Raises Unreadable, and whatever `ids` raises."""
    if len(text) > LONGEST:
        raise Unreadable(f"a requirement has at most {LONGEST} characters", LONGEST + 1)
    return _Reader(_tokens(text), ids).whole()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            begin = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text
            raise Unreadable(f"{text[begin : begin + 1]!r} does not belong here", begin + 1)
        kind = str(found.lastgroup)
        word = found.group(kind).lower()
        tokens.append(_Token("word" if kind == "name" and word in _WORDS else kind, word, found.start(kind) + 1))
        at = found.end()
    tokens.append(_Token("end", "", end + 1))
    return tokens


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[_Token], ids: Ids) -> None:
        self._tokens = tokens
        self._ids = ids
        self._next = 0

    def whole(self) -> Needs:
        needs = self._either(0)
        token = self._take()
        if token.kind != "end":
            raise Unreadable("expected 'and' or 'or'", token.at)
        return needs

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _takes(self, kind: str, text: str) -> bool:
        token = self._tokens[self._next]
        if (token.kind, token.text) != (kind, text):
            return False
        self._next += 1
        return True

    def _either(self, depth: int) -> Needs:
        of = [self._every(depth)]
        while self._takes("word", "or"):
            of.append(self._every(depth))
        return of[0] if len(of) == 1 else Either(tuple(of))

    def _every(self, depth: int) -> Needs:
        of = [self._unit(depth)]
        while self._takes("word", "and"):
            of.append(self._unit(depth))
        return of[0] if len(of) == 1 else Every(tuple(of))

    def _unit(self, depth: int) -> Needs:
        token = self._take()
        if depth > DEEPEST:
            raise Unreadable(f"brackets go {DEEPEST} deep at most", token.at)
        if token.kind == "bracket" and token.text == "(":
            needs = self._either(depth + 1)
            if not self._takes("bracket", ")"):
                raise Unreadable("expected ')'", self._take().at)
            return needs
        if token.kind == "word" and token.text == "not":
            return Not(self._unit(depth + 1))
        if token.kind == "of":
            return self._of(token)
        return self._skill(token)

    def _of(self, token: _Token) -> Needs:
        key = self._name(self._take(), f"the key of {'an agent' if token.text == 'agent:' else 'a team'}")
        if token.text == "agent:":
            return OneAgent(self._ids("agent", key))
        return InTeam(self._ids("team", key))

    def _skill(self, token: _Token) -> Needs:
        key = self._name(token, "a skill, 'not' or '('")
        if self._tokens[self._next].kind != "compare":
            return SkillLevel(self._ids("skill", key))
        compare = Compare(self._take().text)
        number = self._take()
        if not (number.kind == "name" and number.text.isdecimal() and 0 <= int(number.text) <= HIGHEST):
            raise Unreadable(f"expected a level from 0 to {HIGHEST} after {compare.value!r}", number.at)
        return SkillLevel(self._ids("skill", key), int(number.text), compare)

    def _name(self, token: _Token, expected: str) -> str:
        if token.kind == "quoted":
            return token.text[1:-1]
        if token.kind != "name":
            raise Unreadable(f"expected {expected}", token.at)
        return token.text


def write_needs(needs: Needs, names: Ids = as_written) -> str:
    """The text of it, ids turned into names; reading it gives equal needs."""
    match needs:
        case Either(of):
            return " or ".join([write_needs(one, names) if _binds(one) else _bracketed(one, names) for one in of])
        case Every(of):
            return " and ".join(
                [_bracketed(one, names) if isinstance(one, Every | Either) else write_needs(one, names) for one in of]
            )
        case Not(of):
            inner = _bracketed(of, names) if isinstance(of, Every | Either) else write_needs(of, names)
            return f"not {inner}"
        case OneAgent(agent):
            return f"agent:{_quoted(names('agent', agent))}"
        case InTeam(team):
            return f"team:{_quoted(names('team', team))}"
    skill = _quoted(names("skill", needs.skill))
    if (needs.level, needs.compare) == (1, Compare.AT_LEAST):
        return skill
    return f"{skill} {needs.compare} {needs.level}"


def _binds(needs: Needs) -> bool:
    """Whether it needs no brackets within an `or`."""
    return not isinstance(needs, Either)


def _bracketed(needs: Needs, names: Ids) -> str:
    return f"({write_needs(needs, names)})"


def _quoted(key: str) -> str:
    return f'"{key}"' if key in _WORDS else key


def renamed(needs: Needs, ids: Ids) -> Needs:
    """The same with other names: keys turned into ids, or ids into keys."""
    match needs:
        case Every(of):
            return Every(tuple([renamed(one, ids) for one in of]))
        case Either(of):
            return Either(tuple([renamed(one, ids) for one in of]))
        case Not(of):
            return Not(renamed(of, ids))
        case OneAgent(agent):
            return OneAgent(ids("agent", agent))
        case InTeam(team):
            return InTeam(ids("team", team))
        case SkillLevel(skill, level, compare):
            return SkillLevel(ids("skill", skill), level, compare)


def with_ids(wanted: Wanted | None, ids: Ids) -> Wanted | None:
    """The same with other names, steps included."""
    if wanted is None:
        return None
    needs = None if wanted.needs is None else renamed(wanted.needs, ids)
    steps = tuple([Step(renamed(step.needs, ids), step.lasts) for step in wanted.steps])
    return Wanted(needs, steps, wanted.after)
