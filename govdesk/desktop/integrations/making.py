"""From what a kind declares to the field that a person sees."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from govdesk.desktop.integrations.fields import (
    Check,
    ChoiceField,
    LineField,
    ReferenceField,
    SettingField,
    TextField,
)
from govdesk.desktop.integrations.private import PrivateField
from govdesk.domain.integrations import Field


def made(one: Field, parent: QWidget) -> SettingField:
    """The field for one setting of a kind."""
    name = f"connection_{one.name}"
    check: Check = one.check or (lambda text: "")
    if one.column == "ref":
        return ReferenceField(
            name, one.title, one.help, example=one.example, required=one.required, check=check,
            parent=parent,
        )  # fmt: skip
    if one.column == "sealed":
        return PrivateField(
            name, one.title, one.help, required=one.required, check=check, parent=parent
        )
    if one.choices:
        return ChoiceField(name, one.title, one.help, dict(one.choices), check=check, parent=parent)
    kind = TextField if one.multiline else LineField
    return kind(
        name, one.title, one.help, required=one.required, check=check, example=one.example,
        parent=parent,
    )  # fmt: skip
