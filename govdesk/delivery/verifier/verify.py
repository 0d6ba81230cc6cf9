"""Checks the delivery in this folder: python3 verify.py. Needs Python 3.9 and nothing else.

The receiver's secret, if you have it, goes into the environment variable WEBHOOK_SECRET. Exit
codes: 0 genuine, 1 not genuine, 3 cannot judge."""

import base64
import hmac
import json
import os
import pathlib
import runpy
import sys

HERE = pathlib.Path(__file__).resolve().parent
is_signed = runpy.run_path(str(HERE / "ed25519.py"))["is_signed"]


def bytes_of(secret: str) -> bytes:
    """The bytes that a secret stands for: base64 of 24 to 64 bytes, else the text itself."""
    is_marked = secret.startswith("whsec_")
    digits = (secret[6:] if is_marked else secret).rstrip("=")
    try:
        raw = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except ValueError:
        raw = b""
    if is_marked and not raw:
        raise ValueError("not base64")
    return raw if is_marked or 24 <= len(raw) <= 64 else secret.encode()


def main() -> int:
    """Print a line for each key that was tried, and say what came of it."""
    head = dict(one.split(": ", 1) for one in (HERE / "headers.txt").read_text().splitlines())
    start = head["webhook-id"] + "." + head["webhook-timestamp"] + "."
    message = start.encode() + (HERE / "delivery.json").read_bytes()
    given = [one.partition(",")[::2] for one in head["webhook-signature"].split()]
    results = []
    for key in json.loads((HERE / "public-key.json").read_text())["keys"]:
        public = base64.urlsafe_b64decode(key["x"] + "=")
        good = any(v == "v1a" and is_signed(public, message, base64.b64decode(s)) for v, s in given)
        print("v1a, key " + key["kid"] + ": " + ("good signature" if good else "no signature"))
        results.append(good)
    genuine = any(results)
    if os.environ.get("WEBHOOK_SECRET"):
        secret = bytes_of(os.environ["WEBHOOK_SECRET"])
        right = base64.b64encode(hmac.new(secret, message, "sha256").digest())
        good = any(v == "v1" and hmac.compare_digest(s.encode(), right) for v, s in given)
        print("v1, your secret: " + ("good signature" if good else "no signature"))
        genuine = genuine and good
    print("The delivery is genuine." if genuine else "The delivery is NOT genuine.")
    return 0 if genuine else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyError, OSError, ValueError) as error:
        print("Cannot judge: a file is missing or damaged (" + type(error).__name__ + ").")
        sys.exit(3)
