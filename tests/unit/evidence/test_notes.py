"""Claims: notes are those of C2SP and of Go's note package, and nothing forged passes as signed."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence.notes import (
    BadNote,
    BadSignature,
    KeyPair,
    SignedNote,
    VerifierKey,
    is_name,
    sign,
)

NAME = "PeterNeumann"
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = TEXT + (
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
"""The example of golang.org/x/mod/sumdb/note."""

QUASIMODO = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU"
    "0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
"""The example of c2sp.org/signed-note."""

KEY = VerifierKey.parse(VKEY)
PAIR = KeyPair.from_text(PRIVATE)


def test_the_example_of_go_is_signed_and_verified_to_the_byte() -> None:
    assert sign(TEXT, NAME, [PAIR]) == NOTE
    assert SignedNote.parse(NOTE).signers([KEY]) == (KEY,)
    assert PAIR.vkey(NAME) == KEY
    assert KEY.text == VKEY


def test_the_example_of_the_specification_is_read_up_to_its_last_empty_line() -> None:
    note = SignedNote.parse(QUASIMODO)
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    (line,) = note.signatures
    assert (line.name, len(line.signature)) == ("quasimodo.example/salvatore", 64)
    assert note.note == QUASIMODO
    assert note.signers([KEY]) == ()


def test_the_key_of_go_s_checksum_database_is_read() -> None:
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert VerifierKey.parse(f" {text}\n").text == text


@given(st.integers(0, len(NOTE.encode()) * 8 - 1))
@settings(max_examples=400, deadline=None)
def test_with_any_bit_flipped_the_note_is_refused_or_signed_by_nobody(bit: int) -> None:
    changed = bytearray(NOTE.encode())
    changed[bit // 8] ^= 1 << bit % 8
    try:
        assert SignedNote.parse(bytes(changed)).signers([KEY]) == ()
    except BadNote:
        return


def test_signatures_of_strangers_are_ignored_and_all_that_fit_are_named() -> None:
    other, stranger = KeyPair.generate(), KeyPair.generate()
    note = SignedNote.parse(sign(TEXT, NAME, [stranger, PAIR, other]))
    keys = [KEY, other.vkey(NAME)]
    assert set(note.signers(keys)) == set(keys)
    assert note.signers([stranger.vkey("another")]) == ()


def test_a_signature_that_names_a_known_key_and_does_not_fit_refuses_the_whole_note() -> None:
    other = KeyPair.generate()
    good = sign(TEXT, NAME, [other])
    forged = NOTE.replace("x08go/ZJ", "x08go/ZK")
    note = SignedNote.parse(good + forged.rpartition("\n\n")[2])
    assert note.signers([other.vkey(NAME)]) == (other.vkey(NAME),)
    with pytest.raises(BadSignature):
        note.signers([other.vkey(NAME), KEY])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        TEXT + "\n",
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—  "),
        NOTE.replace("nAM=\n", "nAM\n"),
        NOTE.replace("nAM=\n", "nAN=\n"),
        NOTE.replace("nAM=\n", "nAM=\r\n"),
        NOTE.replace("— PeterNeumann", "— Peter+Neumann"),
        NOTE.replace("— PeterNeumann", "— Peter\u00a0Neumann"),
        TEXT + "\n— PeterNeumann AAAA\n",
        "\n— PeterNeumann AAAAAAAA\n",
        "tab\there\n" + NOTE,
        TEXT + "\n" + "— a AAAAAAAA\n" * 101,
        "a" * 1_000_001 + NOTE,
        b"\xff" + NOTE.encode(),
        "\ud800" + NOTE,
    ],
)
def test_what_is_no_note_is_refused(note: str | bytes) -> None:
    with pytest.raises(BadNote):
        SignedNote.parse(note)


def test_sixteen_signatures_and_more_are_read() -> None:
    pairs = [KeyPair.generate() for _ in range(16)]
    note = SignedNote.parse(sign(TEXT, NAME, pairs))
    assert len(note.signers([pair.vkey(NAME) for pair in pairs])) == 16


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY.replace("PeterNeumann", "Peter Neumann"),
        VKEY.replace("PeterNeumann", "MalloryNeumann"),
        VKEY.replace("ARpc", "BBpc"),
        VKEY.replace("ARpc", "ARpd"),
        VKEY[:-4],
        VKEY + "=",
        PRIVATE,
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize(
    "y",
    [
        0,
        1,
        2**255 - 20,
        0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        2**255 - 19,
        2**255 - 18,
    ],
)
@pytest.mark.parametrize("sign_bit", [0, 1 << 255])
def test_a_point_under_which_one_signature_fits_many_texts_is_no_key(y: int, sign_bit: int) -> None:
    with pytest.raises(BadNote, match="anybody"):
        VerifierKey(NAME, (y | sign_bit).to_bytes(32, "little"))


@pytest.mark.parametrize(
    "text",
    [
        VKEY,
        PRIVATE.removeprefix("PRIVATE+KEY+"),
        PRIVATE.replace("AYEK", "AYEL"),
        PRIVATE.replace("AYEK", "BYEK"),
        PRIVATE[:-4],
    ],
)
def test_what_is_no_private_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(BadNote) as caught:
        KeyPair.from_text(text)
    assert text[-20:] not in str(caught.value)


def test_a_private_key_comes_back_from_its_text_and_shows_itself_nowhere() -> None:
    pair = KeyPair.generate()
    again = KeyPair.from_text(pair.text)
    assert again.public == pair.public
    secret = pair.text.split("+", 4)[4]
    assert secret not in repr(pair)
    assert secret not in str([pair])
    for spread in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not pickled"):
            spread(pair)


def test_two_logs_have_different_keys_of_one_pair_and_one_fingerprint() -> None:
    one, two = PAIR.vkey("govdesk/a"), PAIR.vkey("govdesk/b")
    assert one.hash != two.hash
    assert one.fingerprint == two.fingerprint
    assert len(one.fingerprint) == 64
    note = SignedNote.parse(sign(TEXT, one.name, [PAIR]))
    assert note.signers([two]) == ()


@pytest.mark.parametrize("text", ["", "no line end", "\nfirst\n", "a\tb\n", "a\0\n", "a\r\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        sign(text, NAME, [PAIR])


def test_a_signer_that_answers_with_another_key_s_signature_is_found_out() -> None:
    class Confused:
        public = PAIR.public

        def sign(self, message: bytes) -> bytes:
            return KeyPair.generate().sign(message)

    with pytest.raises(BadNote):
        sign(TEXT, NAME, [Confused()])
    with pytest.raises(BadNote):
        sign(TEXT, NAME, [])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\n", "\u00a0"])
def test_names_have_no_white_space_and_no_plus(name: str) -> None:
    assert not is_name(name)
    assert is_name("govdesk/meridian_bank.emea")
