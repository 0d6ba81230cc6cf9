"""What a document says of itself, twice and the same: as XMP and as its Info dictionary.

ISO 19005-3 (PDF/A-3) §6.6; ISO 16684-1 (XMP).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

PRODUCER: Final = "ReportLab"
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGIN: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_END: Final = '\n<?xpacket end="w"?>'
_SPACES: Final = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
}


@dataclass(frozen=True, slots=True)
class Properties:
    """What a reader shows as the document's properties; `identity` names this one document."""

    title: str
    author: str
    subject: str
    creator: str
    created: datetime
    identity: str

    def info(self) -> dict[str, str]:
        """The entries of the Info dictionary but its dates."""
        texts = {
            "Title": self.title,
            "Author": self.author,
            "Subject": self.subject,
            "Creator": self.creator,
            "Producer": PRODUCER,
        }
        return {name: plain(text) for name, text in texts.items()}

    def xmp(self) -> bytes:
        """The metadata stream: the same, and that this is PDF/A-3b."""
        info = self.info()
        rows = [
            "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
            "<dc:format>application/pdf</dc:format>",
            f"<dc:title>{_any_language(info['Title'])}</dc:title>",
            f"<dc:creator><rdf:Seq><rdf:li>{escape(info['Author'])}</rdf:li></rdf:Seq></dc:creator>",
            f"<dc:description>{_any_language(info['Subject'])}</dc:description>",
            f"<xmp:CreatorTool>{escape(info['Creator'])}</xmp:CreatorTool>",
            *(f"<xmp:{name}>{iso_date(self.created)}</xmp:{name}>" for name in _DATES),
            f"<pdf:Producer>{escape(info['Producer'])}</pdf:Producer>",
            f"<xmpMM:DocumentID>uuid:{_uuid(self.identity)}</xmpMM:DocumentID>",
        ]
        spaces = " ".join(f'xmlns:{name}="{where}"' for name, where in _SPACES.items())
        body = "\n".join(rows)
        packet = (
            f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
            f'<rdf:Description rdf:about="" {spaces}>\n{body}\n</rdf:Description>\n'
            f"</rdf:RDF></x:xmpmeta>{_END}"
        )
        return packet.encode()


_DATES: Final = ("CreateDate", "ModifyDate", "MetadataDate")


def plain(text: str) -> str:
    """The text without what XML cannot say (and lone surrogates, which nothing can)."""
    return _NOT_XML.sub("\ufffd", text)


def pdf_date(moment: datetime) -> bytes:
    """A date as a PDF string's content, in UTC."""
    return moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'").encode()


def iso_date(moment: datetime) -> str:
    """The same date, to the same second, as XMP writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _any_language(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _uuid(identity: str) -> str:
    try:
        return str(uuid.UUID(identity))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"govdesk:{identity}"))
