"""Ties come out in the same order on every processor.

pandas and NumPy sort one column with an algorithm that depends on the vector instructions of the
processor and leaves the order of equals open; a sort by several columns is stable by itself.
"""

import ast
from pathlib import Path

import pytest

import analysis

PACKAGE = Path(analysis.__file__).parent


def unstable(text):
    """Return the lines of sorts that leave the order of equals open."""
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        by = node.args[0] if node.args else None
        several = isinstance(by, ast.List) and len(by.elts) > 1
        sorts = node.func.attr == "argsort" or (node.func.attr == "sort_values" and not several)
        kinds = [getattr(k.value, "value", "") for k in node.keywords if k.arg == "kind"]
        if sorts and kinds != ["stable"]:
            yield node.lineno


def test_no_sort_of_the_package_leaves_the_order_of_equals_open():
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in PACKAGE.rglob("*.py")
        for line in unstable(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("t.sort_values('a')", [1]),
        ("t.sort_values('a', kind='stable')", []),
        ("t.sort_values(['a', 'b'])", []),
        ("t.sort_values(['a'])", [1]),
        ("np.argsort(x)", [1]),
        ("x.argsort(kind='stable')", []),
    ],
)
def test_the_search_sees_such_sorts(call, found):
    assert list(unstable(call)) == found
