import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.asl import paths
from workflows.asl.paths import NoMatch, PathError

DATA = {
    "a": {"b": 1, "c-d": 2, "é": 3},
    "list": [10, 20, 30, 40],
    "rows": [{"n": 1}, {"n": 2, "deep": {"n": 3}}],
    "null": None,
    "a b": 4,
    "it's": 5,
}
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
names = st.text(st.characters(categories=["L"]), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", DATA),
        ("$.a.b", 1),
        ("$.a.c-d", 2),
        ("$.a.é", 3),
        ("$['a']['b']", 1),
        ('$["a b"]', 4),
        ("$['it\\'s']", 5),
        ("$.null", None),
        ("$.list[0]", 10),
        ("$.list[-1]", 40),
        ("$.list[1:3]", [20, 30]),
        ("$.list[2:]", [30, 40]),
        ("$.list[:1]", [10]),
        ("$.list[*]", [10, 20, 30, 40]),
        ("$.rows[*].n", [1, 2]),
        ("$..n", [1, 2, 3]),
        ("$.a.*", [1, 2, 3]),
        ("$.rows[*].nothing", []),
        ("$..nothing", []),
    ],
)
def test_a_path_leads_to_its_value(path, value):
    assert paths.read(paths.parse(path), DATA) == value


@pytest.mark.parametrize("path", ["$.b", "$.a.b.c", "$.list[4]", "$.list.a", "$.a[0]", "$.null.x"])
def test_a_definite_path_that_leads_nowhere_says_so(path):
    with pytest.raises(NoMatch):
        paths.read(paths.parse(path), DATA)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "$a",
        "$.",
        "$.a.",
        "$.a[",
        "$.a[?(@.b)]",
        "$.a['b','c']",
        "$.a[0,1]",
        "$[x]",
        "$.1a",
    ],
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(PathError):
        paths.parse(path)


@pytest.mark.parametrize("path", ["$$.a", "$.a[*]", "$..a", "$.a[0:1]"])
def test_a_reference_path_names_one_place_in_the_data(path):
    with pytest.raises(PathError, match="reference path"):
        paths.parse_reference(path)


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("$", "new"),
        ("$.x", {"a": {"b": 1}, "l": [1, 2], "x": "new"}),
        ("$.a.b", {"a": {"b": "new"}, "l": [1, 2]}),
        ("$.x.y.z", {"a": {"b": 1}, "l": [1, 2], "x": {"y": {"z": "new"}}}),
        ("$.l[1]", {"a": {"b": 1}, "l": [1, "new"]}),
    ],
)
def test_a_value_is_placed(path, result):
    document = {"a": {"b": 1}, "l": [1, 2]}

    assert paths.place(paths.parse_reference(path), document, "new") == result
    assert document == {"a": {"b": 1}, "l": [1, 2]}


@pytest.mark.parametrize("path", ["$.l[2]", "$.l[-1]", "$.l.x", "$.a[0]", "$.a.b.c"])
def test_a_place_that_cannot_be_made_is_refused(path):
    with pytest.raises(NoMatch):
        paths.place(paths.parse_reference(path), {"a": {"b": 1}, "l": [1, 2]}, "new")


@given(document=st.dictionaries(names, json), value=json, way=st.lists(names, min_size=1))
def test_what_is_placed_is_read_back(document, value, way):
    path = paths.parse_reference("$" + "".join(f"['{name}']" for name in way))

    try:
        placed = paths.place(path, document, value)
    except NoMatch:
        return

    assert paths.read(path, placed) == value


@given(text=st.text(max_size=30))
def test_any_text_is_a_path_or_is_refused(text):
    with contextlib.suppress(PathError):
        paths.parse("$" + text)


def test_data_may_be_nested_deeper_than_calls():
    document = {}
    for _ in range(5000):
        document = {"a": document}

    assert len(paths.read(paths.parse("$..a"), document)) == 5000
