"""The offline verifier kit: one delivery and all that is needed to check it without a network.

A zip with the body's bytes, the signed headers, the public keys, and a verifier that needs Python
alone. It holds no secret: whoever has one checks ``v1`` with it, everybody checks ``v1a``.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from govdesk.delivery import signing
from govdesk.domain.problem import Problem

NAMES: Final = (
    "README.txt", "delivery.json", "headers.txt", "public-key.json", "verify.py", "ed25519.py",
)  # fmt: skip
_SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")
_KEPT: Final = frozenset({*_SIGNED, "content-type", "govdesk-event", "govdesk-request-id"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it went out: body, headers of one try, and where it belongs.

    `keys` are members of the organization's JWK set, as `signing.jwk` makes them; those that
    signed have to be among them.
    """

    body: bytes
    headers: Mapping[str, str]
    keys: Sequence[Mapping[str, str | int]]
    tenant_path: str
    webhook: str
    receiver: str = ""
    outcome: str = ""


def write_kit(path: Path, delivery: Delivery) -> None:
    """Write the zip whole or not at all, over whatever stands there.

    Raises `Problem` if none of the keys confirms the delivery, or it cannot be written.
    """
    data = kit(delivery)
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            written = Path(file.name)
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                written.replace(path)
            except BaseException:
                written.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Problem(
            f"{path} cannot be written: {error.strerror}.", "Choose another folder.", exit_code=3
        ) from error


def kit(delivery: Delivery) -> bytes:
    """The zip's bytes, the same for the same delivery; raises `Problem` as `write_kit` does."""
    kept = {name.lower(): value for name, value in delivery.headers.items()}
    kept = {name: value for name, value in sorted(kept.items()) if name in _KEPT}
    if any(not kept.get(name) for name in _SIGNED):
        raise Problem(
            "The signed headers of this delivery are not in the log.",
            "Redeliver it, and make the kit of the new try.",
        )
    _confirm(delivery, kept)
    contents = {
        "README.txt": _readme(delivery, kept).encode(),
        "delivery.json": delivery.body,
        "headers.txt": "".join(f"{name}: {value}\n" for name, value in kept.items()).encode(),
        "public-key.json": (json.dumps({"keys": list(delivery.keys)}, indent=2) + "\n").encode(),
        "verify.py": _file("verify.py"),
        "ed25519.py": _file("ed25519.py"),
    }
    return _zipped(contents, datetime.fromtimestamp(int(kept["webhook-timestamp"]), UTC))


def _confirm(delivery: Delivery, kept: Mapping[str, str]) -> None:
    """A kit that would fail at the auditor's is not handed out."""
    message = signing.signed_bytes(
        kept["webhook-id"], int(kept["webhook-timestamp"]), delivery.body
    )
    for key in delivery.keys:
        public = signing.public_of(str(key["x"]))
        if signing.is_signed_v1a(public, message, kept["webhook-signature"]):
            return
    raise Problem(
        "No public key of the organization confirms this delivery as it would be written today.",
        "The webhook's format or detail was changed since, or the key has ended. Redeliver it, and"
        " make the kit of the new try.",
        exit_code=1,
    )


def _file(name: str) -> bytes:
    return files("govdesk.delivery.verifier").joinpath(name).read_bytes()


def _zipped(contents: Mapping[str, bytes], at: datetime) -> bytes:
    moment = max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, contents[name])
    return target.getvalue()


def _readme(delivery: Delivery, kept: Mapping[str, str]) -> str:
    sent = datetime.fromtimestamp(int(kept["webhook-timestamp"]), UTC)
    facts = (
        ("Organization", delivery.tenant_path),
        ("Webhook", delivery.webhook),
        ("Receiver", delivery.receiver),
        ("Message", kept["webhook-id"]),
        ("Sent", f"{sent:%Y-%m-%d %H:%M:%S} UTC"),
        ("Outcome", delivery.outcome),
    )
    lines = "\n".join(f"{name + ':':<14}{value}" for name, value in facts if value)
    return _README.format(facts=lines)


_README: Final = """\
A delivery of GovDesk, with all that is needed to check it
==========================================================

{facts}

How to check it
---------------
    python3 verify.py

It needs Python 3.9 or newer, no network and nothing installed. Whoever holds the receiver's secret
can check the shared signature as well:

    WEBHOOK_SECRET=whsec_... python3 verify.py

Exit codes: 0 genuine, 1 not genuine, 3 cannot judge.

What is in here
---------------
    delivery.json     the body, byte for byte as it was sent; do not format it anew
    headers.txt       the headers that are signed or name the event
    public-key.json   the organization's public signing keys (a JWK set, RFC 7517)
    verify.py         the check (Standard Webhooks 1.0.0)
    ed25519.py        Ed25519 (RFC 8032) in plain Python, used by verify.py

What it proves
--------------
* v1a: whoever holds the organization's private signing key signed exactly these bytes, under this
  message id, at this time of sending. The public key is enough to check that, and it cannot be used
  to sign.
* v1: whoever made the signature holds the secret that GovDesk and the receiver share. The secret is
  not in this kit.

What it does not prove
----------------------
* That public-key.json holds the organization's keys. Compare it with what the organization
  publishes under /.well-known/webhooks/ of its GovDesk, or ask it for the key's name (kid).
* That the receiver got the delivery, or what it did with it.
* v1 alone does not tell GovDesk from the receiver: both can make it.
* That the event itself is true, or that no other was left out. "stream" in the body numbers the
  deliveries of this webhook; the sealed log, with its own verifier, is the evidence for the rest.
"""
