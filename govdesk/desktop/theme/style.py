"""Fusion, drawn flat from the tokens."""

from __future__ import annotations

from PySide6.QtWidgets import QProxyStyle


class Style(QProxyStyle):
    """Fusion with calm controls."""

    def __init__(self) -> None:
        super().__init__("fusion")
