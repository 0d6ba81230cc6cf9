"""What a person sees of the command line: sentences, JSON documents, exit codes."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govdesk import __version__
from govdesk.database.migrate import latest_revision
from tests.end_to_end.conftest import OWNER, PASSWORD, SECRET, Answer, Office, Program

REPORT = {
    "ok", "complete", "rows", "first_seq", "last_seq", "root", "filter", "redacted", "erased",
    "checkpoint", "not_judged", "faults",
}  # fmt: skip
COLUMNS = {
    "tenant_id", "tenant_path", "seq", "at", "occurred_at", "severity", "action", "actor",
    "on_behalf_of", "entity_type", "entity_id", "system_id", "summary", "diff", "reason",
    "request_id", "session_id", "ip", "salts", "leaf", "leaf_hash",
}  # fmt: skip
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def one_line(answer: Answer) -> str:
    """The one sentence on standard error; standard output is empty."""
    assert answer.out == ""
    lines = answer.err.strip().splitlines()
    assert len(lines) == 1, answer.err
    return lines[0]


# Servers and tenants


def test_a_server_is_made_once_and_says_what_it_is(
    init: Program, fresh_url: Callable[[], str]
) -> None:
    url = fresh_url()
    first = init("server", "init", "--admin-url", url, "--json")
    assert first.code == 0
    assert first.document["revision"] == latest_revision()
    assert first.document["revision_before"] is None
    assert first.document["changed"] is True
    again = init("server", "init", "--admin-url", url, "--json")
    assert (again.code, again.document["changed"]) == (0, False)
    moved = init("server", "migrate", "--admin-url", url, "--json")
    assert (moved.code, moved.document["changed"]) == (0, False)
    status = init("server", "status", "--admin-url", url, "--json").document
    assert status["release"] == status["program"] == __version__
    assert (status["up_to_date"], status["demo_clock"], status["tenants"]) == (True, False, 0)


def test_status_of_a_database_without_govdesk_says_so_and_changes_nothing(
    init: Program, office: Office
) -> None:
    url = office.admin_url.rsplit("/", 1)[0] + "/postgres"
    answer = init("server", "status", "--admin-url", url, "--json")
    assert answer.code == 0
    assert answer.document["revision"] is None
    assert answer.document["up_to_date"] is False


def test_a_second_tenant_of_the_same_path_is_refused_with_a_sentence(
    init: Program, office: Office
) -> None:
    answer = init(
        "tenants", "create", "Office", "--owner", "x@y.example", "--admin-url", office.admin_url
    )
    assert answer.code == 2
    assert "exists already" in one_line(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tenants", "create", "???", "--owner", "x@y.example"], "path"),
        (["tenants", "create", "New", "--owner", "no address"], "e-mail address"),
        (["tenants", "create", "New", "--owner", "x@y.example", "--environment", "x"], "staging"),
        (["tenants", "create", "New", "--owner", "x@y.example", "--path", "a..b"], ""),
        (["tenants", "create", " ", "--owner", "x@y.example", "--path", "blank"], "characters"),
    ],
)
def test_a_tenant_that_cannot_be_is_bad_input(
    init: Program, office: Office, arguments: list[str], words: str
) -> None:
    answer = init(*arguments, "--admin-url", office.admin_url)
    assert answer.code == 2
    assert words in one_line(answer)


# Signing in


def test_a_session_is_started_listed_revoked_and_ended(stranger: Program, office: Office) -> None:
    person = stranger.given(GOVDESK_EMAIL=OWNER, GOVDESK_PASSWORD=PASSWORD)
    tokens = []
    for _ in range(2):
        started = person.given(GOVDESK_TOTP=office.fresh_code())("session", "start", "--json")
        assert started.code == 0, started.err
        assert set(started.document) == {"token", "expires_at", "tenant_path"}
        assert started.document["tenant_path"] == "office"
        assert RFC3339.fullmatch(started.document["expires_at"])
        tokens.append(started.document["token"])
    mine, other = (stranger.given(GOVDESK_SESSION=token) for token in tokens)
    listed = other("session", "list", "--json").document
    assert listed["next"] is None
    (current,) = [item for item in listed["items"] if item["current"]]
    assert current["email"] == OWNER
    assert all(RFC3339.fullmatch(current[k]) for k in ("created_at", "seen_at", "expires_at"))
    revoked = mine("session", "revoke", current["id"], "--json")
    assert revoked.code == 0
    assert revoked.document["changed"] is True
    assert revoked.document["id"] == current["id"]
    refused = other("audit", "list")
    assert refused.code == 3
    assert one_line(refused) == "govdesk: This session has ended. Sign in again."
    ended = mine("session", "end", "--json")
    assert (ended.code, ended.document["changed"]) == (0, True)
    assert mine("session", "end", "--json").document["changed"] is False


def test_wrong_password_wrong_code_and_unknown_address_get_the_same_words(
    stranger: Program,
) -> None:
    answers = {
        (a.code, a.out, a.err)
        for email, word in (
            (OWNER, "wrong password"),
            (OWNER, PASSWORD),
            ("nobody@office.example", PASSWORD),
            ("nobody@nowhere.example", PASSWORD),
        )
        for a in [
            stranger.given(GOVDESK_EMAIL=email, GOVDESK_PASSWORD=word, GOVDESK_TOTP="000000")(
                "session", "start", "--json"
            )
        ]
    }
    assert len(answers) == 1
    ((code, out, err),) = answers
    assert (code, out) == (4, "")
    assert err.startswith("govdesk: The address, the password or the code is not right.")


def test_a_used_setup_code_is_refused(stranger: Program) -> None:
    answer = stranger.given(
        GOVDESK_SETUP_CODE="used long ago", GOVDESK_PASSWORD=PASSWORD, GOVDESK_TOTP_SECRET="ABCD"
    )("mfa", "enrol")
    assert answer.code == 4
    assert "set-up code" in one_line(answer)


def test_a_setup_code_is_not_used_up_by_what_is_refused(init: Program, office: Office) -> None:
    made = init(
        "tenants", "create", "Second", "--owner", "second@example.com",
        "--admin-url", office.admin_url, "--json",
    )  # fmt: skip
    person = init.given(
        GOVDESK_DATABASE_URL=office.app_url,
        GOVDESK_SETUP_CODE=made.document["setup_code"],
        GOVDESK_PASSWORD=PASSWORD,
    )
    refused = person("mfa", "enrol")
    assert refused.code == 2
    assert "GOVDESK_TOTP_SECRET" in one_line(refused)
    enrolled = person.given(GOVDESK_TOTP_SECRET=SECRET)("mfa", "enrol", "--json")
    assert enrolled.code == 0, enrolled.err
    left = datetime.fromisoformat(enrolled.document["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=11) < left < timedelta(hours=13)


@pytest.mark.parametrize("name", ["GOVDESK_EMAIL", "GOVDESK_PASSWORD", "GOVDESK_TOTP"])
def test_without_a_terminal_what_is_missing_is_named(stranger: Program, name: str) -> None:
    given = {"GOVDESK_EMAIL": OWNER, "GOVDESK_PASSWORD": PASSWORD, "GOVDESK_TOTP": "000000"}
    del given[name]
    answer = stranger.given(**given)("session", "start")
    assert answer.code == 2
    assert name in one_line(answer)


# Trouble with the server


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.mark.parametrize(
    "arguments", [["audit", "list"], ["audit", "verify", "--json"], ["doctor"], ["session", "list"]]
)
def test_a_server_that_is_down_is_exit_3_and_one_line(
    govdesk: Program, arguments: list[str]
) -> None:
    url = f"postgresql://govdesk_app:x@127.0.0.1:{closed_port()}/govdesk"
    answer = govdesk.given(GOVDESK_DATABASE_URL=url)(*arguments)
    assert answer.code == 3
    assert one_line(answer).startswith("govdesk: The database cannot be reached: ")


@pytest.mark.parametrize(
    "url", ["postgresql://govdesk_app:wrong@{}", "not a url", "postgresql://[::bad/x"]
)
def test_an_address_that_does_not_work_is_one_line(
    govdesk: Program, office: Office, url: str
) -> None:
    url = url.format(office.app_url.rpartition("@")[2])
    answer = govdesk.given(GOVDESK_DATABASE_URL=url)("audit", "list")
    assert answer.code in (2, 3)
    one_line(answer)


def test_without_a_database_url_the_variable_is_named(bare: Program) -> None:
    answer = bare("audit", "list")
    assert answer.code == 2
    assert "GOVDESK_DATABASE_URL" in one_line(answer)


@pytest.mark.parametrize("verb", ["init", "migrate", "status"])
def test_an_administrators_command_without_a_server_is_exit_3(init: Program, verb: str) -> None:
    url = f"postgresql://postgres:x@127.0.0.1:{closed_port()}/govdesk"
    answer = init("server", verb, "--admin-url", url)
    assert answer.code == 3
    one_line(answer)


def test_a_database_without_govdesk_names_the_command_that_makes_one(
    govdesk: Program, office: Office
) -> None:
    url = office.admin_url.rsplit("/", 1)[0] + "/postgres"
    answer = govdesk.given(GOVDESK_DATABASE_URL=url)("audit", "list")
    assert answer.code == 3
    assert "govdesk server migrate" in one_line(answer)


# Usage


@pytest.mark.parametrize(
    "arguments",
    [
        ["moon"],
        ["audit", "moon"],
        ["audit", "list", "--moon"],
        ["audit", "list", "--limit", "0"],
        ["audit", "list", "--limit", "many"],
        ["audit", "export"],
        ["audit", "export", "--output", "f", "--format", "xml"],
        ["audit", "export", "--output", "f", "--redact", "seq"],
        ["audit", "export", "--output", "f.csv", "--format", "csv", "--redact", "actor"],
        ["audit", "list", "--time-zone", "Moon/Base", "--query", "at:2026"],
        ["audit", "list", "--time-zone", "../../etc/passwd", "--query", "at:2026"],
        ["verify", "no such file.jsonl"],
        ["verify", "README.md"],
        ["session", "revoke", "not-a-uuid"],
    ],
)
def test_wrong_usage_is_exit_2_and_says_what(
    inside: Callable[..., Answer], arguments: list[str]
) -> None:
    answer = inside(*arguments)
    assert answer.code == 2, answer.err
    assert answer.out == ""
    assert answer.err.startswith("govdesk: ")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("severity:loud", "loud"),
        ("moon:full", "moon"),
        ("actor:a at:2026-13", "2026-13"),
        ("is:lost", "lost"),
        ("ip:10.0.0.300", "10.0.0.300"),
        ("José severity:loud", "loud"),
    ],
)
def test_a_filter_that_does_not_parse_points_at_the_place(
    inside: Callable[..., Answer], query: str, place: str
) -> None:
    answer = inside("audit", "list", "--query", query)
    assert (answer.code, answer.out) == (2, "")
    _, shown, marks = answer.err.rstrip("\n").split("\n")
    begin = marks.index("^")
    assert place in shown[begin : begin + len(shown)]
    assert shown[begin:].startswith(place[0])


# Reading


def test_events_are_listed_newest_first_page_by_page(inside: Callable[..., Answer]) -> None:
    govdesk = inside
    first = govdesk("audit", "list", "--limit", "3", "--json").document
    assert set(first) == {"items", "next"}
    seqs = [item["seq"] for item in first["items"]]
    assert seqs == sorted(seqs, reverse=True)
    assert first["next"] == seqs[-1]
    second = govdesk("audit", "list", "--limit", "3", "--before", str(first["next"]), "--json")
    assert [item["seq"] for item in second.document["items"]] == [seqs[-1] - n for n in (1, 2, 3)]
    item = first["items"][0]
    assert COLUMNS - {"salts", "leaf"} <= set(item)
    assert RFC3339.fullmatch(item["at"])


def test_a_filter_that_matches_nothing_is_an_empty_list_not_an_error(govdesk: Program) -> None:
    answer = govdesk("audit", "list", "--query", "actor:nobody", "--json")
    assert (answer.code, answer.document) == (0, {"items": [], "next": None})


def test_the_live_log_verifies_with_the_report_of_the_contract(govdesk: Program) -> None:
    answer = govdesk("audit", "verify", "--json", "--processes", "2")
    assert answer.code == 0
    report = answer.document
    assert set(report) == REPORT
    assert (report["ok"], report["complete"], report["faults"]) == (True, True, [])
    assert report["rows"] == report["last_seq"]
    assert report["first_seq"] == 1
    assert report["checkpoint"] is None
    assert report["not_judged"]


def test_doctor_judges_five_things(govdesk: Program) -> None:
    answer = govdesk("doctor", "--json")
    assert answer.code == 0, answer.out
    assert len(answer.document["items"]) >= 5
    assert {item["name"] for item in answer.document["items"]} >= {
        "server", "schema", "roles", "closed doors", "clock",
    }  # fmt: skip


# Corrupt files


def corpus(whole: bytes) -> dict[str, bytes]:
    """Files that are no export, or no longer one."""
    lines = whole.splitlines(keepends=True)
    first = json.loads(lines[0])
    deep = b'{"seq":1,"diff":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"

    def with_first(**changes: object) -> bytes:
        return json.dumps(first | changes).encode() + b"\n" + b"".join(lines[1:])

    return {
        "empty": b"",
        "newline": b"\n",
        "text": b"hello\n",
        "null": b"null\n",
        "array": b"[1, 2]\n",
        "number": b"7\n",
        "nan": b'{"seq": NaN}\n',
        "latin1": "é\n".encode("latin-1"),
        "utf16": "hello".encode("utf-16"),
        "nul bytes": b"\0" * 5000,
        "random": bytes(range(256)) * 40,
        "bom": b"\xef\xbb\xbf" + whole,
        "crlf": whole.replace(b"\n", b"\r\n"),
        "cut": whole[: len(whole) // 2],
        "no last newline": whole[:-1],
        "deep": deep,
        "long line": b'{"seq":1,"summary":"' + b"x" * 5_000_000 + b'"}\n',
        "huge number": b'{"seq":' + b"9" * 5000 + b"}\n",
        "twice": whole + whole,
        "reversed": b"".join(reversed(lines)),
        "line lost": b"".join(lines[:1] + lines[2:]),
        "lone surrogate": with_first(summary="\ud800"),
        "seq text": with_first(seq="1"),
        "seq true": with_first(seq=True),
        "seq negative": with_first(seq=-1),
        "salts list": with_first(salts=[]),
        "salt short": with_first(salts={"actor": "ab"}),
        "leaf number": with_first(leaf=1),
        "leaf json": with_first(leaf="{}"),
        "leaf deep": with_first(leaf="[" * 100_000),
        "hash short": with_first(leaf_hash="ab"),
        "at odd": with_first(at="yesterday"),
        "diff text": with_first(diff="x"),
        "diff float": with_first(diff={"a": 1.5}),
        "actor object": with_first(actor={}),
        "tenant": with_first(tenant_id="x"),
        "key twice": whole[:1] + b'"seq":1,' + whole[1:],
        "csv": b"seq,at\n1,2\n",
    }


_READABLE = {"crlf", "no last newline"}
"""Not what was exported, as the manifest says, but every event in it is whole."""


@pytest.fixture(scope="module")
def small_export(bare: Program, office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("small") / "small.jsonl"
    run = bare.given(GOVDESK_DATABASE_URL=office.app_url, GOVDESK_SESSION=office.token)
    answer = run("audit", "export", "--output", str(target), "--to", "30")
    assert answer.code == 0, answer.err
    return target


def test_no_corrupt_file_verifies_and_none_is_a_traceback(
    inside: Callable[..., Answer], small_export: Path, tmp_path: Path
) -> None:
    whole = small_export.read_bytes()
    manifest = Path(str(small_export) + ".manifest").read_bytes()
    wrong = []
    cases = corpus(whole)
    for name, content in cases.items():
        for with_manifest in (True, False):
            target = tmp_path / f"{name}-{with_manifest}.jsonl"
            target.write_bytes(content)
            if with_manifest:
                Path(str(target) + ".manifest").write_bytes(manifest)
            answer = inside("verify", str(target), "--json")
            harmless = name in _READABLE and not with_manifest
            if answer.code not in (1, 3) and not harmless:
                wrong.append((name, with_manifest, answer))
            if answer.out and answer.document["ok"] is True and not harmless:
                wrong.append((name, with_manifest, answer))
    assert wrong == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format":"other"}', b'{"v": 99}']
)
def test_a_corrupt_manifest_is_a_fault_never_a_traceback(
    inside: Callable[..., Answer], small_export: Path, tmp_path: Path, content: bytes
) -> None:
    target = tmp_path / "copy.jsonl"
    target.write_bytes(small_export.read_bytes())
    Path(str(target) + ".manifest").write_bytes(content)
    answer = inside("verify", str(target), "--json")
    assert answer.code == 1
    assert "manifest" in [fault["kind"] for fault in answer.document["faults"]]


def test_a_folder_given_to_verify_is_one_line(bare: Program, tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    answer = bare("verify", str(tmp_path / "folder.jsonl"))
    assert answer.code in (2, 3)
    one_line(answer)
