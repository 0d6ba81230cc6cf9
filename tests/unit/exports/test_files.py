"""Claims: an export goes on only from what really is in its unfinished file."""

from __future__ import annotations

from pathlib import Path

import pytest

from govdesk.exports.files import FileProblem, WholeFile, part_paths

PLAN: dict[str, object] = {"format": "csv"}


def interrupt(target: Path) -> None:
    """An export that stopped after three rows."""
    file = WholeFile(target, PLAN, force=True)
    file.write(b"1\n2\n3\n")
    file.note(rows=3, through=3)
    file.keep()


def test_an_export_begun_anew_forgets_what_a_killed_one_noted(tmp_path: Path) -> None:
    target = tmp_path / "log.csv"
    interrupt(target)
    WholeFile(target, PLAN, force=True).keep()
    with pytest.raises(FileProblem, match="nothing to resume"):
        WholeFile(target, PLAN, force=True, resume=True)


def test_an_unfinished_file_that_lost_its_end_is_not_gone_on_with(tmp_path: Path) -> None:
    target = tmp_path / "log.csv"
    interrupt(target)
    part, _ = part_paths(target)
    part.write_bytes(b"1\n")
    with pytest.raises(FileProblem, match="lost its end"):
        WholeFile(target, PLAN, force=True, resume=True)
