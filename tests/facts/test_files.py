"""Tables are written whole or not at all, and the same bytes each time."""

from pathlib import Path

import pytest

from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root, write_bytes, write_text, written_whole


def test_a_block_that_raises_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "panel.csv"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt), written_whole(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("panel.csv", "old")]


def test_a_file_that_is_being_written_is_no_table(tmp_path):
    """Notebooks that run side by side list the folder into which the other writes."""
    with written_whole(tmp_path / "panel.csv"):
        assert [p.suffix for p in tmp_path.iterdir()] == [".part"]
        assert not list(tmp_path.glob("*.csv"))


def test_a_failure_leaves_no_file_where_there_was_none(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "new" / "page.html", "\ud800")
    assert not list((tmp_path / "new").iterdir())


def test_folders_are_made_and_lines_end_alike(tmp_path):
    path = tmp_path / "a" / "b" / "page.html"
    write_text(path, "one\ntwo\n")
    assert path.read_bytes() == b"one\ntwo\n"
    write_bytes(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_project_folder_is_named_or_found_above(project, tmp_path_factory, monkeypatch):
    assert project_root() == project.resolve()
    monkeypatch.delenv("NIT_ROOT")
    monkeypatch.chdir(project / "notebooks")
    assert project_root() == project.resolve()
    monkeypatch.setenv("NIT_ROOT", str(tmp_path_factory.mktemp("empty")))
    with pytest.raises(AnalysisError, match="no project folder with data/raw at NIT_ROOT="):
        project_root()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_names_the_file(tmp_path):
    with pytest.raises(OSError, match="No space left") as full, written_whole(tmp_path / "a.csv"):
        Path("/dev/full").write_text("a")
    assert full.value.filename == str(tmp_path / "a.csv")
