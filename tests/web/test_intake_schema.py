"""What ``/openapi.json`` says is what the intake does: schemathesis finds no difference."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from govdesk.web import intake_openapi
from govdesk.web.intake_events import read
from govdesk.web.intake_models import Event
from govdesk.web.intake_problems import KIND
from tests.people import Cast
from tests.strictness import ExpectLog
from tests.web.sending import EVENT, office

_SECONDS = 20
_EXAMPLES = 60


def test_a_program_that_tries_everything_finds_no_difference(
    cast: Cast, tmp_path: Path, expected_log: ExpectLog
) -> None:
    # It begins with what is no HTTP at all.
    expected_log("Invalid HTTP request received")
    with office(cast, tmp_path) as desk:
        process = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "run",
                f"{desk.sender.visitor.url}/openapi.json",
                "--header", f"Authorization: Bearer {desk.sender.raw}",
                "--checks", "all", "--mode", "all", "--max-examples", str(_EXAMPLES),
                "--generation-database", "none", "--seed", "5", "--no-color",
                "--suppress-health-check", "all", "--phases", "examples,coverage,fuzzing",
                "--max-time", str(_SECONDS),
            ],
            capture_output=True, text=True, timeout=180, cwd=tmp_path,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        assert desk.sender.send(EVENT).status == 201
    assert process.returncode == 0, process.stdout[-6000:] + process.stderr[-2000:]


def test_the_document_needs_no_key_and_names_this_address(cast: Cast, tmp_path: Path) -> None:
    with office(cast, tmp_path) as desk:
        answer = desk.sender.visitor.get("/openapi.json")
        said = json.loads(answer.text)
    assert answer.headers["content-type"] == "application/json"
    assert said["servers"] == [{"url": desk.sender.visitor.url}]
    assert said["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert said["security"] == [{"key": []}]


def test_every_answer_is_described() -> None:
    said = intake_openapi.document("https://gov.example.com")["paths"]["/v1/events"]["post"]
    described = {int(status) for status in said["responses"]}
    assert described == {201, 400, 401, 403, 408, 409, 413, 415, 422, 429, 503}
    for status, response in said["responses"].items():
        assert set(response["content"]) == {"application/json" if status == "201" else KIND}


def test_every_member_of_an_event_is_described() -> None:
    schemas = intake_openapi.document("https://gov.example.com")["components"]["schemas"]
    assert set(schemas["Event"]["properties"]) == set(Event.model_fields)
    assert schemas["Event"]["additionalProperties"] is False
    assert all(one["description"] for one in schemas["Event"]["properties"].values())


def test_the_examples_are_events() -> None:
    said = intake_openapi.document("https://gov.example.com")["paths"]["/v1/events"]["post"]
    examples = said["requestBody"]["content"]["application/json"]["examples"]
    assert len(examples) == 3
    for example in examples.values():
        assert read(json.dumps(example["value"]).encode(), "answer")


def test_no_reference_leads_nowhere() -> None:
    document = intake_openapi.document("https://gov.example.com")
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    found = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert found <= set(schemas)
    assert found >= {"Event", "Accepted", "Problem", "Fault", "Value"}
