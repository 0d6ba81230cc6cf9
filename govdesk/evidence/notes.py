"""Signed notes of C2SP (c2sp.org/signed-note): a text, a blank line, Ed25519 signature lines.

Keys are written as Go's sumdb/note writes them: ``name+hash+base64`` for the public half,
``PRIVATE+KEY+name+hash+base64`` for the private one. Only type 0x01, Ed25519, is known here.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519: Final = b"\x01"
PRIVATE: Final = "PRIVATE+KEY+"
OWN_NAME: Final = "govdesk"
"""The name in the text of a private key; notes are signed under the name of their log."""

LARGEST: Final = 1_000_000
MOST_SIGNATURES: Final = 100
_LINE: Final = re.compile("— ([^ ]+) ([A-Za-z0-9+/]+={0,2})")
_VKEY: Final = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """The text is no signed note, or a key is none; the message says why."""


class BadSignature(BadNote):
    """A signature that names a known key does not fit the text: the whole note is refused."""


class Signer(Protocol):
    """What signs: a key pair in memory, or a key that stays in a key service."""

    @property
    def public(self) -> bytes:
        """The Ed25519 public key, 32 bytes (RFC 8032)."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes."""


def key_hash(name: str, public: bytes) -> bytes:
    """Return the four bytes that stand for a key: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def is_name(name: str) -> bool:
    """Whether a text can name a key: not empty, without white space, controls and plus."""
    return bool(name) and "+" not in name and name.isprintable() and len(name.split()) == 1


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key, under the name of the log it signs for."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise BadNote("a key's name has no spaces and no plus")
        if len(self.public) != 32:
            raise BadNote("an Ed25519 public key has 32 bytes")
        if _of_small_order(self.public):
            raise BadNote("this is no key: anybody could sign for it")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read ``name+hash+base64``; raises `BadNote`."""
        found = _VKEY.fullmatch(vkey.strip())
        if found is None:
            raise BadNote("a key is written as name+hash+base64")
        data = _from_base64(found[3])
        if data[:1] != ED25519:
            raise BadNote("this key is of another kind than Ed25519")
        key = cls(found[1], data[1:])
        if key.hash.hex() != found[2]:
            raise BadNote("the key's hash does not fit its name and bytes: part of it was changed")
        return key

    @property
    def hash(self) -> bytes:
        """The four bytes that stand for this key on a signature line."""
        return key_hash(self.name, self.public)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 bytes of the key, in hex: the same for every log it signs for."""
        return hashlib.sha256(self.public).hexdigest()

    @property
    def text(self) -> str:
        """The key as ``name+hash+base64``."""
        return f"{self.name}+{self.hash.hex()}+{_base64(ED25519 + self.public)}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this is the key's signature over exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class KeyPair:
    """An Ed25519 key pair; neither its repr nor its errors show the private half."""

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        """Make a new pair from the system's random bytes."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``PRIVATE+KEY+name+hash+base64``, whatever the name; raises `BadNote`."""
        found = _VKEY.fullmatch(text.strip().removeprefix(PRIVATE))
        if found is None or not text.strip().startswith(PRIVATE):
            raise BadNote("a private key is written as PRIVATE+KEY+name+hash+base64")
        data = _from_base64(found[3])
        if data[:1] != ED25519 or len(data) != 33:
            raise BadNote("this private key is of another kind than Ed25519")
        pair = cls(Ed25519PrivateKey.from_private_bytes(data[1:]))
        if key_hash(found[1], pair.public).hex() != found[2]:
            raise BadNote("the private key's hash does not fit: part of it was changed")
        return pair

    @property
    def text(self) -> str:
        """The private key as text. Keep it out of logs, messages and the database."""
        data = _base64(ED25519 + self._private.private_bytes_raw())
        return f"{PRIVATE}{OWN_NAME}+{key_hash(OWN_NAME, self.public).hex()}+{data}"

    def vkey(self, name: str) -> VerifierKey:
        """Return the public half under the name of a log."""
        return VerifierKey(name, self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of the bytes."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"KeyPair(public={self.public.hex()})"

    def __reduce__(self) -> str:
        raise TypeError("a private key is not pickled")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, which key, and the signature's bytes."""

    name: str
    hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note as it was read; nothing in it is to be believed before `signers` named a key.

    `text` ends with a newline and is what was signed, without the blank line.
    """

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str | bytes) -> Self:
        """Read a note; raises `BadNote`."""
        whole = _decoded(note)
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not text or not lines.endswith("\n"):
            raise BadNote("a note is a text, an empty line and signature lines")
        found = lines[:-1].split("\n")
        if len(found) > MOST_SIGNATURES:
            raise BadNote(f"a note has at most {MOST_SIGNATURES} signatures")
        return cls(text + "\n", tuple(_signature(line) for line in found))

    def signers(self, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return those of the keys that signed this text; () if none of them is named.

        Raises `BadSignature` where a line names one of the keys and does not fit.
        """
        message = self.text.encode()
        signed: dict[VerifierKey, None] = {}
        known = list(keys)
        for line in self.signatures:
            named = [key for key in known if (key.name, key.hash) == (line.name, line.hash)]
            fits = [key for key in named if key.verifies(line.signature, message)]
            if named and not fits:
                raise BadSignature(f"the signature of {line.name} does not fit the text")
            signed |= dict.fromkeys(fits)
        return tuple(signed)

    @property
    def note(self) -> str:
        """The note as text again."""
        return self.text + "\n" + "".join(_lines(self.signatures))


def sign(text: str, name: str, key_pairs: Sequence[Signer]) -> str:
    """Return the note: the text signed with each of the keys under one name.

    Raises `BadNote` for a text that does not end with a newline or holds control characters.
    """
    if not key_pairs:
        raise BadNote("a note needs a key")
    if not text.endswith("\n") or text.startswith("\n") or _CONTROLS.search(text):
        raise BadNote("a note's text ends with a newline and has no control characters")
    message = text.encode()
    signatures = []
    for pair in key_pairs:
        key = VerifierKey(name, pair.public)
        signature = pair.sign(message)
        if not key.verifies(signature, message):
            raise BadNote("the key that signed is not the one that was named")
        signatures.append(Signature(name, key.hash, signature))
    return SignedNote(text, tuple(signatures)).note


def _lines(signatures: Iterable[Signature]) -> Iterator[str]:
    for line in signatures:
        yield f"— {line.name} {_base64(line.hash + line.signature)}\n"


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if found is None or not is_name(found[1]):
        raise BadNote("a signature line is “— name base64”")
    data = _from_base64(found[2])
    if len(data) < 5:
        raise BadNote("a signature is longer than that")
    return Signature(found[1], data[:4], data[4:])


def _decoded(note: str | bytes) -> str:
    try:
        raw = note.encode() if isinstance(note, str) else note
        text = raw.decode()
    except UnicodeError as error:
        raise BadNote("a note is UTF-8 text") from error
    if len(raw) > LARGEST:
        raise BadNote(f"a note has at most {LARGEST:,} bytes")
    if _CONTROLS.search(text):
        raise BadNote("a note has no control characters but line ends")
    return text


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _from_base64(text: str) -> bytes:
    """Decode strictly: one text for each value (RFC 4648 §3.5)."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote("this is no base64") from error
    if _base64(data) != text:
        raise BadNote("this is no base64 in its one form")
    return data


_P: Final = 2**255 - 19
_EIGHTH: Final = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER: Final = frozenset((0, 1, _P - 1, _EIGHTH, _P - _EIGHTH))
"""The y of the eight points of small order: under such a key a signature fits many texts."""


def _of_small_order(public: bytes) -> bool:
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return y % _P in _SMALL_ORDER
