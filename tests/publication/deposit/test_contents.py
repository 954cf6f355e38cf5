"""The committed checksums are those of the committed results."""

import hashlib
from pathlib import Path

from analysis.batch.released import CHECKSUMS

ROOT = Path(__file__).parents[3]


def test_committed_checksums_are_those_of_the_files():
    lines = (ROOT / CHECKSUMS).read_text().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert list(sums) == sorted(sums)
    stored = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "data" / "processed").glob("*.*")
        if path.is_file()
    }
    assert stored <= set(sums)
    for name in [*stored, "reports/sample/HUN.html", "reports/sample/HUN.pdf"]:
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == sums[name], name
