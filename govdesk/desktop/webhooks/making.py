"""From what a kind of receiver declares to the field that a person sees."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from govdesk.desktop.integrations.fields import (
    ChoiceField,
    LineField,
    ReferenceField,
    SettingField,
)
from govdesk.desktop.webhooks.certificate_field import CertificateField
from govdesk.domain import webhooks
from govdesk.domain.webhooks import Field
from govdesk.jobs import Jobs


def made(one: Field, jobs: Jobs, parent: QWidget) -> SettingField:
    """The field for one setting of a kind."""
    name = f"webhook_{one.name}"

    def check(text: str) -> str:
        return webhooks.check_field(one, text) or ""

    if one.name == "ca":
        return CertificateField(name, one.title, one.help, jobs, check=check, parent=parent)
    if one.column == "ref":
        return ReferenceField(
            name, one.title, one.help, example=one.example, required=one.required, check=check,
            parent=parent,
        )  # fmt: skip
    if one.choices:
        return ChoiceField(name, one.title, one.help, dict(one.choices), check=check, parent=parent)
    return LineField(
        name, one.title, one.help, required=one.required, check=check, example=one.example,
        parent=parent,
    )  # fmt: skip
