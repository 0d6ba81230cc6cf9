"""Claims: a printed log is PDF/A-3b in structure, signed or not, and the checker would notice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageCms

from govdesk.exports.pdf import colour
from govdesk.exports.pdf.attachments import Deflated
from tests.pdfa import RULES, File, faults
from tests.printed import Printed
from tests.sealed_pdfs import issued, printed, self_signed
from tests.unit.evidence import logs

LOG = logs.log(30, seed=3)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed log of thirty events."""
    return printed(tmp_path_factory.mktemp("pdf") / "log.pdf", LOG, issued())


def test_the_checker_has_twenty_rules_and_more() -> None:
    assert len(RULES) >= 20
    assert all(rule.__doc__ and ":" in rule.__doc__ for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_signed_log_keeps_every_rule(signed: Path, rule: Callable[[File], Any]) -> None:
    assert list(rule(File.read(signed))) == []


@pytest.mark.parametrize("name", ['</rdf:li> & "', "\x01\x02 bell", "Zoë’s Büro ⇒", "x" * 300])
def test_any_organization_and_signer_keep_it_so(tmp_path: Path, name: str) -> None:
    for seal in (None, self_signed(), issued("rsa")):
        path = printed(tmp_path / "log.pdf", LOG[:3], seal, organization=name, made_by=name)
        assert faults(path) == []


def test_an_empty_log_and_one_without_attachment_are_whole_too(tmp_path: Path) -> None:
    assert faults(printed(tmp_path / "none.pdf", [], self_signed())) == []
    path = printed(tmp_path / "large.pdf", LOG, self_signed(), limit=2000)
    assert faults(path) == []
    opened = Printed(path)
    assert "/AF" not in opened.pdf.Root
    assert "Not attached: the events have more than" in " ".join(opened.texts[0].split())


def _drop(path: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        *way, last = path.split(".")
        place: Any = pdf.Root
        for step in way:
            place = place[int(step)] if step.isdecimal() else place[f"/{step}"]
        del place[f"/{last}"]

    return change


def _set(path: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        *way, last = path.split(".")
        place: Any = pdf.Root
        for step in way:
            place = place[int(step)] if step.isdecimal() else place[f"/{step}"]
        place[f"/{last}"] = value

    return change


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _cyan(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"1 0 0 0 k 0 0 9 9 re f")


def _foreign_glyph(pdf: pikepdf.Pdf) -> None:
    name = next(iter(pdf.pages[0].Resources.Font.keys()))
    pdf.pages[0].contents_add(b"BT %b 9 Tf (\\377) Tj ET" % name.encode())


def _wide(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[0].Resources.Font.values()))
    font.Widths[ord("e") - int(font.FirstChar)] = 999


BROKEN: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "no metadata": (_drop("Metadata"), "metadata"),
    "no output intent": (_drop("OutputIntents"), "output_intent"),
    "another intent": (_set("OutputIntents.0.S", pikepdf.Name.GTS_PDFX), "output_intent"),
    "a script": (_script, "no_actions"),
    "cyan": (_cyan, "colours"),
    "a state": (
        _set("Pages.Kids.0.Kids.0.Resources.ExtGState", pikepdf.Dictionary()),
        "transparency",
    ),
    "no glyph": (_foreign_glyph, "glyphs_there"),
    "a wrong width": (_wide, "fonts_widths"),
    "not associated": (_drop("AF"), "files_associated"),
    "no relation": (_drop("AF.0.AFRelationship"), "files_specified"),
    "a wrong size": (_set("AF.0.EF.F.Params.Size", 1), "files_embedded"),
    "no date": (_drop("AF.0.EF.F.Params.ModDate"), "files_embedded"),
    "hidden": (_set("AcroForm.Fields.0.F", 6), "annotations"),
    "looks": (_set("AcroForm.Fields.0.AP.D", pikepdf.Dictionary()), "annotations"),
    "small": (_set("Pages.Kids.0.Kids.0.MediaBox", pikepdf.Array([0, 0, 1, 1])), "pages"),
    "info": (lambda pdf: pdf.docinfo.__setitem__("/Title", "Other"), "same_twice"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_checker_finds_what_is_broken(signed: Path, tmp_path: Path, name: str) -> None:
    change, rule = BROKEN[name]
    with pikepdf.open(signed) as pdf:
        change(pdf)
        pdf.save(tmp_path / "broken.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    judge = next(one for one in RULES if one.__name__ == rule)
    assert list(judge(File.read(tmp_path / "broken.pdf"))) != []


def test_the_files_inside_are_the_events_to_the_byte(signed: Path) -> None:
    with pikepdf.open(signed) as pdf:
        events = pdf.attachments["events.jsonl"].get_file()
        assert events.read_bytes() == logs.jsonl(LOG)
        assert events.mime_type == "application/x-ndjson"
        said = {str(one.UF): str(one.AFRelationship) for one in pdf.Root.AF}
    assert said == {"events.jsonl": "/Data", "events.jsonl.manifest": "/Supplement"}


def test_the_cover_names_the_attachment_and_the_signer(signed: Path) -> None:
    cover = " ".join(Printed(signed).texts[0].split())
    assert f"SHA-256 {hashlib.sha256(logs.jsonl(LOG)).hexdigest()}" in cover
    assert "By Meridian Bank Compliance, over the whole file (PAdES B-B)" in cover
    assert "Issuing CA vouches for this name" in cover
    assert issued().signer.grouped in cover


def test_a_certificate_that_vouches_for_itself_shows_integrity_not_identity(tmp_path: Path) -> None:
    path = printed(tmp_path / "log.pdf", LOG[:2], self_signed())
    assert "integrity, not identity" in " ".join(Printed(path).texts[0].split())


def test_the_colours_are_those_of_srgb() -> None:
    """Little CMS, which Pillow carries, takes the profile and gets its own sRGB's colours."""
    ours = ImageCms.ImageCmsProfile(io.BytesIO(colour.profile()))
    theirs = ImageCms.createProfile("sRGB")
    assert ours.profile.connection_space.strip() == "XYZ"
    assert ImageCms.getProfileDescription(ours).strip() == colour.NAME
    turn = ImageCms.buildTransform(
        ours, theirs, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    image = Image.new("RGB", (17 * 17 * 17, 1))
    steps = [min(255, 16 * step) for step in range(17)]
    image.putdata([(r, g, b) for r in steps for g in steps for b in steps])
    turned = ImageCms.applyTransform(image, turn)
    assert turned is not None
    before, after = image.tobytes(), turned.tobytes()
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 2


def test_what_is_too_large_is_not_kept() -> None:
    kept = Deflated(limit=100)
    assert kept.write(b"x" * 100)
    assert not kept.write(b"y")
    assert not kept.write(b"")
    assert (kept.fits, list(kept.chunks)) == (False, [])
