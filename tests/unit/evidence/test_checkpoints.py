"""Claims: checkpoints, proofs and policies are C2SP's texts, one text for each value."""

from __future__ import annotations

import hashlib

import pytest

from govdesk.evidence.checkpoints import BadCheckpoint, SignedCheckpoint, Tree, body, origin
from govdesk.evidence.notes import BadSignature, sign
from govdesk.evidence.proofs import BadProof, MemoryHashes, inclusion, root
from govdesk.evidence.tlog import BadPolicy, InclusionProof, Policy
from tests.pairs import pair

EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
    "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
"""The example of c2sp.org/tlog-checkpoint."""

LOG = origin("meridian_bank")
PAIR = pair("ours")
KEY = PAIR.vkey(LOG)
LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(100)]
HASHES = MemoryHashes(LEAVES)
TREE = Tree(100, root(HASHES, 100))
NOTE = sign(body(LOG, TREE), LOG, [PAIR])


def test_the_example_of_the_specification_is_read() -> None:
    found = SignedCheckpoint.parse(EXAMPLE)
    assert (found.origin, found.tree.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.tree.root.hex().startswith("0ac5186a91863e8e")
    assert (found.tenant_path, found.extensions) == ("", ())
    assert body(found.origin, found.tree) == found.signed.text


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    found = SignedCheckpoint.parse(NOTE.encode())
    assert (found.origin, found.tenant_path, found.tree) == (LOG, "meridian_bank", TREE)
    assert found.verified_by([KEY]) == (KEY,)
    assert found.note == NOTE
    assert len(NOTE.splitlines()) == 5


def test_the_same_key_s_signature_for_another_log_is_not_this_log_s() -> None:
    other = origin("other_bank")
    note = sign(body(LOG, TREE), other, [PAIR])
    found = SignedCheckpoint.parse(note)
    assert found.verified_by([KEY, PAIR.vkey(other)]) == ()


def test_a_forged_size_does_not_fit_the_signature() -> None:
    with pytest.raises(BadSignature):
        SignedCheckpoint.parse(NOTE.replace("\n100\n", "\n101\n")).verified_by([KEY])


@pytest.mark.parametrize(
    "text",
    [
        f"{LOG}\n100\n",
        f"{LOG}\n0100\n{body(LOG, TREE).splitlines()[2]}\n",
        f"{LOG}\n-1\n{body(LOG, TREE).splitlines()[2]}\n",
        f"{LOG}\n٣\n{body(LOG, TREE).splitlines()[2]}\n",
        f"{LOG}\n{2**63}\n{body(LOG, TREE).splitlines()[2]}\n",
        f"{LOG}\n100\nAAAA\n",
        f"{LOG}\n100\n{body(LOG, TREE).splitlines()[2][:-1]}\n",
        f"{LOG}\n100\n\n{body(LOG, TREE).splitlines()[2]}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused_though_signed(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        SignedCheckpoint.parse(sign(text, LOG, [PAIR]))


def test_extension_lines_are_read_and_signed_but_mean_nothing() -> None:
    found = SignedCheckpoint.parse(sign(body(LOG, TREE) + "more\n", LOG, [PAIR]))
    assert (found.extensions, found.tree) == (("more",), TREE)
    assert found.verified_by([KEY]) == (KEY,)


def test_the_empty_log_has_a_checkpoint() -> None:
    empty = Tree(0, hashlib.sha256().digest())
    found = SignedCheckpoint.parse(sign(body(LOG, empty), LOG, [PAIR]))
    assert found.tree == empty


# ---------------------------------------------------------------- tlog-proof


def _proof(index: int = 42, extra: bytes | None = None) -> InclusionProof:
    path = tuple(inclusion(HASHES, index, 100))
    return InclusionProof(index, path, SignedCheckpoint.parse(NOTE), extra)


def test_a_proof_is_c2sp_s_text_and_proves() -> None:
    text = _proof().text
    lines = text.split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 42"]
    assert text.endswith("\n\n" + NOTE)
    assert lines.index("") == 2 + 7
    again = InclusionProof.parse(text.encode())
    assert again == _proof()
    assert again.verify(LEAVES[42], [KEY]) == (KEY,)
    assert again.verify(LEAVES[42], []) == ()


def test_extra_data_stands_on_the_second_line() -> None:
    text = _proof(extra=b"a row").text
    assert text.split("\n")[1] == "extra YSByb3c="
    assert InclusionProof.parse(text).extra == b"a row"


def test_the_proof_of_the_only_leaf_has_no_hashes() -> None:
    one = Tree(1, LEAVES[0])
    found = SignedCheckpoint.parse(sign(body(LOG, one), LOG, [PAIR]))
    text = InclusionProof(0, (), found).text
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 0\n\ngovdesk/")
    assert InclusionProof.parse(text).verify(LEAVES[0], [KEY]) == (KEY,)


def test_a_proof_at_a_million_rows_is_shorter_than_2_kib() -> None:
    tree = Tree(1_000_000, LEAVES[0])
    found = SignedCheckpoint.parse(sign(body(LOG, tree), LOG, [PAIR]))
    assert len(InclusionProof(999_999, tuple(LEAVES[:20]), found).text.encode()) < 2048


def test_with_any_bit_flipped_a_proof_file_is_refused_or_signed_by_nobody() -> None:
    whole = _proof().text.encode()
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            assert InclusionProof.parse(bytes(changed)).verify(LEAVES[42], [KEY]) == ()
        except (BadProof, BadSignature):
            continue


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 42", "index 042"),
        ("index 42", "index -1"),
        ("index 42", "Index 42"),
        ("index 42\n", ""),
        ("index 42\n", "index 42\nAAAA\n"),
        ("index 42\n", "index 42\nextra AAAA\n"),
        ("index 42\n", "extra !\nindex 42\n"),
        ("index 42\n", "index 42\n" + "A" * 43 + "=\n" * 70),
        ("\n\ngovdesk", "\ngovdesk"),
    ],
)
def test_what_is_no_proof_is_refused(old: str, new: str) -> None:
    with pytest.raises(BadProof):
        InclusionProof.parse(_proof().text.replace(old, new, 1))


def test_bytes_that_are_no_text_are_no_proof() -> None:
    with pytest.raises(BadProof):
        InclusionProof.parse(b"\xff\xfe")


# ---------------------------------------------------------------- tlog-policy


def test_a_policy_names_the_log_s_keys_and_asks_for_no_witness() -> None:
    policy = Policy((KEY,))
    assert policy.text == f"log {KEY.text}\nquorum none\n"
    assert Policy.parse(policy.text) == policy
    assert policy.accepts(SignedCheckpoint.parse(NOTE)) == (KEY,)


def test_the_shape_of_the_specification_s_example_is_read() -> None:
    text = f"""# A comment
log {KEY.text} https://log.example/

witness X1 x1+00000000+BAAA
\twitness X2 x2+00000000+BBBB   https://x2.example
witness X3 x3+00000000+BCCC
group X-witnesses 2 X1 X2 X3
witness Y1 y1+00000000+BDDD
group Y-witnesses any Y1
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
    policy = Policy.parse(text.encode())
    assert (policy.logs, policy.quorum) == ((KEY,), "X-and-Y")
    with pytest.raises(BadPolicy):
        _ = policy.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {KEY.text}\n",
        "quorum none\nquorum none\n",
        "quorum X\n",
        "quorum none extra\n",
        "log rubbish\nquorum none\n",
        f"log {KEY.text}\nlog {PAIR.vkey('another').text}\nquorum none\n",
        "witness none a\nquorum none\n",
        "witness X a\nwitness X b\nquorum none\n",
        "witness X a\nwitness Y a\nquorum none\n",
        "group G any\nquorum none\n",
        "group G any X\nquorum none\n",
        "witness X a\ngroup G 2 X\nquorum G\n",
        "witness X a\ngroup G 0 X\nquorum G\n",
        "witness X a\ngroup G all X X\nquorum G\n",
        "witness X a\ngroup G all X\ngroup H all X\nquorum H\n",
        "witness X a\ngroup G any none\nquorum G\n",
        "quorum none\r\n",
        "sign here\nquorum none\n",
        b"\xff\n",
    ],
)
def test_what_is_no_policy_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadPolicy):
        Policy.parse(text)
