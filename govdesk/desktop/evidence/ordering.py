"""Export Bundle and Create snapshot: what is in it, what it will show, where it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMargins, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.editing.section import PageArea, button, button_row
from govdesk.desktop.evidence.effect import EffectPart
from govdesk.desktop.evidence.foot import Foot
from govdesk.desktop.evidence.kinds import REDACTIONS, Kind
from govdesk.desktop.evidence.leaving import Leaving
from govdesk.desktop.evidence.making import EvidenceMaker, Range, Wanted
from govdesk.desktop.evidence.passphrase import NewPassphrase
from govdesk.desktop.evidence.scope import ScopePart
from govdesk.desktop.exporting import ChooseFile
from govdesk.desktop.members.parts import note, say
from govdesk.desktop.timeline.layouts import chain, controls
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.jobs import Jobs
from govdesk.services.link import Link

_EXISTS = "There is a file of this name. Choose another one, or choose it below to replace it."
_NO_FOLDER = "There is no folder {}."
_LATER: Final = 12 * theme.GRID
"""Room for what is counted once the dialog is open."""
_LEAST: Final = 30 * theme.GRID
"""However small the screen: the field with the keyboard and its words stay in sight."""
_WIDTH: Final = 200 * theme.GRID
_AROUND: Final = QMargins(*4 * (theme.MARGIN,))
UNREADABLE: Final = "The filter cannot be read yet."
_NO_FILE = "Write a name, or choose a file."


@dataclass(frozen=True, slots=True)
class Ordering:
    """What every order dialog of a window needs."""

    link: Link
    jobs: Jobs
    maker: EvidenceMaker
    tenant_path: str
    names: tuple[str, ...]
    """Names that a passphrase must not be: the organization's, the person's."""
    zone: Callable[[], tzinfo]
    choose: ChooseFile


class OrderDialog(QDialog):
    """Starts the work as a job and closes. `wanted` is what it begins with.

    Whatever is wrong is said at its field; nothing typed is lost but by Cancel.
    """

    def __init__(
        self,
        kind: Kind,
        about: Ordering,
        parent: QWidget | None,
        *,
        wanted: Wanted | None = None,
    ):
        super().__init__(parent)
        self.kind, self._about = kind, about
        self._then = wanted.then if wanted else None
        self.range: Range | None = wanted.range if wanted else None
        self._replaces: Path | None = None
        self.setObjectName(f"{kind.name}_dialog")
        self.setWindowTitle(kind.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self._lay_out()
        self.scope.changed.connect(self._look)
        self._fill(wanted)
        (self.target if self.range else self.scope.field).setFocus()

    # Parts

    def _build(self) -> None:
        name, about = self.kind.name, self._about
        self.inner = QWidget()
        self.what = Words(self.kind.title, "section", parent=self.inner, wraps=True)
        self.purpose = Words(self.kind.purpose, "body", "text_secondary", self.inner, wraps=True)
        self.of_range = Words("", "strong", parent=self.inner, wraps=True)
        self.of_range.setObjectName(f"{name}_range")
        self.scope = ScopePart(name, about.zone(), self.inner)
        self.redactions = {
            field: self._redaction(field, words) for field, words in REDACTIONS.items()
        }
        self.foot = Foot(self)
        self.effect = EffectPart(name, about.link, about.jobs, self.foot)
        self.target = QLineEdit(self.foot)
        self.target.setObjectName(f"{name}_target")
        self.target.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.target_field = FormField("Save &as", self.target, "", self.foot)
        self.target.textEdited.connect(self.target_field.clear_error)
        self.choose = button(
            "C&hoose…", f"{name}_choose", self._choose_target, self.foot, icon="folder-open"
        )
        self.secret = NewPassphrase(name, about.names, self.inner)
        self.cancel = button("Cancel", f"{name}_cancel", self.reject, self.foot)
        self.go = button(self.kind.title, f"{name}_go", self.submit, self.foot, primary=True)
        self.go.setDefault(True)

    def _redaction(self, field: str, words: str) -> QCheckBox:
        made = QCheckBox(words, self.inner)
        made.setObjectName(f"{self.kind.name}_redact_{field}")
        made.setAccessibleName(f"Leave out of every event: {words.lower()}")
        made.toggled.connect(self._look)
        return made

    def _lay_out(self) -> None:
        self.redaction_words = Words(
            "Leave out of every event, provably", "body", parent=self.inner, wraps=True
        )
        self.flow = Flow(self.inner, 40 * theme.GRID)
        for box in self.redactions.values():
            self.flow.add(box)
        column = QVBoxLayout(self.inner)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self.what)
        for part in (self.purpose, self.of_range, self.scope, self.redaction_words, self.flow,
                     self.secret):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        self.area = PageArea(self.inner, f"{self.kind.name}_area", self)
        self.area.setMinimumHeight(_LEAST)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.foot)
        self._lay_out_foot()

    def _lay_out_foot(self) -> None:
        """What the file will show and where it goes are in sight before the button is pressed."""
        where = QHBoxLayout()
        where.setSpacing(theme.INSIDE)
        where.addWidget(self.target_field, 1)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, self.fontMetrics().height() + theme.GRID, 0, 0)
        beside.addWidget(self.choose)
        beside.addStretch(1)
        where.addLayout(beside)
        self.message = note(f"{self.kind.name}_message", self.foot, "state_attention")
        self.foot.column.addWidget(self.effect)
        self.foot.column.addLayout(where)
        self.foot.column.addWidget(self.message)
        self.foot.column.addLayout(button_row(self.cancel, self.go))
        Leaving(self, self.cancel, self._warn)

    def _warn(self, sentence: str) -> None:
        say(self.message, sentence)
        announce(self, sentence)

    def _fill(self, wanted: Wanted | None) -> None:
        self.secret.setVisible(self.kind.has_passphrase)
        is_free = self.range is None
        for part in (self.scope, self.redaction_words, self.flow):
            part.setVisible(is_free)
        self.of_range.setVisible(not is_free)
        if self.range is not None:
            self.of_range.setText(self.range.words)
        for field in wanted.redact if wanted else ():
            self.redactions[field].setChecked(True)
        target = wanted.target if wanted and wanted.target.name else None
        self.target.setText(str(target or self._proposed(wanted.query if wanted else "")))
        self.scope.set_text(wanted.query if wanted else "")
        room = self.screen().availableSize().shrunkBy(_AROUND)
        width = min(_WIDTH, room.width())
        needed = sum(_height(part, width) for part in (self.inner, self.foot)) + _LATER
        self.resize(width, min(needed, room.height()))
        chain([*controls(self.inner), *controls(self.foot)])

    def _proposed(self, query: str) -> Path:
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        part = "-filtered" if query else ""
        name = f"{self._about.tenant_path.replace('.', '-')}{part}{self.kind.suffix}"
        return Path(QStandardPaths.writableLocation(documents) or Path.home()) / name

    # What it will show

    def wanted(self) -> Wanted:
        """What is chosen now."""
        found = None if self.range else self.scope.filter
        return Wanted(
            kind=self.kind,
            target=self._path(),
            query="" if self.range else self.scope.text,
            filter=found if found is not None and found.terms else None,
            redact=frozenset(field for field, box in self.redactions.items() if box.isChecked()),
            range=self.range,
            force=self._path() == self._replaces,
            then=self._then,
        )

    def _path(self) -> Path:
        path = Path(self.target.text().strip()).expanduser()
        return (
            path if path.suffix or not path.name else path.with_name(path.name + self.kind.suffix)
        )

    @Slot()
    def _look(self) -> None:
        if self.range is None and self.scope.filter is None:
            self.effect.stop()
            self.effect.say(UNREADABLE)
            return
        self.effect.look(self.wanted())

    @property
    def is_settled(self) -> bool:
        """Whether what it will show is counted."""
        return self.scope.is_settled and self.effect.is_settled

    # Where it goes

    @Slot()
    def _choose_target(self) -> None:
        kinds = self.kind.files
        chosen = self._about.choose(self, self.kind.title, str(self._path()), kinds)
        if chosen:
            self.target.setText(chosen)
            # The platform's dialog has asked whether to replace it.
            self._replaces = self._path()
            self.target.setText(str(self._replaces))
            self.target_field.clear_error()

    def _target_fault(self) -> str:
        path = self._path()
        if not path.name:
            return _NO_FILE
        if not path.parent.is_dir():
            return _NO_FOLDER.format(path.parent)
        if path.is_dir():
            return f"{path} is a folder. {_NO_FILE}"
        return _EXISTS if path.exists() and path != self._replaces else ""

    # Writing

    @Slot()
    def submit(self) -> None:
        """Start, or go to the first thing that is wrong."""
        if self.range is None and not self.scope.judge():
            self.area.ensureWidgetVisible(self.scope)
            return
        if self.kind.has_passphrase and not self.secret.judge():
            self.area.ensureWidgetVisible(self.secret)
            return
        if fault := self._target_fault():
            self.target_field.set_error(fault)
            self.target.setFocus()
            return
        secret = self.secret.secret if self.kind.has_passphrase else ""
        self._about.maker.start(self.wanted(), secret)
        self.accept()

    def done(self, result: int) -> None:
        """Forget the passphrase, and what was being counted."""
        self.effect.stop()
        self.secret.forget()
        super().done(result)


def _height(part: QWidget, width: int) -> int:
    """What a part of the dialog needs at this width."""
    layout = part.layout()
    return layout.totalHeightForWidth(width) if layout is not None else 0
