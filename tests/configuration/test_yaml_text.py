"""YAML: a value with lines, or Invalid, whatever the bytes."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchboard.configuration.yaml_text import read_yaml, write_yaml
from switchboard.kit.errors import Invalid

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8"), max_size=15)
    | st.text("{}[]:-,&*!|>#%@? ab", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab_c9", min_size=1), inner, max_size=4),
    max_leaves=20,
)
looks = st.text(st.sampled_from(list("{}[]:-,&*!|>'\"#%@ \n\tab0+.?<=~")), max_size=60)


@given(
    st.binary(max_size=200) | looks.map(str.encode) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "replace"))
)
@settings(deadline=2000)
@example(b"&a [*a]")
@example(b"[" * 5000)
@example(b"a: !!python/object:os.system x")
@example(b"? [a]\n: b")
@example(b"\xff\xfe")
@example(b"--- a\n--- b")
@example(b'a: "\\ud800"')
@example(b"%YAML 9.9\n---\na")
def test_reading_is_total(content: bytes) -> None:
    with contextlib.suppress(Invalid):
        read_yaml(content)


@given(plain)
@example([{"say": {"text": ":_"}}])
@example(["true", "null", "~", "1e3", "0x1", "on", "2024-01-01", "a: b", "a #b", "- a", "\u2028\x85\ufeff", "=", "<<"])
def test_what_is_written_reads_back(data: object) -> None:
    assert read_yaml(write_yaml(data).encode()).data == data


def test_telephone_numbers_stay_as_written() -> None:
    text = read_yaml(b"a: +49301234567\nb: 0301\nc: 100\nd: 1_000\ne: 2024-01-01\nf: 0x10\ng: 12e3\nh: .inf")
    assert text.data == {
        "a": "+49301234567",
        "b": "0301",
        "c": 100,
        "d": "1_000",
        "e": "2024-01-01",
        "f": "0x10",
        "g": 12000.0,
        "h": ".inf",
    }


def test_lines_are_those_of_the_names() -> None:
    text = read_yaml(b"queues:\n  - key: a\n    requires:\n      english: 5\n")
    assert text.line(("queues",)) == 1
    assert text.line(("queues", 0, "requires")) == 3
    assert text.line(("queues", 0, "requires", "english")) == 4
    assert text.line(("queues", 0, "nothing", "here")) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: [", "line 2: the file is not YAML"),
        (b"a: 1\na: 2", "line 2: the field 'a' stands here twice"),
        (b"a: 1\n\xff: 2", "line 2: the file is not UTF-8 text"),
        (b"a: 1\n? [b]\n: 2", "line 2: a field's name must be a word"),
        (b"&a [*a]", "line 1: nested more than 60 deep"),
    ],
)
def test_a_problem_names_the_line(content: bytes, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_yaml(content)
    assert caught.value.text.startswith(message)


def test_aliases_cannot_blow_a_file_up() -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(Invalid, match="more than 1000000 values"):
        read_yaml("\n".join(bomb).encode())
