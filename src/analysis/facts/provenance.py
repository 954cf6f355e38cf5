"""Where figures come from: the words that sources, the stored tables and the briefs share."""

from __future__ import annotations

from typing import Final

SOURCE_KINDS: Final = ("publisher", "archive", "copy", "press")
"""Kinds of source, most trusted first."""
