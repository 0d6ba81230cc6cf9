"""Icons: one family, sharp on every screen, tinted by the theme, all of them vendored."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import (
    QApplication,
)

from govdesk.desktop import theme
from govdesk.desktop.theme.tokens import (
    LIGHT,
)

ROOT = Path(__file__).parents[2]
ICONS = ROOT / "resources" / "icons"


def _colours(image: QImage) -> set[str]:
    across, down = range(image.width()), range(image.height())
    return {image.pixelColor(x, y).name() for x in across for y in down}


def test_an_icon_is_as_sharp_as_the_screen(qapp: QApplication) -> None:
    plain = theme.icon("lock").pixmap(QSize(16, 16), 1.0)
    dense = theme.icon("lock").pixmap(QSize(16, 16), 2.0)

    assert (dense.width(), dense.devicePixelRatio()) == (32, 2.0)
    assert dense.toImage() != plain.toImage().scaled(32, 32)


def test_an_icon_fades_when_it_is_disabled_and_keeps_its_meanings_colour(
    qapp: QApplication,
) -> None:
    size = QSize(32, 32)
    severe = theme.icon("severity_high")

    normal = _colours(severe.pixmap(size).toImage())
    faded = _colours(severe.pixmap(size, 1.0, QIcon.Mode.Disabled).toImage())

    assert LIGHT.severity_high in normal
    assert LIGHT.severity_high not in faded
    assert LIGHT.text_disabled in faded


def test_a_copied_and_changed_icon_outlives_the_one_it_came_from(qapp: QApplication) -> None:
    for _ in range(50):
        copy = QIcon(theme.icon("lock"))
        copy.addPixmap(theme.icon("house").pixmap(QSize(16, 16)))
        assert not copy.pixmap(QSize(16, 16)).isNull()


def test_an_icon_that_is_not_there_is_named(qapp: QApplication) -> None:
    with pytest.raises(LookupError, match="No icon is called unicorn"):
        theme.icon("unicorn")


def test_the_applications_icon_is_clear_at_16_pixels(qapp: QApplication) -> None:
    small = theme.application_icon().pixmap(QSize(16, 16), 1.0).toImage()

    assert (small.width(), small.height()) == (16, 16)
    assert len(_colours(small)) > 2


def test_folder_list_and_printed_resources_name_the_same_icons(tmp_path: Path) -> None:
    listed = set(
        re.findall(r"<file>icons/(.+?)</file>", (ROOT / "resources/govdesk.qrc").read_text())
    )
    printed = tmp_path / "rc.py"
    tool = Path(sys.executable).with_name("pyside6-rcc")
    command: list[str | Path] = [
        tool,
        "--format-version",
        "1",
        "resources/govdesk.qrc",
        "-o",
        printed,
    ]
    subprocess.run(command, cwd=ROOT, check=True)

    assert listed == {path.name for path in ICONS.glob("*.svg")}
    committed = ROOT / "govdesk/desktop/forms/rc_govdesk.py"
    assert printed.read_text().split("\n", 4)[4] == committed.read_text().split("\n", 4)[4]


def test_every_vendored_icon_is_lucides_and_its_licence_lies_beside_it() -> None:
    foreign = [
        path.name
        for path in ICONS.glob("*.svg")
        if "@license lucide-static" not in path.read_text()
    ]

    assert foreign == ["govdesk.svg"]
    assert "ISC License" in (ICONS / "LICENSE.lucide").read_text()


def test_every_icon_the_code_asks_for_is_vendored(qapp: QApplication) -> None:
    asked = {
        name
        for path in (ROOT / "govdesk/desktop").rglob("*.py")
        for name in re.findall(r'\bicon\(\s*"([^"]+)"', path.read_text())
    }

    assert asked
    for name in sorted(asked):
        assert not theme.icon(name).isNull()
