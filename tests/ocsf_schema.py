"""The schema of OCSF as its authors publish it, which a package brings along: what is wrong with an
event."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema_rs
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from govdesk.domain.ocsf import VERSION
from govdesk.domain.ocsf_classes import CLASSES

Faults = Callable[[dict[str, Any]], list[str]]


@cache
def published(version: str = VERSION) -> dict[str, Any]:
    """All of it, as JSON."""
    found: dict[str, Any] = get_ocsf_schema(version)
    return found


@cache
def faults_by(version: str = VERSION) -> Faults:
    """A judge by one version of the schema; an event without fault gets an empty list."""
    schema = OcsfJsonSchemaEmbedded(published(version))
    names = {one.uid: one.name.lower().replace(" ", "_") for one in CLASSES}

    @cache
    def validator(uid: int, profiles: tuple[str, ...]) -> Any:
        return jsonschema_rs.validator_for(schema.get_class_schema(names[uid], list(profiles)))

    def judged(event: dict[str, Any]) -> list[str]:
        profiles = tuple(event["metadata"].get("profiles", ()))
        found = validator(event["class_uid"], profiles).iter_errors(event)
        return [f"{list(one.instance_path)}: {one.message[:200]}" for one in found]

    return judged
