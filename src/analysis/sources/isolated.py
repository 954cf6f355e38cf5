"""Parsing of workbooks, HTML and delimited text in a process with limits of memory and time.

A file that anybody may have made can exhaust memory, abort the reader of workbooks, or take a
parser minutes: the end of the process is the refusal of the file. Patterns that look for such
files do not find all. The process is kept for the next file and started anew where it ends. It
runs this file alone, so that at its head nothing of the project is imported.
"""

from __future__ import annotations

import atexit
import contextlib
import csv
import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
import zipfile
import zlib
from html.parser import HTMLParser
from threading import Lock
from typing import Any, BinaryIO, Final
from xml.etree import ElementTree

MEMORY: Final = 700_000_000
"""Bytes of address space; the official workbook needs less than a tenth of it."""
SECONDS: Final = 4
"""Seconds of processor time for one file; usual ones take some hundredths."""
MOST_UNPACKED: Final = 60_000_000
MOST_CELLS: Final = 2_000_000
MOST_COLUMNS: Final = 500
SEPARATORS: Final = ",;\t|"
_OUT_OF_MEMORY: Final = 64
"""Status with which the process ends where Python itself finds no more memory."""
_HIDDEN: Final = frozenset(["script", "style", "noscript", "template", "svg", "select"])
_BLOCKS: Final = re.findall(
    r"\w+",
    """address article aside blockquote br center dd div dl dt figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody tfoot thead title tr
    ul""",
)
_ENDS: Final = {"td": " ", "th": " ", **dict.fromkeys(_BLOCKS, "\n")}
_STARTS: Final = {**_ENDS, "td": " | ", "th": " | ", "li": "\n• ", "sup": " "}
"""What a tag puts into the text."""
_LOCK: Final = Lock()
_running: dict[int, subprocess.Popen[bytes]] = {}
"""The child of this process by its number: a forked process must not use its parent's."""


def parsed(kind: str, content: bytes, name: str) -> Any:
    """Return what a parser makes of a ``workbook``, ``delimited`` text or ``html``.

    Text is UTF-8; the name is for messages.

    Raises
    ------
    SourceError
        If the parser refuses the file or needs more memory or time than a table or page needs.
    """
    from analysis.facts.errors import SourceError

    with _LOCK:
        child = _running.get(os.getpid())
        if child is None or child.poll() is not None:
            command, pipe = [sys.executable, "-I", __file__], subprocess.PIPE
            child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
            _running[os.getpid()] = child
        assert child.stdin and child.stdout
        line = b""
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(f"{kind} {len(content)}\n".encode() + content)
            child.stdin.flush()
            line = child.stdout.readline()
        answer = json.loads(line) if line.endswith(b"\n") else {}
        if "parsed" in answer:
            return answer["parsed"]
        if "refused" in answer:
            raise SourceError(f"{name}: {answer['refused']}")
        status, reason = _end(), "cannot be parsed: damaged, or no report or table"
    if status == -signal.SIGXCPU:
        reason = f"takes more than {SECONDS} seconds to parse, expected a report or a table"
    elif status == _OUT_OF_MEMORY or status < 0:
        most = f"{MEMORY / 1e6:.0f} MB of memory"
        reason = f"needs more than {most} to be parsed, expected a report or a table"
    raise SourceError(f"{name}: {reason}")


@atexit.register
def _end() -> int:
    """End the child and return its status: it ends by itself where nothing more can be asked."""
    if child := _running.pop(os.getpid(), None):
        with contextlib.suppress(BrokenPipeError):
            child.communicate()
        return child.wait()
    return 0


class ParsingError(Exception):
    """The reason why a file is not parsed, in one line."""


def workbook_cells(content: bytes) -> dict[str, list[list[str]]]:
    """Return the values of all sheets as text; formulas and errors are refused."""
    import python_calamine  # not needed for text

    _check_archive(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise ParsingError(
                    f"sheet {name[:40]!r} spans {sheet.total_height} rows x {sheet.total_width} "
                    "columns, expected a few hundred"
                )
            rows = sheet.to_python(skip_empty_area=False)
            sheets[name] = [[_as_text(value) for value in row] for row in rows]
    except python_calamine.CalamineError as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ParsingError(
            f"a zip archive without a workbook that can be opened ({reason}), expected .xlsx or "
            ".ods; save a document as plain text"
        ) from None
    return sheets


def _as_text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return " ".join("".join(c for c in str(value) if c.isprintable() or c.isspace()).split())


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MOST_UNPACKED:
                raise ParsingError(
                    f"unpacks to {unpacked / 1e6:.0f} MB: a zip bomb, no workbook of ratings"
                )
            for member in archive.infolist():
                with archive.open(member) as part:
                    if found := _no_plain_cell(part):
                        raise ParsingError(
                            f"{member.filename} {found}, expected plain numbers; save the sheet "
                            "as values"
                        )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise ParsingError(f"a damaged or protected workbook ({error})") from None


def _no_plain_cell(part: Any) -> str:
    """Return the first cell of a sheet that holds a formula or an error, or an empty string."""
    cell, kind, is_sheet = "", "", False
    # A picture is no XML, and there are parts that the reader of workbooks will refuse.
    with contextlib.suppress(ElementTree.ParseError):
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            name = element.tag.rpartition("}")[2]
            if not (is_sheet := is_sheet or name in ("worksheet", "document-content")):
                return ""
            if event == "end":
                if name == "v" and kind == "e" and element.text != "#N/A":
                    return f"cell {cell} holds the error {element.text}"
                element.clear()
            elif name == "c":
                cell, kind = element.get("r", "?"), element.get("t", "")
            elif name == "f":
                return f"cell {cell} holds a formula"
            elif formula := [v for key, v in element.items() if key.endswith("}formula")]:
                return f"holds the formula {formula[0][:40]!r} in a cell"  # .ods names no cell
    return ""


def delimited_rows(text: str) -> dict[str, list[list[str]]]:
    """Return the rows of delimited text by each separator that parts its lines."""
    tables, faults = {}, []
    for separator in filter(text.__contains__, SEPARATORS):
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        rows = []
        try:
            for row in reader:
                if len(row) > MOST_COLUMNS:  # also by a separator that stands inside cells only
                    says = f"has {len(row)} columns, expected a table of ratings"
                    faults.append(f"line {reader.line_num} {says}")
                    break
                rows.append([" ".join(cell.split()) for cell in row])
            else:
                tables[separator] = rows
        except csv.Error as error:
            says = f"no table ({error}): is a quotation mark not closed?"
            faults.append(f"line {reader.line_num}: {says}")
    if faults and not tables:
        raise ParsingError(faults[0])
    return tables


class _TextOf(HTMLParser):
    """Collects text in one pass; hidden elements are skipped, blocks end a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self.pieces.append(f" {alt} ")
        else:
            self.pieces.append(_STARTS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        else:
            self.pieces.append(_ENDS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html_to_text(page: str) -> str:
    """Return the visible text of an HTML document, whole or cut off.

    It has one line a block, ``•`` before list items, ``|`` before table cells, and no empty lines
    but one between blocks.
    """
    parser = _TextOf()
    parser.feed(page)
    parser.close()
    lines = (
        " ".join(line.split()).removeprefix("| ") for line in "".join(parser.pieces).split("\n")
    )
    text = "\n".join(line for line in lines if line not in ("•", "|"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests - a line with kind and length, then the content - until there are none."""
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in iter(requests.readline, b""):
        kind, length = line.split()
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + SECONDS
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)  # a cluster may have set one
        until = until if hard == resource.RLIM_INFINITY else min(until, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
        content = requests.read(int(length))
        answer: dict[str, Any]
        try:
            if kind == b"workbook":
                answer = {"parsed": workbook_cells(content)}
            else:
                parse = html_to_text if kind == b"html" else delimited_rows
                answer = {"parsed": parse(content.decode("utf-8"))}
        except ParsingError as refusal:
            answer = {"refused": str(refusal)}
        except MemoryError:
            sys.exit(_OUT_OF_MEMORY)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
