"""index.html: the cover for people. One file, no script, no network, light and dark, printable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from govdesk.exports.bundle.facts import SHOWN, BundleFacts

_STYLE = """
:root{color-scheme:light dark;--window:#f4f5f7;--base:#fff;--line:#dcdfe5;--text:#1b1e25;
--soft:#565c69;--accent:#4a4dbf;--ok:#e2f3e8;--bad:#fbe9e7;--note:#fcefcd}
@media(prefers-color-scheme:dark){:root{--window:#1f2126;--base:#181a1e;--line:#363a43;
--text:#e6e8ed;--soft:#a9afbb;--accent:#a3a6f5;--ok:#1e3628;--bad:#432624;--note:#40361b}}
*{box-sizing:border-box}
html{font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
background:var(--window);color:var(--text);overflow-wrap:anywhere}
body{margin:0 auto;max-width:72rem;padding:2.5rem 1.5rem 4rem}
header{border-left:.3rem solid var(--accent);padding:.2rem 0 .2rem 1.2rem;margin-bottom:2rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.12rem;margin:2.4rem 0 .8rem;font-weight:620}
header p{margin:0;color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem}
.card{background:var(--base);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.1rem}
.card b{display:block;font-size:1.55rem;font-weight:640;line-height:1.2;
font-variant-numeric:tabular-nums}
.card span{color:var(--soft);font-size:.9rem}
.said{background:var(--ok);border-radius:.6rem;padding:.9rem 1.1rem;margin:1rem 0}
.said.open{background:var(--note)}.said.bad{background:var(--bad)}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;margin:0;background:var(--base);
border:1px solid var(--line);border-radius:.6rem;padding:.4rem 1.1rem}
dt,dd{margin:0;padding:.5rem 0}dt{color:var(--soft)}
dl>*:nth-child(n+3){border-top:1px solid var(--line)}
code,pre,.hash{font:.86rem/1.5 ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace}
pre{background:var(--base);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.1rem;
overflow-x:auto;margin:.6rem 0}
.scroll{overflow-x:auto;background:var(--base);border:1px solid var(--line);border-radius:.6rem}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;border-top:1px solid var(--line)}
th{border-top:0;color:var(--soft);font-weight:560;white-space:nowrap}
td{overflow-wrap:normal}td.wide{min-width:20rem;overflow-wrap:anywhere}
td:first-child{font-variant-numeric:tabular-nums}
footer{margin-top:3rem;color:var(--soft);font-size:.9rem}
@media(max-width:40rem){dl{grid-template-columns:1fr}dl dt{padding-bottom:0}
dl dd{padding-top:0;border-top:0!important}}
@media print{body{max-width:none;padding:0}.scroll{overflow:visible}html{font-size:80%}}
"""

_HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
    " style-src 'unsafe-inline'\"><title>{title}</title><style>{style}</style></head><body>\n"
)
_COLUMNS = ("seq", "at", "severity", "action", "actor", "entity", "system", "summary")
_PLACES = (0, 1, 2, 3, 4, 6, 8, 9)
"""Which cells of the timeline the index shows."""


def index_html(facts: BundleFacts) -> bytes:
    """Return the page; everything that comes from the log is escaped, and shown as text."""
    title = f"Evidence bundle: {facts.organization}"
    parts = [
        _HEAD.format(title=escape(title), style=_STYLE),
        _header(facts),
        _cards(facts),
        _completeness(facts),
        _found(facts),
        _section("Whose log this is", _about(facts)),
        _section("What was ordered", _ordered(facts)),
        _section("What it reveals", _list(facts.reveals)),
        _section("How to check it", _check(facts)),
        _section(_events_title(facts), _events(facts)),
        "<footer>This page is for reading. The evidence is in events.jsonl, left_out.jsonl and the"
        " signed checkpoint; verify.py compares them. It shows that what was sealed is unchanged"
        " and complete, not that what was sealed is true.</footer></body></html>\n",
    ]
    return "\n".join(parts).encode()


def _header(facts: BundleFacts) -> str:
    ordered = facts.evidence.ordered
    return (
        f"<header><h1>Evidence bundle</h1><p>{escape(facts.organization)} · events"
        f" {ordered.first:,} to {ordered.last:,} of the audit log of"
        f" {escape(ordered.tenant_path)}</p></header>"
    )


def _cards(facts: BundleFacts) -> str:
    counts = facts.evidence.counts
    point = facts.evidence.checkpoint
    cards = [
        (f"{counts.rows:,}", "events in full"),
        (f"{counts.left_out:,}", "others, by their leaves"),
        (f"{counts.opened:,}", "of those show a field the filter reads"),
        (f"{point.tree.size:,}" if point else "none", "events under the signed checkpoint"),
    ]
    shown = "".join(f'<div class="card"><b>{b}</b><span>{text}</span></div>' for b, text in cards)
    return f'<div class="cards">{shown}</div>'


def _completeness(facts: BundleFacts) -> str:
    provable = facts.evidence.ordered.provable
    mark, css = ("✓ ", "said") if provable else ("Open question: ", "said open")
    return f'<p class="{css}">{mark}{escape(facts.completeness)}</p>'


def _found(facts: BundleFacts) -> str:
    """Faults that the log itself speaks of."""
    if not facts.faults:
        return ""
    items = [f"Event {seq:,}, {at}: {text}" for seq, at, text in facts.faults]
    return (
        '<div class="said bad"><b>The log holds reports of faults that were found in it.</b>'
        f"{_list(items)}</div>"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs)
    return f"<dl>{rows}</dl>"


def _list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _about(facts: BundleFacts) -> str:
    absent = "Not recorded"
    return _pairs(
        [
            ("Organization", escape(facts.organization)),
            ("Legal entity", escape(facts.legal_entity or absent)),
            ("Country", escape(facts.country or absent)),
            ("Compliance contact", escape(facts.contact or absent)),
            ("As of", escape(facts.as_of)),
        ]
    )


def _ordered(facts: BundleFacts) -> str:
    evidence = facts.evidence
    ordered, point = evidence.ordered, evidence.checkpoint
    pairs = [
        ("Filter", f"<code>{escape(ordered.filter)}</code>" if ordered.filter else "None"),
        ("Range", f"Events {ordered.first:,} to {ordered.last:,}"),
        ("Redacted", escape(", ".join(sorted(ordered.redact))) or "Nothing"),
        ("Made by", escape(facts.made_by)),
        ("Made at", escape(evidence.generated_at)),
        ("Made with", escape(evidence.generator)),
        ("Sealed as", f"<span class=hash>audit.bundle_created {escape(ordered.export)}</span>"),
    ]
    for place, ids in sorted(ordered.systems.items()):
        pairs.append((f"Systems of term {int(place) + 1}", escape(", ".join(ids) or "none")))
    if ordered.denied is not None:
        pairs.append(("is:denied means", escape(", ".join(ordered.denied))))
    if point is not None:
        root = point.tree.root.hex()
        pairs.append(
            ("Checkpoint", f"{point.tree.size:,} events, root <span class=hash>{root}</span>")
        )
    return _pairs(pairs)


def _check(facts: BundleFacts) -> str:
    if facts.evidence.checkpoint is None:
        said = "There is no signed checkpoint in this bundle, so that nobody can tell it from a"
        return f'<p class="said bad">{said} forgery. verify.py still finds what was damaged.</p>'
    path = facts.evidence.ordered.tenant_path
    key = f"<p>The log says that it is signed with <code>{escape(facts.key)}</code>.</p>"
    return (
        "<p>With Python 3.9 or later, and nothing else, in the folder of this file:</p>"
        f"<pre>python3 -S -I verify.py --key 'govdesk/{escape(path)}+…'</pre>"
        "<p>Get the key from the organization by another way than this file. Without one the answer"
        " is “cannot judge”. CHECK.txt shows the same steps by hand, with openssl and"
        f" sha256sum.</p>{key if facts.key else ''}"
    )


def _events_title(facts: BundleFacts) -> str:
    rows = facts.evidence.counts.rows
    return f"The first {SHOWN:,} of {rows:,} events" if rows > SHOWN else f"{rows:,} events"


def _events(facts: BundleFacts) -> str:
    if not facts.shown:
        return "<p>The filter selects no event of this range.</p>"
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(_event(cells) for cells in facts.shown)
    return f'<div class="scroll"><table><tr>{head}</tr>{rows}</table></div>'


def _event(cells: Sequence[str]) -> str:
    shown = []
    for name, place in zip(_COLUMNS, _PLACES, strict=True):
        css = ' class="wide"' if name == "summary" else ""
        shown.append(f"<td{css}>{escape(cells[place])}</td>")
    return "<tr>" + "".join(shown) + "</tr>"
