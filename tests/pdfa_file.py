"""A PDF as another program opens it: every object, font and instruction, by pikepdf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf


@dataclass
class File:
    """An opened file and its bytes."""

    data: bytes
    pdf: pikepdf.Pdf

    @classmethod
    def read(cls, path: Path) -> File:
        """Open without any repair."""
        return cls(path.read_bytes(), pikepdf.open(path, attempt_recovery=False))

    @property
    def xmp(self) -> bytes:
        """The metadata packet."""
        return bytes(self.pdf.Root.Metadata.read_raw_bytes())

    def objects(self) -> Iterator[Any]:
        """Every object and everything inside it, each indirect one once."""
        for one in self.pdf.objects:
            yield from _inside(one)

    def fonts(self) -> Iterator[Any]:
        """Every font dictionary."""
        for one in self.pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font":
                yield one

    def contents(self) -> Iterator[tuple[Any, list[Any]]]:
        """Resources and instructions of every page and every form."""
        for page in self.pdf.pages:
            yield page.Resources, list(pikepdf.parse_content_stream(page))
        for one in self.pdf.objects:
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form":
                yield one.Resources, list(pikepdf.parse_content_stream(one))


def _inside(one: Any) -> Iterator[Any]:
    yield one
    if isinstance(one, pikepdf.Array):
        parts = list(one)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        parts = [one[key] for key in one.keys()]  # noqa: SIM118 (not a mapping)
    else:
        return
    for part in parts:
        if not getattr(part, "is_indirect", False):
            yield from _inside(part)


def dictionaries(file: File) -> Iterator[Any]:
    """Every dictionary and stream."""
    return (o for o in file.objects() if isinstance(o, pikepdf.Dictionary | pikepdf.Stream))
