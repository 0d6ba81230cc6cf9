"""Claims: the kit convinces an auditor with Python alone, and a single changed byte does not."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.delivery import signing
from govdesk.delivery.kit import NAMES, Delivery, kit, write_kit
from govdesk.delivery.payload import body, headers
from govdesk.delivery.signing import SigningKey
from govdesk.delivery.verifier import ed25519
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import read_secret
from tests.unit.delivery.webhook_cases import NEW, NEW_KEY, OLD_KEY, endpoint, event

NOW = 1_793_300_000
MADE = datetime(2026, 11, 1, tzinfo=UTC)
VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors/webhooks/signatures.json").read_text(encoding="utf-8")
)


def delivery() -> Delivery:
    data = body(endpoint(), event())
    return Delivery(
        body=data,
        headers={**dict(headers(endpoint(), event(), data, NOW)), "Authorization": "Bearer hush"},
        keys=[signing.jwk(one.kid, one.public, MADE) for one in (NEW_KEY, OLD_KEY)],
        tenant_path="meridian_bank",
        webhook="Security team's SIEM",
        receiver="siem.example.com",
        outcome="Delivered",
    )


def unpacked(folder: Path) -> Path:
    write_kit(folder / "kit.zip", delivery())
    with zipfile.ZipFile(folder / "kit.zip") as archive:
        assert archive.namelist() == list(NAMES)
        archive.extractall(folder / "kit")
    return folder / "kit"


def verified(folder: Path, secret: str = "", **more: str) -> tuple[int, str]:
    """Run the kit's verifier with no packages, no user settings and another current folder."""
    environment = {"PATH": os.defpath, **more} | ({"WEBHOOK_SECRET": secret} if secret else {})
    run = subprocess.run(
        [sys.executable, "-S", "-I", str(folder / "verify.py")],
        capture_output=True, text=True, env=environment, cwd="/", timeout=60,
    )  # fmt: skip
    assert run.stderr == ""
    return run.returncode, run.stdout


def test_the_public_key_alone_is_enough(tmp_path: Path) -> None:
    code, said = verified(unpacked(tmp_path))
    assert code == 0
    assert "v1a, key new: good signature" in said
    assert "v1a, key old: good signature" in said
    assert said.endswith("The delivery is genuine.\n")


def test_who_holds_the_secret_checks_that_as_well(tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    code, said = verified(folder, signing.secret_text(NEW))
    assert (code, "v1, your secret: good" in said) == (0, True)
    code, said = verified(folder, signing.secret_text(b"another secret of 24 byt"))
    assert (code, "NOT genuine" in said) == (1, True)
    for text in (signing.secret_text(NEW).rstrip("="), b64encode(NEW).decode()):
        code, said = verified(folder, text)
        assert (code, "v1, your secret: good" in said) == (0, True)
    code, said = verified(folder, "whsec_a")
    assert (code, "Cannot judge" in said) == (3, True)


def test_a_secret_that_was_pasted_as_plain_text_is_checked_as_it_was_pasted(
    tmp_path: Path,
) -> None:
    plain = read_secret("correct horse battery staple").raw
    data = body(endpoint(), event())
    signed = dict(headers(endpoint(secrets=(plain,)), event(), data, NOW))
    write_kit(tmp_path / "kit.zip", replace(delivery(), headers=signed))
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        archive.extractall(tmp_path / "kit")
    for text in ("correct horse battery staple", signing.secret_text(plain)):
        code, said = verified(tmp_path / "kit", text)
        assert (code, "v1, your secret: good" in said) == (0, True)
    code, said = verified(tmp_path / "kit", "correct horse battery stapler")
    assert (code, "NOT genuine" in said) == (1, True)


@pytest.mark.parametrize(
    ("name", "was", "becomes"),
    [
        ("delivery.json", '"seq":42', '"seq":43'),
        ("headers.txt", "webhook-id: msg_4", "webhook-id: msg_5"),
        ("headers.txt", "webhook-timestamp: 1793300000", "webhook-timestamp: 1793300001"),
        ("headers.txt", "v1a,", "v1b,"),
    ],
)
def test_one_changed_byte_is_noticed(name: str, was: str, becomes: str, tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    whole = (folder / name).read_text(encoding="utf-8")
    assert was in whole
    (folder / name).write_text(whole.replace(was, becomes), encoding="utf-8")
    code, said = verified(folder)
    assert (code, "NOT genuine" in said) == (1, True)


def test_the_key_of_somebody_else_does_not_confirm_it(tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    foreign = signing.jwk("foreign", SigningKey.generate().public, MADE)
    (folder / "public-key.json").write_text(json.dumps({"keys": [foreign]}))
    code, said = verified(folder)
    assert (code, "NOT genuine" in said) == (1, True)


@pytest.mark.parametrize("name", ["delivery.json", "headers.txt", "public-key.json"])
def test_a_missing_file_is_no_verdict(name: str, tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    (folder / name).unlink()
    code, said = verified(folder)
    assert (code, "Cannot judge" in said) == (3, True)


def test_the_kit_has_no_secret_and_no_header_that_is_one(tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    text = b"".join(one.read_bytes() for one in folder.iterdir())
    for secret in (NEW, NEW_KEY.seed):
        assert secret not in text
        assert b64encode(secret) not in text
    assert b"hush" not in text
    assert b"authorization" not in text.lower()


def test_the_readme_says_what_is_proved_and_what_not(tmp_path: Path) -> None:
    text = (unpacked(tmp_path) / "README.txt").read_text()
    for words in ("meridian_bank", "siem.example.com", "2026-10-29", "Delivered", "What it proves",
                  "What it does not prove", "python3 verify.py", "WEBHOOK_SECRET"):  # fmt: skip
        assert words in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_same_delivery_makes_the_same_zip() -> None:
    assert kit(delivery()) == kit(delivery())
    with zipfile.ZipFile(io.BytesIO(kit(delivery()))) as archive:
        assert archive.testzip() is None
        assert archive.read("delivery.json") == delivery().body


def test_the_verifier_is_short_and_needs_the_standard_library_only(tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    lines = (folder / "verify.py").read_text().splitlines()
    assert len(lines) <= 60
    imported = {line.split()[1] for name in ("verify.py", "ed25519.py")
                for line in (folder / name).read_text().splitlines()
                if line.startswith(("import ", "from "))}  # fmt: skip
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_without_the_signed_headers_there_is_no_kit(missing: str) -> None:
    left = {name: value for name, value in delivery().headers.items() if name != missing}
    with pytest.raises(Problem, match="signed headers"):
        kit(replace(delivery(), headers=left))


@pytest.mark.parametrize(
    "change", [{"body": b"{}"}, {"keys": []}, {"keys": [signing.jwk("x", b"\1" * 32, MADE)]}]
)
def test_a_kit_that_would_not_convince_is_not_made(
    change: Mapping[str, object], tmp_path: Path
) -> None:
    with pytest.raises(Problem, match="confirms this delivery"):
        write_kit(tmp_path / "kit.zip", replace(delivery(), **change))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_kit_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be written"):
        write_kit(tmp_path / "no such folder" / "kit.zip", delivery())
    write_kit(tmp_path / "kit.zip", delivery())
    write_kit(tmp_path / "kit.zip", delivery())
    assert [one.name for one in tmp_path.iterdir()] == ["kit.zip"]


@pytest.mark.parametrize("vector", VECTORS["accepted"], ids=lambda one: one["title"])
def test_the_plain_python_agrees_with_openssl(vector: dict[str, object]) -> None:
    message = signing.signed_bytes(
        str(vector["id"]), int(str(vector["timestamp"])), b64decode(str(vector["body"]))
    )
    public = signing.read_public(str(vector["public"]))
    signature = b64decode(str(vector["v1a"]).removeprefix("v1a,"))
    assert ed25519.is_signed(public, message, signature)
    assert not ed25519.is_signed(public, message + b" ", signature)
    for at in (0, 31, 32, 63):
        wrong = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not ed25519.is_signed(public, message, wrong)


def test_the_plain_python_refuses_what_rfc_8032_refuses() -> None:
    public, good = NEW_KEY.public, NEW_KEY.sign(b"m")
    assert ed25519.is_signed(public, b"m", good)
    raised = (int.from_bytes(good[32:], "little") + ed25519.L).to_bytes(32, "little")
    assert not ed25519.is_signed(public, b"m", good[:32] + raised)
    assert not ed25519.is_signed(public, b"m", good[:63])
    assert not ed25519.is_signed(public[:31], b"m", good)
    assert not ed25519.is_signed(b"\xff" * 32, b"m", good)
    assert not ed25519.is_signed(public, b"m", b"\xff" * 32 + good[32:])


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_the_plain_python_agrees_with_the_library(seed: bytes, message: bytes, bit: int) -> None:
    key = SigningKey("k", seed)
    signature = key.sign(message)
    assert ed25519.is_signed(key.public, message, signature)
    flipped = (int.from_bytes(signature, "little") ^ (1 << bit)).to_bytes(64, "little")
    assert not ed25519.is_signed(key.public, message, flipped)
