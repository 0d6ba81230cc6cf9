"""Claims: a signed PDF verifies; any change to it, to what it carries or behind it is found."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from govdesk.evidence.judging import UNKNOWN_SIGNER
from govdesk.evidence.report import Report
from govdesk.exports.pdf import attachments, signing
from govdesk.exports.pdf.reading import HEAD
from govdesk.exports.pdf.seal import Seal
from govdesk.services.signed_pdf import PAGES, verify_pdf
from tests.pairs import pair
from tests.printed import Printed
from tests.sealed_pdfs import issued, printed, self_signed
from tests.unit.evidence import logs
from tests.unit.evidence.bundles import KEY, NAME
from tests.unit.evidence.test_covered import under

LOG = logs.log(12, seed=5)
FLIPS = 1000


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A signed log of twelve events."""
    return printed(tmp_path_factory.mktemp("pdf") / "log.pdf", LOG, issued()).read_bytes()


def judged(folder: Path, data: bytes) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return verify_pdf(path)


def words(report: Report) -> str:
    return " ".join([*(fault.detail for fault in report.faults), *report.not_judged])


@pytest.mark.parametrize("seal", [self_signed(), issued(), issued("rsa")], ids=["own", "ec", "rsa"])
def test_a_whole_one_verifies_with_its_events(tmp_path: Path, seal: Seal) -> None:
    report = verify_pdf(printed(tmp_path / "log.pdf", LOG, seal))
    assert (report.faults, report.ok) == ([], True)
    assert (report.rows, report.complete) == (12, True)
    assert PAGES in report.not_judged
    assert seal.signer.grouped in words(report)


def test_who_signed_is_said_and_what_that_means(tmp_path: Path) -> None:
    own = verify_pdf(printed(tmp_path / "own.pdf", LOG, self_signed()))
    assert "integrity, not identity" in words(own)
    theirs = verify_pdf(printed(tmp_path / "theirs.pdf", LOG, issued()))
    assert "Meridian Bank Compliance" in words(theirs)
    assert "Issuing CA vouches for this name" in words(theirs)
    assert "2026-05-04 03:02:01 UTC" in words(theirs)


@pytest.mark.parametrize("seal", [issued(), issued("rsa")], ids=["ec", "rsa"])
def test_another_implementation_agrees(tmp_path: Path, seal: Seal) -> None:
    """pyHanko's own validation, which reads the file with a reader of its own."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    path = printed(tmp_path / "log.pdf", LOG, seal)
    trusted = ValidationContext(trust_roots=[x509.Certificate.load(seal.chain[-1])])
    with open(path, "rb") as file:
        [found] = PdfFileReader(file).embedded_signatures
        status = validate_pdf_signature(found, trusted)
    assert (status.intact, status.valid) == (True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_a_process_that_never_signs_can_check(signed: bytes, tmp_path: Path) -> None:
    """pyHanko teaches its parser names of attributes; verification must not lean on that."""
    (tmp_path / "log.pdf").write_bytes(signed)
    code = (
        "import sys; from pathlib import Path; from govdesk.services.signed_pdf import verify_pdf;"
        f" report = verify_pdf(Path({str(tmp_path / 'log.pdf')!r}));"
        " print(report.ok, report.faults, 'pyhanko' in sys.modules, 'reportlab' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True [] False False"


def test_a_thousand_flipped_bits_are_all_found(signed: bytes, tmp_path: Path) -> None:
    """Half of them anywhere, half in the signature, of which no other signature speaks."""
    rng = random.Random(7)
    hole = signed.index(b"/Contents<") if signed.count(b"/Contents<") == 1 else -1
    assert hole > 0
    places = [rng.randrange(len(signed)) for _ in range(FLIPS // 2)]
    places += [hole + rng.randrange(4000) for _ in range(FLIPS - len(places))]
    missed = []
    for place in places:
        data = bytearray(signed)
        data[place] ^= 1 << rng.randrange(8)
        report = judged(tmp_path, bytes(data))
        if report.ok is not False and place > len(HEAD):
            missed.append((place, report))
        assert report.ok is not True, place
    assert missed == []


def test_every_bit_of_the_container_counts(tmp_path: Path) -> None:
    """Certificates, attributes, algorithms, numbers: each byte of it, one bit of each."""
    signed = printed(tmp_path / "log.pdf", LOG[:1], self_signed()).read_bytes()
    begin = signed.index(b"/Contents<") + len(b"/Contents<")
    end = begin + len(signed[begin : begin + 2 * signing.ROOM].rstrip(b"0"))
    for place in range(begin, end + 40):
        data = bytearray(signed)
        data[place] = ord("1") if data[place] == ord("0") else data[place] ^ 1
        assert judged(tmp_path, bytes(data)).ok is False, place
    upper = signed[:begin] + signed[begin:end].upper() + signed[end:]
    assert judged(tmp_path, upper).ok is False


def _appended_text(data: bytes, folder: Path) -> bytes:
    return data + b"% nothing\n"


def _appended_revision(data: bytes, folder: Path) -> bytes:
    """Another program saves a change behind the signature: the pages say other things."""
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _signed_again(data: bytes, folder: Path) -> bytes:
    from io import BytesIO

    from asn1crypto import keys, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    seal = self_signed("Mallory")
    signer = SimpleSigner(
        x509.Certificate.load(seal.certificate), keys.PrivateKeyInfo.load(seal.key),
        SimpleCertificateStore(),
    )  # fmt: skip
    out = sign_pdf(
        IncrementalPdfFileWriter(BytesIO(data)), PdfSignatureMetadata(field_name="Second"), signer
    )
    return bytes(out.getvalue())


@pytest.mark.parametrize("attack", [_appended_text, _appended_revision, _signed_again])
def test_whatever_is_appended_is_a_fault(
    signed: bytes, tmp_path: Path, attack: Callable[[bytes, Path], bytes]
) -> None:
    report = judged(tmp_path, attack(signed, tmp_path))
    assert report.ok is False
    assert "appended after the file was signed" in words(report)


def test_a_file_that_was_rewritten_without_its_signature_is_no_pass(
    signed: bytes, tmp_path: Path
) -> None:
    (tmp_path / "signed.pdf").write_bytes(signed)
    with pikepdf.open(tmp_path / "signed.pdf") as pdf:
        del pdf.Root.AcroForm, pdf.pages[0].Annots
        pdf.save(tmp_path / "rewritten.pdf")
    assert verify_pdf(tmp_path / "rewritten.pdf").ok is not True


def test_one_that_was_never_signed_cannot_be_judged(tmp_path: Path) -> None:
    report = verify_pdf(printed(tmp_path / "log.pdf", LOG, None))
    assert (report.ok, report.faults) == (None, [])
    assert "it is not signed" in words(report)


def test_the_certificates_may_not_be_exchanged(signed: bytes, tmp_path: Path) -> None:
    """The same key under another name: the signature still fits, but not what was signed."""
    begin = signed.index(b"/Contents<") + len(b"/Contents<")
    container = bytes.fromhex(signed[begin : begin + 2 * signing.ROOM].decode())
    other = container.replace(b"Issuing CA", b"Trusted CA")
    data = signed[:begin] + other.hex().encode() + signed[begin + 2 * signing.ROOM :]
    report = judged(tmp_path, data)
    assert report.ok is False


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda lines: lines[3].update(summary="Nothing happened"), "altered"),
        (lambda lines: lines.pop(5), "deleted"),
        (lambda lines: lines.pop(), "cut"),
    ],
)
def test_a_whole_signature_over_forged_events_does_not_save_them(
    tmp_path: Path, change: Callable[[list[logs.Line]], object], kind: str
) -> None:
    """Somebody with the key signs events that were never sealed so."""
    lines = logs.log(12, seed=5)
    change(lines)
    path = printed(tmp_path / "log.pdf", lines, self_signed(), last=12)
    report = verify_pdf(path)
    assert report.ok is False
    assert kind in {fault.kind for fault in report.faults}
    assert "signature" not in {fault.kind for fault in report.faults}


def test_without_attachment_the_events_cannot_be_judged(tmp_path: Path) -> None:
    report = verify_pdf(printed(tmp_path / "log.pdf", LOG, self_signed(), limit=100))
    assert (report.ok, report.complete, report.rows) == (None, None, 0)
    assert "none are attached" in words(report)


def test_attached_events_stand_under_the_checkpoint_of_their_manifest(tmp_path: Path) -> None:
    """With the log's key they are proven to be in it; without one they are as good as before."""
    path = printed(tmp_path / "log.pdf", LOG[2:9], issued(), under=under(LOG, 3, 9))
    cover = " ".join(Printed(path).texts[0].split())
    assert "The latter carries the log's signed checkpoint of 12 events" in cover
    with_key = verify_pdf(path, [KEY])
    assert (with_key.faults, with_key.ok) == ([], True)
    assert with_key.checkpoint is not None
    assert (with_key.checkpoint.size, with_key.checkpoint.signed_by) == (12, KEY.text)
    assert not any("no checkpoint was given" in text for text in with_key.not_judged)
    without = verify_pdf(path)
    assert (without.faults, without.ok, without.rows) == ([], True, 7)
    assert UNKNOWN_SIGNER in without.not_judged
    assert any("no checkpoint was given" in text for text in without.not_judged)
    foreign = verify_pdf(path, [pair("another").vkey(NAME)])
    assert [fault.kind for fault in foreign.faults] == ["signature"]


def test_a_log_that_was_chained_anew_does_not_stand_under_it(tmp_path: Path) -> None:
    """Whoever has some certificate signs forged events, but not the checkpoint."""
    forged = logs.log(12, seed=6)
    path = printed(tmp_path / "log.pdf", forged, self_signed(), under=under(LOG, 1, 12))
    for keys in ([KEY], []):
        report = verify_pdf(path, keys)
        assert report.ok is False
        assert "the checkpoint does not cover this file" in words(report)


def test_a_selection_stands_under_no_checkpoint(tmp_path: Path) -> None:
    some = printed(
        tmp_path / "log.pdf", LOG, issued(), under=under(LOG, 1, 12), filter="severity:info.."
    )
    report = verify_pdf(some, [KEY])
    assert (report.faults, report.checkpoint) == ([], None)


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "text": lambda data: b"hello",
    "only a head": lambda data: HEAD,
    "only a foreign head": lambda data: b"%PDF-1.7\n%%EOF\n",
    "zeros": lambda data: bytes(5000),
    "half": lambda data: data[: len(data) // 2],
    "the end alone": lambda data: data[len(data) // 2 :],
    "without the last byte": lambda data: data[:-1],
    "a table that leads to itself": lambda data: data.replace(b"/Root ", b"/Roat "),
    "no table": lambda data: data.replace(b"\nxref\n", b"\nxraf\n"),
    "many openings": lambda data: HEAD + b"[" * 200_000 + data,
    "many texts": lambda data: HEAD + b"(" * 200_000 + data,
    "a range beyond": lambda data: data.replace(b"/ByteRange[0 0", b"/ByteRange[0 9"),
    "many signatures": lambda data: HEAD + signing.FRONT * 5000,
    "endless number": lambda data: data.replace(b"startxref\n", b"startxref\n" + b"9" * 300),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_file_holds_the_answer_is_a_sentence(
    signed: bytes, tmp_path: Path, name: str
) -> None:
    report = judged(tmp_path, HOSTILE[name](signed))
    assert report.ok is not True
    assert words(report)
    foreign = name in ("empty", "text", "only a foreign head", "zeros")
    assert (report.ok is None) == foreign, report


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte of zeros in a megabyte, signed by whoever made it."""

    class Bomb(attachments.Deflated):
        def finish(self) -> None:
            squeeze = zlib.compressobj(9)
            self._kept[:] = [squeeze.compress(bytes(1 << 20)) for _ in range(300)]
            self._kept.append(squeeze.flush())

    monkeypatch.setattr("govdesk.services.printing_evidence.Deflated", Bomb)
    path = printed(tmp_path / "bomb.pdf", LOG, self_signed())
    assert path.stat().st_size < 2 << 20
    report = verify_pdf(path)
    assert report.ok is False
    assert "holds more than 50 MiB" in words(report)


def test_a_file_that_shrinks_while_it_is_read_is_a_fault(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.pdf"
    path.write_bytes(signed)

    def shrink(done: int, total: int) -> None:
        os.truncate(path, 1000)

    assert verify_pdf(path, (), shrink).ok is False


def test_progress_tells_how_far_it_is_and_may_stop_it(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.pdf"
    path.write_bytes(signed)
    told: list[tuple[int, int]] = []
    verify_pdf(path, (), lambda done, total: told.append((done, total)))
    assert told
    assert all(0 <= done <= total == len(signed) for done, total in told)


def test_a_key_shows_nowhere(signed: bytes) -> None:
    seal = issued()
    assert "key" not in repr(seal).split("chain")[1] or "key=" not in repr(seal)
    assert seal.key not in signed
    assert seal.key.hex().encode() not in signed
