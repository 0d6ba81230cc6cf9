"""`govdesk checkpoints` answers as the contract says, and looks after the key where a worker is."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from govdesk.cli.program import run
from govdesk.database.demo import Person
from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.tlog import InclusionProof
from tests.end_to_end.conftest import Answer
from tests.evidences import fill, leaves
from tests.people import ADA, BEA, BETA, MEI, Cast
from tests.strictness import ExpectLog
from tests.worker.signing.workers import Signing

As = Callable[..., Answer]
CHANGE = {"id", "changed", "seq", "decision"}
WHY = ("--reason", "The disk is gone.")


@pytest.fixture
def signing(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    """A log that was signed, and the environment of the machine where its worker is."""
    fill(cast, 300)
    made = Signing(cast, tmp_path / "keys")
    made.look()
    monkeypatch.setenv("GOVDESK_CHECKPOINT_KEY", str(made.key))
    monkeypatch.setenv("GOVDESK_WORKER_URL", cast.database.worker_url)
    return made


@pytest.fixture
def person(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> As:
    """Run a command as one of the cast, on a computer that has not seen this log before."""
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "computer" / kind.lower()))
    tokens: dict[str, str] = {}
    monkeypatch.setenv("GOVDESK_DATABASE_URL", cast.database.app_url)

    def command(who: Person, *arguments: str) -> Answer:
        if who.email not in tokens:
            tokens[who.email] = cast.sign_in(who).token
        monkeypatch.setenv("GOVDESK_SESSION", tokens[who.email])
        code = run(["checkpoints", *arguments])
        out, err = capsys.readouterr()
        return Answer(code, out, err).without_traceback()

    return command


def test_every_member_lists_exports_and_proves_her_own_log(
    signing: Signing, person: As, cast: Cast, tmp_path: Path
) -> None:
    fill(cast, 5)
    signing.look()
    sizes = signing.sizes()
    first = person(MEI, "list", "--limit", "1", "--json").document
    assert ([row["size"] for row in first["items"]], first["next"]) == ([sizes[1]], sizes[1])
    rest = person(MEI, "list", "--before", str(first["next"]), "--json").document
    assert ([row["size"] for row in rest["items"]], rest["next"]) == ([sizes[0]], None)
    assert rest["items"][0].keys() == {"size", "root", "created_at", "keys", "note"}
    (key,) = person(MEI, "keys", "--json").document["items"]
    vkey = VerifierKey.parse(key["vkey"])
    assert (vkey, key["fingerprint"]) == (signing.vkey(), signing.vkey().fingerprint)
    files = person(MEI, "export", "--output", str(tmp_path / "out"), "--all", "--json").document
    notes = [SignedCheckpoint.parse(Path(name).read_bytes()) for name in files["items"]]
    assert [one.tree.size for one in notes] == sizes[::-1]
    proved = person(MEI, "proof", "42", "--json").document
    proof = InclusionProof.parse(proved["proof"])
    assert proof.verify(leaves(cast)[41], [vkey]) == (vkey,)
    assert [row["size"] for row in person(BEA, "list", "--json").document["items"]] == (
        signing.sizes(BETA)
    )


def test_a_proof_goes_to_a_file_that_is_not_replaced_unasked(
    signing: Signing, person: As, tmp_path: Path
) -> None:
    target = tmp_path / "42.tlog-proof"
    printed = person(MEI, "proof", "42")
    made = person(MEI, "proof", "42", "--output", str(target))
    assert (made.code, made.out.strip()) == (0, str(target))
    assert target.read_text().rstrip("\n") == printed.out.rstrip("\n")
    assert printed.out.startswith("c2sp.org/tlog-proof@v1\nindex 41\n")
    again = person(MEI, "proof", "43", "--output", str(target))
    assert (again.code, "--force" in again.err) == (2, True)
    assert target.read_text().splitlines()[1] == "index 41"
    assert person(MEI, "proof", "43", "--output", str(target), "--force").code == 0
    assert [path.name for path in tmp_path.glob("*.tlog-proof*")] == ["42.tlog-proof"]


def test_signing_on_demand_needs_a_worker_and_says_so(signing: Signing, person: As) -> None:
    nobody = person(ADA, "sign", "--wait", "1")
    assert (nobody.code, nobody.out) == (3, "")
    assert "No worker is alive, and only a worker can sign. Start one" in nobody.err
    unknown = person(MEI, "sign", "--wait", "1")
    assert (unknown.code, unknown.out) == (3, "")
    assert "No checkpoint came in 1 s. Make sure that a worker runs" in unknown.err
    signing.seconds = 3600
    with signing.worker():
        signed = person(MEI, "sign", "--json").document
    assert signed.keys() >= CHANGE
    found = SignedCheckpoint.parse(signed["note"])
    assert found.verified_by([signing.vkey()])
    assert (signed["id"], signed["root"]) == (found.tree.size, found.tree.root.hex())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("proof", "0"), "numbered from 1"),
        (("proof", "900000"), "No checkpoint covers event 900,000 yet"),
        (("proof", "x"), "should be a valid integer"),
        (("list", "--limit", "0"), "greater than or equal to 1"),
        (("rotate-key", "--days", "0"), "greater than or equal to 1"),
        (("replace-key", "--reason", "x"), "3 characters"),
        (("export",), "--output"),
    ],
)
def test_bad_input_is_one_line(
    signing: Signing, person: As, arguments: tuple[str, ...], says: str
) -> None:
    # The computer has its own word to say when it sees a log for the first time.
    person(MEI, "list")
    answer = person(MEI, *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_a_key_is_rotated_with_an_overlap(signing: Signing, person: As, cast: Cast) -> None:
    old = signing.vkey()
    made = person(MEI, "rotate-key", "--days", "7", "--json").document
    new = signing.vkey()
    assert (made["fingerprint"], made["path"]) == (new.fingerprint, str(signing.key))
    fill(cast, 2)
    signing.look()
    note = cast.one("SELECT note FROM govdesk.audit_checkpoint ORDER BY size DESC LIMIT 1")
    assert set(SignedCheckpoint.parse(note).verified_by([old, new])) == {old, new}
    again = person(MEI, "rotate-key")
    assert (again.code, "one overlap at a time" in again.err) == (3, True)
    assert signing.vkey() == new


def test_a_lost_key_is_replaced_with_a_reason_in_every_log(
    signing: Signing, person: As, cast: Cast, expected_log: ExpectLog
) -> None:
    old = signing.vkey()
    signing.key.unlink()
    fill(cast, 1)
    expected_log("The key that signs checkpoints is missing")
    signing.look()
    before = cast.last_seq(), cast.last_seq(BETA)
    made = person(MEI, "replace-key", *WHY, "--json").document
    assert made["tenant_paths"] == ["acme", "beta"]
    assert made["fingerprint"] == signing.vkey().fingerprint != old.fingerprint
    assert stat.S_IMODE(signing.key.stat().st_mode) == 0o600
    for path, seq in zip(("acme", "beta"), before, strict=True):
        rows = [row for row in cast.rows(seq, path) if row["actor"].startswith("worker:")]
        assert [row["action"] for row in rows] == [
            "checkpoint_key.announced",
            "checkpoint_key.retired",
        ]
        assert {row["reason"] for row in rows} == {"The disk is gone."}
    signing.look()
    note = cast.one("SELECT note FROM govdesk.audit_checkpoint ORDER BY size DESC LIMIT 1")
    assert SignedCheckpoint.parse(note).verified_by([old, signing.vkey()]) == (signing.vkey(),)
    items = person(MEI, "keys", "--json").document["items"]
    assert [one["retired_at"] is None for one in items] == [True, False]


def test_where_no_key_is_none_is_rotated(
    signing: Signing, person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVDESK_CHECKPOINT_KEY", "none")
    answer = person(MEI, "rotate-key")
    assert (answer.code, "says that no key is here" in answer.err) == (2, True)
    monkeypatch.setenv("GOVDESK_CHECKPOINT_KEY", str(signing.home / "nothing"))
    answer = person(MEI, "rotate-key")
    assert (answer.code, "is missing" in answer.err) == (3, True)
