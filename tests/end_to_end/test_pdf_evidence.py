"""Signed PDFs, where loose files are from, and the tamper drill, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import OWNER, Answer, Office, Program
from tests.pdfa import faults
from tests.printed import Printed
from tests.sealed_pdfs import issued
from tests.unit.services.test_signing_identity import WORD, p12

Inside = Callable[..., Answer]


@pytest.fixture
def own(govdesk: Program, tmp_path: Path) -> Program:
    """The program with private folders of its own."""
    return govdesk.given(
        XDG_CONFIG_HOME=str(tmp_path / "config"), XDG_STATE_HOME=str(tmp_path / "state")
    )


def exported(program: Program, target: Path, *more: str) -> Answer:
    form = target.suffix.removeprefix(".")
    answer = program("audit", "export", "--output", str(target), "--format", form, "--json", *more)
    assert answer.code == 0, answer.err
    return answer


def test_a_printed_log_is_signed_archival_and_verifies(own: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    exported(own, target, "--to", "120")
    assert faults(target) == []
    answer = own("verify", str(target), "--json")
    assert (answer.document["faults"], answer.document["rows"]) == ([], 120)
    assert answer.code in (0, 3)
    said = own("verify", str(target)).out
    assert "integrity, not identity" in said
    assert "the pages: they are derived" in said
    [kept] = (tmp_path / "config" / "govdesk" / "signing").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_an_organization_signs_with_its_own_certificate(own: Program, tmp_path: Path) -> None:
    (tmp_path / "sign.p12").write_bytes(p12(issued()))
    target = tmp_path / "log.pdf"
    program = own.given(SIGN_WORD=WORD)
    with_it = ("--sign-with", str(tmp_path / "sign.p12"), "--sign-password", "env://SIGN_WORD")
    exported(program, target, "--to", "9", *with_it)
    assert faults(target) == []
    assert "By Meridian Bank Compliance" in " ".join(Printed(target).texts[0].split())
    assert "Issuing CA vouches for this name" in own("verify", str(target)).out
    assert not (tmp_path / "config" / "govdesk" / "signing").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--sign-with", "nowhere.pem"), "cannot be read"),
        (("--sign-with", "env://NOT_SET"), "is not set here"),
        (("--sign-with", "s3://bucket/key"), "not a reference"),
        (("--sign-password", "env://X"), "--sign-with"),
    ],
)
def test_what_cannot_sign_leaves_no_file_and_no_event(
    own: Program, inside: Inside, tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    query = ("audit", "list", "--query", "action:audit.exported", "--limit", "1", "--json")
    before = inside(*query).document["items"]
    answer = own("audit", "export", "--output", str(tmp_path / "x.pdf"), "--format", "pdf", *more)
    assert answer.code in (2, 3)
    assert words in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert not (tmp_path / "x.pdf").exists()
    assert inside(*query).document["items"] == before


def test_a_changed_and_a_cut_document_are_faults(own: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    exported(own, target, "--to", "9")
    whole = target.read_bytes()
    for data in (whole[:-1], whole.replace(b"FlateDecode", b"FlateDecade", 1), whole + b"\n"):
        target.write_bytes(data)
        answer = own("verify", str(target), "--json")
        assert (answer.code, answer.document["ok"]) == (1, False)
        assert [fault["kind"] for fault in answer.document["faults"]] == ["signature"]


def test_where_a_loose_file_is_from(own: Program, tmp_path: Path) -> None:
    table, log = tmp_path / "table.csv", tmp_path / "log.pdf"
    first = exported(own, table, "--query", "seq:3..42")
    second = exported(own, log, "--from", "5", "--to", "60", "--redact", "ip")
    answer = own("audit", "provenance", str(table), "--json")
    assert (answer.code, answer.document["found"]) == (0, True)
    [origin] = answer.document["origins"]
    assert origin["seq"] == first.document["seq"]
    assert (origin["format"], origin["rows"], origin["filter"]) == ("csv", 40, "seq:3..42")
    assert origin["actor"].endswith(OWNER)
    [origin] = own("audit", "provenance", str(log), "--json").document["origins"]
    assert origin["seq"] == second.document["seq"]
    assert (origin["first"], origin["last"], origin["redacted"]) == (5, 60, ["ip"])
    assert len(origin["certificate"]) == 64


def test_a_table_that_a_spreadsheet_saved_again_is_recognized(own: Program, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    exported(own, table, "--query", "seq:1..25")
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n"))
    answer = own("audit", "provenance", str(table))
    assert answer.code == 0
    assert f"Made by {OWNER}" in answer.out
    assert "saved again" in answer.out


def test_the_events_taken_out_of_a_document_are_known_too(own: Program, tmp_path: Path) -> None:
    log = tmp_path / "log.pdf"
    # A range of its own: whoever exports the same events gets the same bytes, and is an origin too.
    done = exported(own, log, "--from", "7", "--to", "33")
    loose = tmp_path / "loose.jsonl"
    document = Printed(log)  # pikepdf's parts do not keep their document alive
    loose.write_bytes(document.pdf.attachments["events.jsonl"].get_file().read_bytes())
    [origin] = own("audit", "provenance", str(loose), "--json").document["origins"]
    assert (origin["seq"], origin["format"]) == (done.document["seq"], "pdf")


def test_a_bundle_and_the_table_taken_out_of_it_are_known(own: Program, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    made = own(
        "bundles", "create", "--unsigned", "--wait", "0", "--json", "--output", str(target),
        "--from", "1", "--to", "50",
    )  # fmt: skip
    assert made.code == 0, made.err
    answer = own("audit", "provenance", str(target), "--json")
    assert (answer.code, answer.document["found"]) == (0, True)
    assert answer.document["origins"][-1]["action"] == "audit.bundle_created"
    assert answer.document["matched"] == "the file as it is"


def test_a_file_that_nobody_vouches_for(own: Program, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    exported(own, table, "--query", "seq:1..25")
    table.write_bytes(table.read_bytes().replace(b"info", b"high", 1))
    answer = own("audit", "provenance", str(table), "--json")
    assert (answer.code, answer.document["found"], answer.document["origins"]) == (3, False, [])
    assert "nothing vouches for it" in own("audit", "provenance", str(table)).out
    assert own("audit", "provenance", str(tmp_path / "nowhere")).code == 2


def test_the_drill_finds_everything_and_leaves_the_log_alone(
    own: Program, office: Office, tmp_path: Path
) -> None:
    count = "SELECT count(*), sum(hashtext(l::text)) FROM govdesk.audit_log l WHERE seq <= 5000"
    before = office.admin(count)
    answer = own("audit", "drill", "--events", "60", "--json")
    assert answer.code == 0, answer.err
    said = answer.document
    assert (said["ok"], said["events"], said["tried"]) == (True, 60, said["found"])
    assert said["tried"] > 500
    assert {cell["by"] for cell in said["cells"]} == {
        "the log itself", "a checkpoint", "a pinned key", "not tried",
    }  # fmt: skip
    assert office.admin(count) == before


def test_the_drill_prints_its_matrix(own: Program, tmp_path: Path) -> None:
    target = tmp_path / "drill.pdf"
    answer = own("audit", "drill", "--events", "30", "--output", str(target))
    assert answer.code == 0, answer.err
    assert answer.out.startswith("All ")
    assert "tamperings were found" in answer.out
    assert faults(target) == []
    text = " ".join(Printed(target).texts[0].split())
    assert "only with a checkpoint" in text
    again = own("audit", "drill", "--events", "30", "--output", str(target))
    assert (again.code, "exists already" in again.err) == (2, True)
    table = tmp_path / "drill.csv"
    assert own("audit", "drill", "--events", "30", "--output", str(table)).code == 0
    lines = table.read_text().splitlines()
    assert lines[0] == "operator,column,tried,found,by,kinds,example"
    assert len(lines) == 1 + 9 * 21


def test_a_password_reference_is_no_password(own: Program, tmp_path: Path) -> None:
    (tmp_path / "sign.p12").write_bytes(p12(issued()))
    refused = own(
        "audit", "export", "--output", str(tmp_path / "x.pdf"), "--format", "pdf",
        "--sign-with", str(tmp_path / "sign.p12"), "--sign-password", WORD, "--json",
    )  # fmt: skip
    assert refused.code == 2
    assert WORD not in refused.err + refused.out
