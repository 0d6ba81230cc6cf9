#!/usr/bin/env python3
"""Check a GovDesk evidence bundle without GovDesk, without a network, and without trusting anyone.

    python3 -S -I verify.py [DIRECTORY or ZIP] [--key VKEY or FILE] [--json]

Needs Python 3.9 or later and nothing else. It reads the evidence once, whatever its size, in
little memory, names every fault, and says what it cannot judge.

The key is one line, `govdesk/<organization>+<8 hex digits>+<base64>`. Get it from the organization
by a way of its own: never from the file that you are checking. Without a key everything is checked
but the one thing that matters against a forger, so that the verdict is "cannot judge".

Exit codes: 0 no fault found, 1 faults found, 2 not a bundle, or wrong usage, 3 cannot judge.

What it shows, if it finds no fault and you gave the key: the holder of the key signed a log which
holds exactly these events at these places; no column of them was changed; and (where it says
"complete") the filter selects, of all events in the range, these and no others. The names and the
time that it prints were sealed with them: compare them with what index.html and README.txt say.
What it cannot show: that what was sealed was true.

How to read this file: EVIDENCE at the end is the walk through a bundle; above it stand, in order,
the signature (RFC 8032), the tree (RFC 6962), the leaf, the filter and the archive.
Specification: docs/spec/bundle-v1.md, leaf-v1.md and filter-language.md of GovDesk.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import ipaddress
import json
import os
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from json.encoder import encode_basestring as quote
from typing import IO, Any
from unicodedata import normalize

Json = dict[str, Any]

# ================================================================ Ed25519, RFC 8032 §5.1.7

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def point_add(a: Point, b: Point) -> Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    u, v, w, x = f - e, h - g, h + g, f + e
    return u * v % P, w * x % P, v * w % P, u * x % P


def point_multiply(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point, scalar = point_add(point, point), scalar >> 1
    return result


def point_equal(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_read(data: bytes) -> Point | None:
    """Decode strictly: one encoding for each point, none for what is not on the curve."""
    sign, y = data[31] >> 7, int.from_bytes(data, "little") & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = y * y - 1, D * y * y + 1
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * SQRT_MINUS_1 % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_read(bytes.fromhex("58" + "66" * 31))
IDENTITY: Point = (0, 1, 1, 0)


def ed25519_verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this is the signature; keys of small order, and a long S, are refused."""
    if len(public) != 32 or len(signature) != 64 or BASE is None:
        return False
    key, r = point_read(public), point_read(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L or point_equal(point_multiply(8, key), IDENTITY):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % L
    return point_equal(point_multiply(s, BASE), point_add(r, point_multiply(k, key)))


# ================================================================ keys, notes, checkpoints (C2SP)


class Refused(Exception):
    """What was given is no bundle, or no key; the message is a sentence."""


class Broken(Exception):
    """A part of the evidence does not have its form; the message is a predicate."""


def from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("holds something that is no base64") from None
    if base64.b64encode(data).decode() != text:
        raise Broken("holds base64 that is not in its one form")
    return data


class Key:
    """A verifier key: name, four bytes that stand for it, 32 bytes of Ed25519."""

    def __init__(self, text: str):
        parts = text.strip().split("+", 2)
        try:
            data = from_base64(parts[2])
        except (IndexError, Broken):
            raise Refused("A key is written as name+hash+base64.") from None
        self.name, self.public, self.text = parts[0], data[1:], text.strip()
        self.hash = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if data[:1] != b"\x01" or len(data) != 33:
            raise Refused("This key is of another kind than Ed25519.")
        if self.hash.hex() != parts[1]:
            raise Refused("The key's hash does not fit the key: part of it was changed.")


LARGEST_NOTE, MOST_SIGNATURES = 1_000_000, 100


class Checkpoint:
    """A signed note that names a log's size and root; believed only after `signers`."""

    def __init__(self, note: bytes):
        if len(note) > LARGEST_NOTE:
            raise Broken("is larger than a note can be")
        try:
            self.text, signatures = note.decode("utf-8").split("\n\n")
            origin, size, root = self.text.split("\n")
        except ValueError:
            raise Broken("is no signed note of three lines") from None
        self.text += "\n"
        if not re.fullmatch("0|[1-9][0-9]{0,18}", size) or not signatures.endswith("\n"):
            raise Broken("is no checkpoint")
        self.origin, self.size, self.root = origin, int(size), from_base64(root)
        if len(self.root) != 32 or signatures.count("\n") > MOST_SIGNATURES:
            raise Broken("has another root, or more signatures, than a checkpoint can have")
        self.signatures: list[tuple[str, bytes, bytes]] = []
        for line in signatures[:-1].split("\n"):
            found = re.fullmatch("— ([^ +]+) ([A-Za-z0-9+/=]+)", line)
            if found is None:
                raise Broken("has a signature line of another form")
            data = from_base64(found[2])
            self.signatures.append((found[1], data[:4], data[4:]))

    def signers(self, keys: list[Key]) -> list[Key]:
        """The keys of this log that signed; none if a line names one of them and does not fit."""
        found: list[Key] = []
        for name, short, signature in self.signatures:
            named = [
                key for key in keys if (self.origin, key.name, key.hash) == (name, name, short)
            ]
            fits = [
                key for key in named if ed25519_verifies(key.public, signature, self.text.encode())
            ]
            if named and not fits:
                return []
            found += fits
        return found


# ================================================================ the tree, RFC 6962 §2.1


def leaf_hash_of(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The roots of the full subtrees of a growing tree, largest first: all that growing needs."""

    def __init__(self, size: int, edge: list[bytes]):
        self.size, self.edge = size, edge

    def push(self, node: bytes, level: int = 0) -> None:
        """Append a full subtree of 2^level leaves; the size must be a multiple of that."""
        size = self.size >> level
        while size & 1:
            node, size = node_hash(self.edge.pop(), node), size >> 1
        self.edge.append(node)
        self.size += 1 << level

    def root(self) -> bytes:
        result = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            result = node_hash(left, result)
        return result


def complete(tree: Tree, right: list[bytes], size: int) -> bytes | None:
    """Add the subtrees after a range, each the largest that fits; return the root at `size`."""
    for node in right:
        if tree.size >= size:
            return None
        level = (size - tree.size).bit_length() - 1
        if tree.size:
            level = min(level, (tree.size & -tree.size).bit_length() - 1)
        tree.push(node, level)
    return tree.root() if tree.size == size and tree.edge else None


def included(leaf_hash: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether an audit path leads from a leaf to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf_hash
    for node in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(node, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, node)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def read_proof(text: bytes) -> tuple[int, list[bytes], bytes]:
    """Read a C2SP tlog-proof: its index, its hashes, and the checkpoint it carries."""
    try:
        head, note = text.decode("utf-8").split("\n\n", 1)
        first, index, *hashes = head.split("\n")
        if index.startswith("extra "):  # One line, which nobody signed and nothing is read from.
            from_base64(index[6:])
            index, *hashes = hashes
        number = re.fullmatch("index (0|[1-9][0-9]{0,18})", index)
    except ValueError:
        raise Broken("is no proof") from None
    if first != "c2sp.org/tlog-proof@v1" or number is None:
        raise Broken("is no proof of version 1")
    nodes = [from_base64(one) for one in hashes]
    if any(len(node) != 32 for node in nodes):
        raise Broken("holds a hash that has not 32 bytes")
    return int(number[1]), nodes, note.encode()


# ================================================================ the leaf, docs/spec/leaf-v1.md

COMMITTED = ("actor", "diff", "ip", "on_behalf_of", "reason", "session_id", "summary")
CLEAR = ("action", "at", "entity_id", "entity_type", "occurred_at", "request_id", "seq",
         "severity", "system_id", "tenant_path")  # fmt: skip
MEMBERS = tuple(sorted((*CLEAR, "commitments", "prev", "v")))
COLUMNS = {*CLEAR, *COMMITTED, "tenant_id", "salts", "leaf", "leaf_hash"}
HEX64, HEX32 = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{32}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
ERASED_WHAT = re.compile("([1-9][0-9]{0,17}):([a-z_]+(?:,[a-z_]+)*)")
LONGEST_LINE = 4 << 20  # docs/spec/leaf-v1.md, section 7: no event comes near it


def no_twice(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def no_constant(name: str) -> None:
    raise ValueError(name)


def read_json(text: bytes) -> Json:
    """Read one JSON object in which no key stands twice."""
    try:
        found = json.loads(
            text.decode("utf-8"), object_pairs_hook=no_twice, parse_constant=no_constant
        )
    except (ValueError, RecursionError):
        raise Broken("is no JSON object, or is cut off") from None
    if not isinstance(found, dict):
        raise Broken("is no JSON object")
    return found


def canonical(value: Any) -> bytes:
    """RFC 8785 over the grammar of a leaf: no fractions, keys in ASCII."""
    if isinstance(value, str):
        return quote(value).encode("utf-8", "surrogatepass")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def read_leaf(text: Any) -> Json:
    """Read a leaf; one text for each event, so another spelling of the same members is refused."""
    if not isinstance(text, str):
        raise Broken("has no leaf")
    leaf = read_json(text.encode("utf-8", "surrogatepass"))
    try:
        again = canonical(leaf)
    except RecursionError:
        raise Broken("has a leaf of another form") from None
    if tuple(leaf) != MEMBERS or again != text.encode("utf-8", "surrogatepass"):
        raise Broken("has a leaf of another form")
    commitments = leaf["commitments"]
    if leaf["v"] != 1 or type(leaf["seq"]) is not int or not isinstance(leaf["prev"], str):
        raise Broken("has a leaf of another version")
    if not isinstance(commitments, dict) or tuple(commitments) != COMMITTED:
        raise Broken("has a leaf with other commitments")
    if not isinstance(leaf["at"], str) or not INSTANT.fullmatch(leaf["at"]):
        raise Broken("has a leaf without a time")
    if not all(
        leaf[name] is None or isinstance(leaf[name], str) for name in CLEAR if name != "seq"
    ):
        raise Broken("has a leaf of another form")
    return leaf


def commits(leaf: Json, name: str, salt: Any, value: Any) -> bool:
    """Whether the leaf commits to this value with this salt."""
    if not isinstance(salt, str) or not HEX32.fullmatch(salt):
        return False
    if name != "diff" and not (value is None or isinstance(value, str)):
        return False
    try:
        digest = hashlib.sha256(bytes.fromhex(salt) + canonical(value)).hexdigest()
    except RecursionError:
        return False
    return bool(digest == leaf["commitments"][name])


class Entry:
    """One event of the range, from any of the two files. `leaf` None: only its hash is there."""

    def __init__(self, seq: int, hash_: bytes | None, leaf: Json | None, line: Json):
        self.seq, self.hash, self.leaf, self.line = seq, hash_, leaf, line
        self.wrong: list[str] = []
        self.absent: list[str] = []
        self.matching = False

    @property
    def hidden(self) -> bool:
        return self.leaf is None and self.hash is not None


def check_salts(entry: Entry, leaf: Json, shown: list[str]) -> None:
    """Compare every value that is shown with its commitment; note what is not there."""
    salts = entry.line.get("salts")
    if not isinstance(salts, dict):
        entry.wrong.append("salts")
        return
    for name in shown:
        if name in salts and name in entry.line:
            if not commits(leaf, name, salts[name], entry.line[name]):
                entry.wrong.append(name)
        elif name in salts or name in entry.line:
            entry.wrong.append(name)
        else:
            entry.absent.append(name)
    entry.wrong += ["salts"] if set(salts) - set(shown) else []


def read_event(line: Json) -> Entry:
    """A row that the filter selects: every column stands on the line."""
    leaf = read_leaf(line.get("leaf"))
    digest = leaf_hash_of(line["leaf"].encode())
    entry = Entry(leaf["seq"], digest, leaf, line)
    entry.matching = True
    if line.get("leaf_hash") != digest.hex():
        entry.wrong.append("leaf_hash")
    for name in CLEAR:
        if name not in line or type(line[name]) is not type(leaf[name]) or line[name] != leaf[name]:
            entry.wrong.append(name)
    entry.wrong += sorted(set(line) - COLUMNS)
    check_salts(entry, leaf, list(COMMITTED))
    return entry


def read_left_out(line: Json, opened: list[str]) -> Entry:
    """A row that the filter leaves out: its leaf, and the committed fields the filter reads."""
    if set(line) == {"seq", "leaf_hash"}:
        if type(line["seq"]) is not int or not HEX64.fullmatch(str(line["leaf_hash"])):
            raise Broken("is no hash of an event")
        return Entry(line["seq"], bytes.fromhex(line["leaf_hash"]), None, line)
    leaf = read_leaf(line.get("leaf"))
    digest = leaf_hash_of(line["leaf"].encode())
    entry = Entry(leaf["seq"], digest, leaf, line)
    if line.get("leaf_hash") != digest.hex():
        entry.wrong.append("leaf_hash")
    entry.wrong += sorted(set(line) - {"leaf", "leaf_hash", "salts", *opened})
    check_salts(entry, leaf, opened)
    return entry


# ================================================================ the filter, filter-language.md
# Each term is true, false, or None: not known, because the field that it reads is not shown.

FIELDS = {"actor": ("actor",), "for": ("on_behalf_of",), "action": ("action",),
          "entity": ("entity_type", "entity_id"), "severity": ("severity",), "ip": ("ip",),
          "request": ("request_id",), "session": ("session_id",), "text": ("summary",)}  # fmt: skip
OPENING = {"actor": "actor", "for": "on_behalf_of", "ip": "ip", "session": "session_id"}
SEVERITIES = ["info", "notice", "warning", "high"]


def folded(text: str) -> str:
    """Lower case by Unicode's simple mapping, one code point for one."""
    return "".join("i" if sign == "\u0130" else sign.lower() for sign in text)


def value_holds(term: Json, value: Any) -> bool:
    """One text against one term; both by code point, after NFC."""
    if not isinstance(value, str):
        return False
    op, wanted = term["op"], term["value"]
    if op == "any":
        return bool(value in term["values"])
    if op == "cidr" or (op == "eq" and term["key"] == "ip"):
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return False
        return (
            bool(address in ipaddress.ip_network(wanted))
            if op == "cidr"
            else bool(address == ipaddress.ip_address(wanted))
        )
    value = normalize("NFC", value)
    if op == "eq":
        return bool(value == wanted)
    if op == "prefix":
        return bool(value.startswith(wanted))
    return folded(wanted) in folded(value)


def range_holds(term: Json, value: Any) -> bool:
    """`at` is half open, `seq` holds both ends; times have one form, so text compares as time."""
    low, high = term["low"], term["high"]
    if term["key"] == "seq":
        return (low is None or low <= value) and (high is None or value <= high)
    return (low is None or low <= value) and (high is None or value < high)


class Filter:
    """The order's terms; `systems` and `denied` say what names in them meant when it was made."""

    def __init__(self, order: Json):
        self.terms: list[Json] = order["terms"]
        self.systems: Json = order["systems"]
        self.denied: list[str] = order["denied"] or []
        self.redact = set(order["redact"])
        read = {OPENING[term["key"]] for term in self.terms if term["key"] in OPENING}
        provable = all(
            term["key"] != "text" and (term["key"], term["value"]) != ("is", "erased")
            for term in self.terms
        )
        self.provable = provable and not read & self.redact
        self.opened = sorted(read) if self.provable else []

    def judge(self, entry: Entry) -> bool | None:
        """Whether the filter selects this event: all terms must hold."""
        found = [self.holds(place, term, entry) for place, term in enumerate(self.terms)]
        if False in found:
            return False
        return None if None in found else True

    def clear_holds(self, entry: Entry) -> bool:
        """Whether the terms that only read the leaf hold; if not, nothing needs to be opened."""
        return all(
            self.holds(place, term, entry)
            for place, term in enumerate(self.terms)
            if term["key"] not in OPENING
        )

    def holds(self, place: int, term: Json, entry: Entry) -> bool | None:
        found = self.term(str(place), term, entry)
        return None if found is None else found is not term["not"]

    def term(self, place: str, term: Json, entry: Entry) -> bool | None:
        leaf, key = entry.leaf or {}, term["key"]
        if key == "is":
            return self.state(term["value"], entry)
        if key == "system":
            return bool(leaf["system_id"] in self.systems.get(place, []))
        if term["op"] == "range":
            return range_holds(term, leaf[key])
        found = False
        for name in FIELDS[key]:
            if name in leaf:
                found = found or value_holds(term, leaf[name])
            elif name in entry.line:
                found = found or value_holds(term, entry.line[name])
            elif name in self.redact or (not entry.matching and name not in self.opened):
                return None
        return found

    def state(self, value: str, entry: Entry) -> bool | None:
        leaf = entry.leaf or {}
        if value == "erased":
            if not entry.matching:
                return None
            erased = set(entry.absent) - self.redact
            return True if erased else None if self.redact else False
        known: dict[str, bool] = {
            "sealed": True,
            "redacted": False,  # in the log itself nothing is
            "high": leaf["severity"] == "high",
            "denied": leaf["action"] in self.denied,
        }
        return known[value]


def written(term: Json) -> str:
    """A pattern for a term as a person writes it, in canonical form."""
    key, op, low, high = term["key"], term["op"], term["low"], term["high"]
    escape = re.escape
    if op == "any":  # "info..warning" and "..warning" are one term
        low, high = term["values"][0], term["values"][-1]
        text = ("(info)?" if low == "info" else low) + "[.][.]"
        text += "(high)?" if high == "high" else high
    elif op == "range" and key == "seq":
        ends = "" if low is None else low, "" if high is None else high
        text = escape(str(low) if low == high else f"{ends[0]}..{ends[1]}")
    elif op == "range":
        first, last = written_time(low, False), written_time(high, True)
        text = escape(first if first == last else f"{first}..{last}")
    else:
        text = escape(written_value(key, term["value"]) if term["value"] else "")
        text += "[*]" if op == "prefix" else ""
    return ("-" if term["not"] else "") + (text if key == "text" else f"{key}:{text}")


def written_value(key: str, value: str) -> str:
    plain = not any(s.isspace() or s in '"*\\' for s in value) and ".." not in value
    if key == "text":
        plain = plain and ":" not in value and not value.startswith("-")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return value if plain else f'"{escaped}"'


def written_time(instant: str | None, is_end: bool) -> str:
    """A bound in the coarsest form from hour to microsecond; an end names its last unit."""
    if instant is None:
        return ""
    from datetime import datetime, timedelta

    at = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S.%fZ")
    units = [(at.microsecond, timedelta(microseconds=1), 26), (at.second, timedelta(seconds=1), 19),
             (at.minute, timedelta(minutes=1), 16), (1, timedelta(hours=1), 13)]  # fmt: skip
    unit, digits = next((unit, digits) for part, unit, digits in units if part)
    shown = at - unit if is_end else at
    return shown.strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0")[:digits] + "Z"


# ================================================================ a folder or an archive

ALWAYS = {"README.txt", "CHECK.txt", "index.html", "index.pdf", "manifest.json", "SHA256SUMS",
          "events.jsonl", "left_out.jsonl", "events.csv", "verify.py"}  # fmt: skip
UNDER_CHECKPOINT = {"erasures.jsonl", "checkpoint", "tree.json", "policy",
                    "proofs/first.tlog-proof", "proofs/last.tlog-proof"}  # fmt: skip
ORDER, ORDER_PROOF, CONTAINER = "order.json", "proofs/order.tlog-proof", "container.sha256"
FIXED = sorted(ALWAYS | UNDER_CHECKPOINT | {ORDER, ORDER_PROOF, CONTAINER})
LARGEST_SMALL, LARGEST_RATIO = LONGEST_LINE, 300
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, ValueError,
           RuntimeError, OverflowError)  # fmt: skip


class Folder:
    """A bundle that was unpacked."""

    def __init__(self, path: str):
        self.path = path
        self.names = [name for name in FIXED if os.path.lexists(os.path.join(path, name))]
        for name in self.names:
            mode = os.lstat(os.path.join(path, name)).st_mode
            if not stat.S_ISREG(mode):
                raise Refused(f"{name} is no plain file.")

    def open(self, name: str) -> IO[bytes]:
        return open(os.path.join(self.path, name), "rb")

    def container(self) -> Iterator[str]:
        return iter(())

    def beside(self) -> list[str]:
        """What stands among the files of the bundle and is none of them."""
        found, below = set(os.listdir(self.path)), os.path.join(self.path, "proofs")
        if os.path.isdir(below):
            found = found - {"proofs"} | {f"proofs/{name}" for name in os.listdir(below)}
        return sorted(found - set(FIXED))


class Archive:
    """A bundle as it was made: a ZIP file of which nothing is unpacked."""

    def __init__(self, path: str):
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except DAMAGED:
            raise Refused(f"{path} is no whole ZIP file; it may have been cut.") from None
        self.entries = self.zip.infolist()
        self.names = [entry.filename for entry in self.entries]
        self.refuse_strange()

    def refuse_strange(self) -> None:
        if len(set(self.names)) != len(self.names):
            raise Refused("A name stands twice in this archive: no bundle has that.")
        for entry in self.entries:
            name = entry.filename
            if name not in FIXED:
                raise Refused(f"{name!a} stands in this archive: no bundle has that.")
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise Refused(f"{name} is a link: no bundle has that.")
            if entry.flag_bits & 1 or entry.compress_type not in (0, 8):
                raise Refused(f"{name} is encrypted or packed in a way that no bundle is.")
            if entry.file_size > LARGEST_RATIO * max(entry.compress_size, 4096):
                raise Refused(f"{name} would unpack to {entry.file_size:,} bytes; it is refused.")

    def open(self, name: str) -> IO[bytes]:
        return io.BufferedReader(self.zip.open(name), 1 << 20)  # type: ignore[type-var]

    def beside(self) -> list[str]:
        return []  # Other names are refused.

    def container(self) -> Iterator[str]:
        """Say where bytes of the archive that are no content are not as they were made."""
        last = self.entries[-1]
        if last.filename != CONTAINER or last.file_size != 65:
            yield "the archive does not end with its own digest"
            return
        digest = hashlib.sha256()
        with open(self.path, "rb") as file:
            left = last.header_offset
            while left and (block := file.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
            if self.zip.read(CONTAINER) != digest.hexdigest().encode() + b"\n":
                yield "bytes of the archive are not those that its digest names"
            rest = self.rest()
            if file.read(len(rest) + 1) != rest or not self.contiguous(file):
                yield "the archive's directory is not as it was written"

    def contiguous(self, file: IO[bytes]) -> bool:
        """Whether one file follows the other, each with the sizes that the directory names."""
        at = 0
        for entry in self.entries:
            end = at + 50 + len(entry.filename) + entry.compress_size
            head = local_header(entry.filename, dos_time(self.entries[-1]), entry.compress_type)
            file.seek(min(at, self.zip.start_dir))
            if entry.header_offset != at or file.read(len(head)) != head:
                return False
            file.seek(min(end, self.zip.start_dir))
            sizes = descriptor(entry.CRC, entry.compress_size, entry.file_size)
            if file.read(24) != sizes:
                return False
            at = end + 24
        return bool(at == self.zip.start_dir)

    def rest(self) -> bytes:
        """The last file, the directory and the end as GovDesk writes them."""
        last, start = self.entries[-1], self.zip.start_dir
        when = dos_time(last)
        result = local_header(CONTAINER, when)
        result += self.zip.read(CONTAINER)
        result += descriptor(last.CRC, last.compress_size, last.file_size)
        for entry in self.entries:
            result += directory_entry(entry, when)
        size = last.header_offset + len(result) - start
        return result + directory_end(len(self.entries), size, start)


def dos_time(entry: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = entry.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def local_header(name: str, when: tuple[int, int], method: int = 0) -> bytes:
    """APPNOTE 4.3.7: sizes follow the data (4.3.9), all in 64 bits; the last file is stored."""
    sizes = (0, 0xFFFFFFFF, 0xFFFFFFFF, len(name), 20)
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 8, method, when[0], when[1], *sizes)
    return head + name.encode() + struct.pack("<HHQQ", 1, 16, 0, 0)


def descriptor(crc: int, packed: int, size: int) -> bytes:
    return struct.pack("<IIQQ", 0x08074B50, crc, packed, size)


def directory_entry(entry: zipfile.ZipInfo, when: tuple[int, int]) -> bytes:
    name, most = entry.filename.encode(), 0xFFFFFFFF
    head = struct.pack(
        "<IBBBBHHHHIIIHHHHHII", 0x02014B50, 45, 3, 45, 0, 8, entry.compress_type, when[0], when[1],
        entry.CRC, most, most, len(name), 28, 0, 0, 0, 0o100644 << 16, most)  # fmt: skip
    sizes = (entry.file_size, entry.compress_size, entry.header_offset)
    return head + name + struct.pack("<HHQQQ", 1, 24, *sizes)


def directory_end(count: int, size: int, start: int) -> bytes:
    end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, start)
    end += struct.pack("<IIQI", 0x07064B50, 0, start + size, 1)
    return end + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, *[0xFFFFFFFF] * 2, 0)


# ================================================================ EVIDENCE: the walk


class Report:
    """What was found, in the words of `govdesk verify --json`."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, int, str, str]] = []
        self.not_judged: list[str] = []
        self.undecided = False
        self.facts: Json = {}

    def add(self, first: int, last: int, kind: str, detail: str) -> None:
        """Add a fault; one that goes on where the last one of its kind ended is joined to it."""
        if self.faults and first:
            low, high, kind_, detail_ = self.faults[-1]
            if (kind_, detail_) == (kind, detail) and high in (first - 1, first):
                self.faults[-1] = (low, max(high, last), kind, detail)
                return
        self.faults.append((first, last, kind, detail))

    def cannot_judge(self, what: str) -> None:
        self.undecided = True
        self.not_judged.append(what)

    @property
    def ok(self) -> bool | None:
        return False if self.faults else None if self.undecided else True

    def document(self) -> Json:
        named = [
            {"seq": a if a == b else [a, b], "kind": kind, "detail": detail}
            for a, b, kind, detail in sorted(self.faults)
        ]
        return {"ok": self.ok, **self.facts, "not_judged": self.not_judged, "faults": named}


class Verification:
    """One pass over a bundle."""

    def __init__(self, source: Any, keys: list[Key]):
        self.source, self.keys, self.report = source, keys, Report()
        self.digests: dict[str, str] = {}
        self.counts = {"rows": 0, "left_out": 0, "opened": 0, "hidden": 0}
        self.first_row: int | None = None
        self.last_row: int | None = None
        self.first_at = self.last_at = ""
        self.redacted = self.erased = self.unjudged = 0
        self.pending: dict[tuple[int, str], None] = {}
        self.at = ""
        self.before: Entry | None = None
        self.checkpoint: Checkpoint | None = None
        self.tree: Tree | None = None
        self.whole = True
        self.missing: set[str] = set()
        self.root: bytes | None = None
        self.ordered_at: int | None = None
        self.about: Json | None = None
        self.ends: dict[int, bytes] = {}

    # ------------------------------------------------------------ small files

    def small(self, name: str) -> bytes:
        if name not in self.source.names:
            raise Broken("is not there")
        with self.source.open(name) as file:
            data: bytes = file.read(LARGEST_SMALL + 1)
        if len(data) > LARGEST_SMALL:
            raise Broken("is larger than it can be")
        self.digests[name] = hashlib.sha256(data).hexdigest()
        return data

    def tried(self, name: str, read: Any) -> Any:
        """Read a small file; what is wrong with it becomes a fault, and None is returned."""
        try:
            return read(self.small(name))
        except Broken as error:
            self.report.add(0, 0, "manifest", f"{name} {error}")
        except DAMAGED:
            self.report.add(0, 0, "manifest", f"{name} is damaged")
        return None

    # ------------------------------------------------------------ the whole

    def run(self) -> Report:
        manifest = self.tried("manifest.json", read_json)
        order = checked_order(manifest)
        if order is None:
            self.report.add(0, 0, "manifest", "manifest.json does not say what was ordered")
            self.facts({}, None)
            return self.report
        self.manifest, self.order, self.filter = manifest, order, Filter(order)
        text = order["filter"] or None
        if not re.fullmatch(" ".join(map(written, self.filter.terms)), text or ""):
            self.report.add(0, 0, "manifest", "the filter's text does not say what its terms do")
        self.sealed = self.tried(ORDER, read_json) if ORDER in self.source.names else None
        self.check_checkpoint()
        self.walk()
        self.check_erasures()
        self.check_tree()
        self.check_order()
        self.check_counts()
        self.check_members()
        self.check_sums()
        try:
            for fault in self.source.container():
                self.report.add(0, 0, "manifest", fault)
        except DAMAGED:
            self.report.add(0, 0, "manifest", "the end of the archive is damaged")
        self.say_what_is_left()
        self.check_names()
        self.facts(order, text)
        return self.report

    def check_checkpoint(self) -> None:
        """The signed note: its form, its log, its signature, and that the manifest names it."""
        said = self.manifest.get("checkpoint")
        if "checkpoint" not in self.source.names and said is None:
            self.report.cannot_judge("anything against a forger: there is no signed checkpoint")
            return
        self.checkpoint = found = self.tried("checkpoint", Checkpoint)
        if found is None:
            return
        if said != {"size": found.size, "root": found.root.hex()}:
            self.report.add(0, 0, "manifest", "the manifest names another checkpoint")
        if found.origin != f"govdesk/{self.order['tenant_path']}":
            self.report.add(0, 0, "manifest", "the checkpoint is of another log")
        self.signer = found.signers(self.keys)
        if not self.signer and any(key.name == found.origin for key in self.keys):
            self.report.add(0, 0, "signature", "the checkpoint is not signed by the key given")
        elif not self.signer and self.keys:
            self.report.cannot_judge("who signed: the key given is of another log")
        elif not self.signer:
            self.report.cannot_judge("who signed the checkpoint: no key was given")

    # ------------------------------------------------------------ the events

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a streamed file with their numbers; its digest is kept."""
        digest, number = hashlib.sha256(), 0
        if name not in self.source.names:
            return
        try:
            with self.source.open(name) as file:
                while line := file.readline(LONGEST_LINE):
                    digest.update(line)
                    number += 1
                    if not line.endswith(b"\n"):
                        what = "does not end"
                        if len(line) == LONGEST_LINE:
                            what = f"is longer than {LONGEST_LINE >> 20} MiB, which no event is"
                        self.report.add(0, 0, "manifest", f"{name} has a line that {what}")
                        return
                    yield number, line
        except DAMAGED:
            self.report.add(0, 0, "manifest", f"{name} is damaged after line {number}")
            return
        self.digests[name] = digest.hexdigest()

    def entries(self, name: str) -> Iterator[Entry]:
        """Yield the events of one file in ascending order; name lines that are out of turn."""
        last = 0
        for number, line in self.lines(name):
            try:
                found = read_json(line)
                entry = (
                    read_event(found)
                    if name == "events.jsonl"
                    else read_left_out(found, self.filter.opened)
                )
            except Broken as error:
                seq = re.search(rb'"seq\\?":([1-9][0-9]{0,17})[,}]', line)
                entry = Entry(int(seq[1]) if seq else last + 1, None, None, {})
                entry.wrong = [f"line {number} of {name} {error}"]
                entry.matching = name == "events.jsonl"
            if entry.seq <= last:
                kind = "inserted" if entry.seq == last else "reordered"
                detail = f"line {number} of {name} is out of its turn"
                self.report.add(entry.seq, entry.seq, kind, detail)
                self.whole = False
                continue
            last = entry.seq
            yield entry

    def walk(self) -> None:
        """Merge both files: together they hold every number of the range exactly once."""
        first, last = self.order["first"], self.order["last"]
        edges = self.tried("tree.json", read_edges) if self.checkpoint else None
        self.edges = edges
        if edges and len(edges["left"]) == bin(first - 1).count("1"):
            self.tree = Tree(first - 1, list(edges["left"]))
        elif edges:
            self.report.add(0, 0, "manifest", "tree.json does not fit where the range begins")
        expected = first
        for entry in self.merged():
            if not first <= entry.seq <= last:
                self.report.add(entry.seq, entry.seq, "inserted", "it lies outside the range")
                continue
            if entry.seq < expected:
                self.report.add(entry.seq, entry.seq, "inserted", "it stands in both files")
                continue
            if entry.seq > expected:
                self.gap(expected, entry.seq - 1, "deleted", "these events are not there")
            self.take(entry)
            expected = entry.seq + 1
        if expected <= last:
            self.gap(expected, last, "cut", "the range promises events up to here")

    def merged(self) -> Iterator[Entry]:
        streams = [self.entries("events.jsonl"), self.entries("left_out.jsonl")]
        heads = [next(stream, None) for stream in streams]
        while any(heads):
            one, two = heads
            place = 0 if two is None or (one is not None and one.seq <= two.seq) else 1
            yield heads[place]  # type: ignore[misc]
            heads[place] = next(streams[place], None)

    def gap(self, first: int, last: int, kind: str, detail: str) -> None:
        self.report.add(first, last, kind, detail)
        self.before, self.whole = None, False

    def take(self, entry: Entry) -> None:
        """One event: its bytes, its place in the chain and the tree, and whether it matches."""
        seq, leaf = entry.seq, entry.leaf
        self.count(entry)
        if leaf is not None:
            if leaf["tenant_path"] != self.order["tenant_path"]:
                entry.wrong.append("tenant_path")
            if entry.matching and entry.line.get("tenant_id") != self.order["tenant_id"]:
                entry.wrong.append("tenant_id")  # No leaf names it, but the sealed order does.
            if leaf["at"] < self.at:
                entry.wrong.append("at")
            self.at = max(self.at, leaf["at"])
            self.first_at = leaf["at"] if seq == self.order["first"] else self.first_at
            self.last_at = leaf["at"] if seq == self.order["last"] else self.last_at
            self.link(entry, leaf)
        if entry.wrong:
            self.report.add(seq, seq, "altered", "not what was sealed: " + ", ".join(entry.wrong))
        self.before = entry
        if entry.hash is None:
            self.whole = False
            return
        if seq in (self.order["first"], self.order["last"]):
            self.ends[seq] = entry.hash
        if self.tree is not None and self.whole:
            self.tree.push(entry.hash)
        if leaf is not None and not entry.wrong:
            self.note_absences(entry, leaf)
            self.judge(entry)

    def count(self, entry: Entry) -> None:
        if entry.matching:
            self.counts["rows"] += 1
            self.first_row = self.first_row or entry.seq
            self.last_row = entry.seq
        elif entry.hidden:
            self.counts["hidden"] += 1
        else:
            self.counts["left_out"] += 1
            self.counts["opened"] += bool(entry.line.get("salts"))

    def link(self, entry: Entry, leaf: Json) -> None:
        """The leaf names the hash before it: sixty-four zeros in the first event of a log."""
        before = self.before
        if entry.seq == 1 and leaf["prev"] != "0" * 64:
            entry.wrong.append("prev")
        if before is None or before.hash is None or before.wrong:
            return
        if leaf["prev"] != before.hash.hex():
            detail = "another event than the one that the next names"
            self.report.add(before.seq, before.seq, "altered", detail)

    def note_absences(self, entry: Entry, leaf: Json) -> None:
        """What is not there is redacted, as ordered, or waits for the event that erased it."""
        for name in self.filter.redact if entry.matching else ():
            if name not in entry.absent:
                detail = f"{name} is shown although it is said to be redacted"
                self.report.add(entry.seq, entry.seq, "manifest", detail)
        must = entry.absent
        if not entry.matching and not self.filter.clear_holds(entry):
            must = []
        for name in must:
            if entry.matching and name in self.filter.redact:
                self.redacted += 1
            elif leaf["action"] in ("audit.erased", "audit.pruned"):
                self.unaccounted(entry.seq, name)
            else:
                self.pending[entry.seq, name] = None
        if leaf["action"] == "audit.erased" and leaf["entity_type"] == "audit_event":
            self.settle(leaf)

    def unaccounted(self, seq: int, name: str) -> None:
        self.report.add(seq, seq, "altered", f"{name} is absent and nothing accounts for it")

    def settle(self, leaf: Json) -> None:
        """A later event says `<seq>:<field>,<field>`: these were erased."""
        found = ERASED_WHAT.fullmatch(str(leaf["entity_id"]))
        seq, names = (int(found[1]), found[2].split(",")) if found else (0, [])
        if names != [name for name in COMMITTED if name in names] or seq >= leaf["seq"]:
            return
        for name in names:
            if (seq, name) in self.pending:
                del self.pending[seq, name]
                self.erased += 1

    def judge(self, entry: Entry) -> None:
        """Run the filter again."""
        selected = self.filter.judge(entry)
        if selected is None:
            self.unjudged += 1
        elif selected and not entry.matching:
            detail = "the filter selects it, and it was left out"
            self.report.add(entry.seq, entry.seq, "deleted", detail)
        elif entry.matching and not selected:
            detail = "the filter does not select it"
            self.report.add(entry.seq, entry.seq, "inserted", detail)

    # ------------------------------------------------------------ what holds it together

    def proven(self, leaf: Json, digest: bytes, index: int, proof: list[bytes]) -> bool:
        found = self.checkpoint
        return (
            found is not None
            and index == leaf["seq"] - 1
            and leaf["tenant_path"] == self.order["tenant_path"]
            and included(digest, index, found.size, proof, found.root)
        )

    def check_erasures(self) -> None:
        """Events after the range that erased something in it, each with its inclusion proof."""
        for number, line in self.lines("erasures.jsonl"):
            try:
                found = read_json(line)
                leaf = read_leaf(found.get("leaf"))
                proof = read_hashes(found.get("proof"))
            except Broken as error:
                self.report.add(0, 0, "manifest", f"line {number} of erasures.jsonl {error}")
                continue
            digest = leaf_hash_of(found["leaf"].encode())
            if self.checkpoint and not self.proven(leaf, digest, leaf["seq"] - 1, proof):
                detail = "this erasure is not proven to be in the log"
                self.report.add(leaf["seq"], leaf["seq"], "manifest", detail)
            elif leaf["action"] == "audit.erased" and leaf["entity_type"] == "audit_event":
                self.settle(leaf)
        for seq, name in self.pending:
            self.unaccounted(seq, name)

    def check_tree(self) -> None:
        """The range, completed by the hashes around it, leads to the checkpoint's root."""
        found, tree = self.checkpoint, self.tree
        if found is None or tree is None or self.edges is None:
            return
        if not self.whole:
            self.report.not_judged.append("the checkpoint's root: faults changed it anyway")
            return
        first, last = self.order["first"], self.order["last"]
        fits = self.edges["size"] == found.size and last <= found.size
        self.root = complete(tree, self.edges["right"], found.size) if fits else None
        if self.root is None:
            self.report.add(0, 0, "manifest", "tree.json does not fit the range")
        elif self.root != found.root and not any(f[2] == "altered" for f in self.report.faults):
            detail = "these are not the events that the checkpoint covers"
            self.report.add(first, last, "rechained", detail)
        for name, seq in (("first", first), ("last", last)):
            digest = None if self.report.faults else self.ends.get(seq)
            fits = self.check_proof(f"proofs/{name}.tlog-proof", seq, digest)
            if not fits and not self.report.faults:
                detail = f"proofs/{name}.tlog-proof does not lead to the checkpoint's root"
                self.report.add(0, 0, "manifest", detail)

    def check_proof(self, name: str, seq: int, digest: bytes | None = None) -> bool:
        """A proof file has the place, carries this bundle's checkpoint, and leads to its root."""
        read = self.tried(name, read_proof)
        if read is None or self.checkpoint is None:
            return False
        index, proof, note = read
        if index != seq - 1 or note != self.small("checkpoint"):
            self.report.add(0, 0, "manifest", f"{name} is of another event or checkpoint")
            return False
        return digest is None or included(
            digest, index, self.checkpoint.size, proof, self.checkpoint.root
        )

    def check_order(self) -> None:
        """The order was sealed in the log before the first row was written."""
        if self.checkpoint is None:
            return
        if ORDER not in self.source.names and not self.order["whole"]:
            who = "whoever made this sees a part of the log"
            self.report.not_judged.append(f"whether this is all that was ordered: {who}")
            return
        found = self.sealed
        if found is None:
            return
        try:
            entry = read_left_out(found, ["diff"])
        except Broken as error:
            self.report.add(0, 0, "manifest", f"order.json {error}")
            return
        leaf, diff = entry.leaf or {}, found.get("diff")
        sealed = diff
        for name in ("data", "new", "order"):
            sealed = sealed.get(name) if isinstance(sealed, dict) else None
        digest = hashlib.sha256(canonical(self.order)).hexdigest()
        wrong = entry.wrong or entry.absent or leaf.get("action") != "audit.bundle_created"
        named = (leaf.get("tenant_path"), leaf.get("entity_id"))
        if wrong or named != (self.order["tenant_path"], self.order["export"]):
            self.report.add(0, 0, "manifest", "order.json is not the order of this bundle")
        elif sealed != digest:
            detail = "range, filter or redaction are not what was ordered: the log holds"
            self.report.add(0, 0, "manifest", f"{detail} another order at event {leaf['seq']}")
        elif self.check_proof("proofs/order.tlog-proof", leaf["seq"], entry.hash):
            self.ordered_at = leaf["seq"]
        else:
            self.report.add(0, 0, "manifest", "the order is not proven to be in the log")

    def check_names(self) -> None:
        """Organization, maker and time are those that the order's event commits to."""
        found = self.sealed or {}
        facts: Any = found.get("diff")
        for name in ("data", "new"):
            facts = facts.get(name) if isinstance(facts, dict) else None
        try:
            at = str(json.loads(found["leaf"])["at"])
        except (ValueError, KeyError, TypeError, RecursionError):
            facts = None
        if not isinstance(facts, dict) or "about" not in facts:
            self.report.not_judged.append(
                "the organization's name, who made the file and when: the log holds nothing of"
                " them, they are the file's own words"
            )
            return
        about = self.manifest.get("about")
        digest = hashlib.sha256(canonical(about)).hexdigest() if is_of_texts(about) else None
        if digest != facts["about"] or digest is None or self.manifest.get("generated_at") != at:
            detail = "organization, maker or time are not what the order sealed"
            self.report.add(0, 0, "manifest", detail)
        elif self.ordered_at is not None:
            self.about = {**about, "generated_at": at}

    def check_counts(self) -> None:
        found = {**self.counts, "first_seq": self.first_row, "last_seq": self.last_row}
        if (self.manifest.get("format"), self.manifest.get("v")) != ("govdesk-bundle", 1):
            self.report.add(0, 0, "manifest", "the manifest is not that of a bundle, version 1")
        if self.manifest.get("tenant_path") != self.order["tenant_path"]:
            self.report.add(0, 0, "manifest", "the manifest names two organizations")
        for name, number in found.items():
            said = self.manifest.get(name)
            if type(said) is not type(number) or said != number:
                detail = f"the manifest's {name} is {said!r}, found {number}"
                self.report.add(0, 0, "manifest", detail)

    def check_members(self) -> None:
        """What every bundle has is there, and nothing that only others have."""
        there, whole = set(self.source.names), self.order["whole"]
        signed = self.manifest.get("checkpoint") is not None
        wanted = ALWAYS | (UNDER_CHECKPOINT if signed else set())
        wanted |= {ORDER} if whole else set()
        wanted |= {ORDER_PROOF} if signed and whole else set()
        self.missing = wanted - there
        for name in sorted(self.missing):
            self.report.add(0, 0, "manifest", f"{name} is not there")
        for name in sorted(there & (UNDER_CHECKPOINT | {ORDER_PROOF}) if not signed else ()):
            detail = f"{name} belongs to a checkpoint, and the manifest names none"
            self.report.add(0, 0, "manifest", detail)

    def check_sums(self) -> None:
        """Every file is the one that SHA256SUMS names, and no other is there."""
        said: dict[str, str] = {}
        text = self.tried("SHA256SUMS", bytes.decode) or ""
        for line in text.removesuffix("\n").split("\n") if text else ():
            digest, _, name = line.partition("  ")
            if name in said:
                self.report.add(0, 0, "manifest", f"{name!a} stands twice in SHA256SUMS")
            said[name] = digest
        there = set(self.source.names) - {"SHA256SUMS", CONTAINER}
        for name in sorted(there | set(said)):
            if name not in there:
                if name not in self.missing:
                    self.report.add(0, 0, "manifest", f"{name!a} is not there")
            elif name not in said:
                self.report.add(0, 0, "manifest", f"{name} is not named in SHA256SUMS")
            elif self.digest(name) != said[name]:
                self.report.add(0, 0, "manifest", f"{name} is not the file that was written")

    def digest(self, name: str) -> str:
        if name not in self.digests:
            digest = hashlib.sha256()
            try:
                with self.source.open(name) as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
            except DAMAGED:
                return "damaged"
            self.digests[name] = digest.hexdigest()
        return self.digests[name]

    # ------------------------------------------------------------ the verdict

    def say_what_is_left(self) -> None:
        """What nobody can tell from this file."""
        say, counts, first, last = (
            self.report.not_judged.append,
            self.counts,
            self.order["first"],
            self.order["last"],
        )
        if counts["rows"] + counts["left_out"] + counts["hidden"] == 0:
            self.report.cannot_judge("anything: there are no events")
        if self.unjudged:
            say(f"whether every match is there: of {self.unjudged:,} events the fields that the"
                " filter reads are not shown")  # fmt: skip
        if counts["hidden"]:
            say(f"whether {counts['hidden']:,} events match of which only the hash is there")
        if first > 1 and not self.covers(self.first_at, first, "low"):
            say(f"events before {first}: the range begins there")
        if last + 1 != self.ordered_at and not self.covers(self.last_at, last, "high"):
            say(f"events after {last}: the range ends there")
        for place, ids in sorted(self.filter.systems.items()):
            term = self.filter.terms[int(place)]
            if term["op"] != "eq" or ids != [term["value"]]:
                say(f"whether system:{term['value']} meant the systems {', '.join(ids) or 'none'}")
        if asks_denied(self.filter.terms):
            actions = ", ".join(self.order["denied"]) or "none"
            say(f"whether is:denied meant the actions {actions}")
        beside = self.source.beside()
        if beside:
            more = f" and {len(beside) - 5:,} more" if len(beside) > 5 else ""
            say(f"files here that are no part of the bundle: {', '.join(beside[:5])}{more}")

    def covers(self, at: str, seq: int, side: str) -> bool:
        """Whether what lies beyond an end of the range is outside the filter's period anyway."""
        for term in self.filter.terms:
            bound = term[side]
            if term["op"] != "range" or term["not"] or bound is None:
                continue
            if term["key"] == "seq" and (bound >= seq if side == "low" else bound <= seq):
                return True
            if term["key"] == "at" and at and (at < bound if side == "low" else at >= bound):
                return True
        return False

    def facts(self, order: Json, text: str | None) -> None:
        found, lost = self.checkpoint, ("deleted", "cut")
        signer = getattr(self, "signer", [])
        unsure = self.unjudged or self.counts["hidden"] or not order.get("whole")
        unsure = unsure or self.report.undecided
        self.report.facts = {
            "complete": False
            if any(fault[2] in lost for fault in self.report.faults)
            else None
            if unsure or self.report.faults or not any(self.counts.values())
            else True,
            "rows": self.counts["rows"],
            "first_seq": self.first_row,
            "last_seq": self.last_row,
            "root": self.root.hex() if self.root else None,
            "filter": text,
            "redacted": self.redacted,
            "erased": self.erased,
            "checkpoint": None
            if found is None
            else {
                "size": found.size,
                "root": found.root.hex(),
                "signed_by": signer[0].text if signer else None,
            },
            "from": order.get("first"),
            "to": order.get("last"),
            "left_out": self.counts["left_out"],
            "about": self.about if self.report.ok else None,
        }


def checked_order(manifest: Json | None) -> Json | None:
    """The order of a manifest, if it has its form; what a stranger wrote is not believed."""
    order = (manifest or {}).get("order")
    if not isinstance(order, dict):
        return None
    names = ("tenant_path", "tenant_id", "export", "first", "last", "filter", "terms", "systems",
             "denied", "redact", "whole")  # fmt: skip
    numbers = [order.get("first"), order.get("last")]
    systems, terms = order.get("systems"), order.get("terms")
    sound = (
        set(order) == set(names)
        and is_texts([order["tenant_path"], order["tenant_id"], order["export"]])
        and all(type(number) is int and 0 <= number < 2**62 for number in numbers)
        and order["first"] >= 1
        and (order["filter"] is None or isinstance(order["filter"], str))
        and type(order["whole"]) is bool
        and is_texts(order["redact"])
        and set(order["redact"]) <= set(COMMITTED)
        and isinstance(terms, list)
        and len(terms) <= 64
        and all(map(is_term, terms))
        and (is_texts(order["denied"]) or (order["denied"] is None and not asks_denied(terms)))
        and isinstance(systems, dict)
        and set(systems) == {str(n) for n, t in enumerate(terms) if t["key"] == "system"}
        and all(map(is_texts, systems.values()))
    )
    return order if sound else None


def asks_denied(terms: list[Json]) -> bool:
    return any((term["key"], term["value"]) == ("is", "denied") for term in terms)


def is_of_texts(value: Any) -> bool:
    """Whether it is an object of plain names and texts."""
    return isinstance(value, dict) and all(
        re.fullmatch("[a-z_]+", name)
        and isinstance(text, str)
        and not re.search("[\ud800-\udfff]", text)
        for name, text in value.items()
    )


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


SESSION = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
VALUE_FORMS = {
    "severity": {"eq": "|".join(SEVERITIES), "prefix": "[a-z]*"},
    "session": {"eq": SESSION, "prefix": "[0-9a-f-]*"},
    "ip": {"eq": "[0-9a-f:.]+", "prefix": "[0-9a-f:.]*", "cidr": "[0-9a-f:.]+/[0-9]{1,3}"},
    "text": {"contains": "(?s:...+)"},
}


def is_term(term: Any) -> bool:
    """Whether a term is one of the filter language's closed JSON form."""
    members = ("key", "op", "not", "value", "values", "low", "high")
    if not isinstance(term, dict) or set(term) != set(members) or type(term["not"]) is not bool:
        return False
    key, op, value, ends = term["key"], term["op"], term["value"], (term["low"], term["high"])
    uses = {"range": ("low", "high"), "any": ("values",)}.get(str(op), ("value",))
    if any(term[name] is not None for name in members[3:] if name not in uses):
        return False
    if op == "range":
        low, high = ends
        if key == "seq":
            fit = all(end is None or (type(end) is int and 0 <= end < 2**63) for end in ends)
            return fit and ends != (None, None) and (None in ends or low <= high)
        times = all(end is None or (isinstance(end, str) and is_time(end)) for end in ends)
        some = ends != (None, None) and high != "0001-01-01T00:00:00.000000Z"
        return bool(key == "at" and times and some and (None in ends or low < high))
    if op == "any":
        values = term["values"]
        spans: list[Any] = [SEVERITIES[a:b] for a in range(4) for b in range(a + 1, 5)]
        return bool(key == "severity" and values in spans)
    if not isinstance(value, str) or key in ("at", "seq") or (not value and op != "prefix"):
        return False
    # Values have one form, so that what a filter says is what it does: "High" is no severity.
    if (
        len(value) > 512
        or normalize("NFC", value) != value
        or re.search("[\0\ud800-\udfff]", value)
    ):
        return False
    if key in VALUE_FORMS and not re.fullmatch(VALUE_FORMS[key].get(str(op), "(?!)"), value):
        return False
    if key == "is":
        return op == "eq" and str(value) in ("sealed", "redacted", "erased", "high", "denied")
    if key == "text":
        return bool(op == "contains")
    if key == "ip" and op in ("eq", "cidr"):
        return is_address(value, op)
    return bool(op in ("eq", "prefix") and (key in FIELDS or key == "system"))


def is_time(text: str) -> bool:
    from datetime import datetime

    try:
        return bool(INSTANT.fullmatch(text) and datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ"))
    except ValueError:
        return False


def is_address(value: str, op: str) -> bool:
    try:
        return bool(ipaddress.ip_network(value) if op == "cidr" else ipaddress.ip_address(value))
    except ValueError:
        return False


def read_edges(text: bytes) -> Json:
    found = read_json(text)
    if set(found) != {"size", "left", "right"} or type(found["size"]) is not int:
        raise Broken("has another form")
    return {**found, "left": read_hashes(found["left"]), "right": read_hashes(found["right"])}


def read_hashes(value: Any) -> list[bytes]:
    if not is_texts(value) or not all(HEX64.fullmatch(one) for one in value) or len(value) > 128:
        raise Broken("has no list of hashes")
    return [bytes.fromhex(one) for one in value]


# ================================================================ the command


def told(found: Json) -> str:
    """The report in sentences."""
    many = len(found["faults"])
    verdict = {True: "No fault found", False: f"{many} fault{'s' * (many != 1)} found"}
    span = f"events {found['from']} to {found['to']}" if found["from"] else "no range"
    lines = [f"{verdict.get(found['ok'], 'Cannot judge')}: {found['rows']:,} events match,"
             f" {found['left_out']:,} others of {span} are shown by their leaves."]  # fmt: skip
    lines.append(f"Filter: {found['filter'] or 'none'}")
    if found["complete"]:
        lines.append("Complete: the filter selects these events of the range and no others.")
    if found["about"]:
        lines.append(as_sealed(found["about"]))
    for fault in found["faults"]:
        where = fault["seq"] if isinstance(fault["seq"], int) else "–".join(map(str, fault["seq"]))
        lines.append(f"  {fault['kind']:<11} {where}: {fault['detail']}")
    gone = [f"{found[how]:,} {'field is' if found[how] == 1 else 'fields are'} {how}"
            for how in ("redacted", "erased") if found[how]]  # fmt: skip
    if gone:
        lines.append(f"{', '.join(gone)}.")
    lines.extend(f"Not judged: {text}." for text in found["not_judged"])
    point = found["checkpoint"]
    if point:
        signed = f"signed by {point['signed_by']}" if point["signed_by"] else "signature not proven"
        lines.append(f"Checkpoint of {point['size']:,} events, {signed}; root {point['root']}")
    return "\n".join(map(shown, lines))


def as_sealed(about: Json) -> str:
    """Whom the bundle is about and who made it, as the log holds it."""
    names = [about[name] for name in ("organization", "legal_entity", "country") if about.get(name)]
    made = f"made by {about['made_by']}" if about.get("made_by") else "made"
    contact = [f"compliance contact {about['contact']}"] if about.get("contact") else []
    parts = [", ".join(names), *contact, f"{made} at {about['generated_at']}"]
    return f"As the log holds it: {'; '.join(filter(None, parts))}."


def shown(line: str) -> str:
    """Text from the file as it stands, but for signs by which it could rewrite what was printed."""
    return "".join(
        sign if sign.isprintable() else sign.encode("ascii", "backslashreplace").decode()
        if not sign.isascii() else f"\\x{ord(sign):02x}"
        for sign in line
    )  # fmt: skip


def read_keys(given: list[str]) -> list[Key]:
    """Each is a key, or the name of a file with one key a line."""
    found = []
    for text in given:
        if os.path.exists(text):
            with open(text, encoding="utf-8", errors="replace") as file:
                lines = [line.strip() for line in file.read(1 << 20).splitlines()]
            found += [Key(line) for line in lines if line and not line.startswith("#")]
        else:
            found.append(Key(text))
    return found


def verify(path: str, keys: list[Key]) -> Report:
    """Check a bundle, packed or unpacked; raises `Refused` for what is none."""
    if not os.path.exists(path):
        raise Refused(f"{path} does not exist.")
    source = Folder(path) if os.path.isdir(path) else Archive(path)
    if "manifest.json" not in source.names:
        raise Refused(f"{path} is no bundle: it has no manifest.json.")
    return Verification(source, keys).run()


def main(arguments: list[str]) -> int:
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description="Check a GovDesk evidence bundle.")
    parser.add_argument("bundle", nargs="?", default=here, help="folder or ZIP; default: here")
    parser.add_argument("--key", action="append", default=[], help="the key, or a file with it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(arguments)
    try:
        found = verify(given.bundle, read_keys(given.key)).document()
    except (Refused, OSError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):  # A terminal may not know every sign.
        sys.stdout.reconfigure(errors="backslashreplace")
    print(json.dumps(found) if given.json else told(found))
    return {True: 0, False: 1, None: 3}[found["ok"]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
