"""The prunings of a verification that stopped, as JSON."""

from __future__ import annotations

import re
from typing import Any

from govdesk.evidence.prunings import Prunings, Range, Sealed, Span

_HEX = re.compile(r"[0-9a-f]{64}")


def prunings_as_json(prunings: Prunings) -> dict[str, object]:
    """Return a JSON object; `prunings_from_json` reads it. Ranges are declared anew each time."""
    return {
        "spans": [
            [*place, _span_as_json(span), prunings.gone_in.get(place, 0)]
            for place, span in prunings.spans.items()
        ],
        "kept": [[*place, _span_as_json(span)] for place, span in prunings.kept.items()],
        "loose": [
            [*place, [leaf.hex() for leaf in all_]] for place, all_ in prunings.loose.items()
        ],
        "sealed": [[one.seq, *one.place, one.root, one.kept] for one in prunings.sealed],
        "refused": sorted(list(place) for place in prunings.refused),
        "lost": [list(place) for place in prunings.lost],
        "led": sorted(list(place) for place in prunings.led),
        "unsaid": prunings.unsaid,
        "gone": prunings.gone,
        "pruned": prunings.pruned,
    }


def prunings_from_json(saved: Any) -> Prunings:
    """Read what `prunings_as_json` returned; None, of the release before pruning, gives none.

    Raises KeyError, TypeError, AttributeError or ValueError for anything else.
    """
    prunings = Prunings()
    if saved is None:
        return prunings
    for first, last, span, gone in saved["spans"]:
        prunings.spans[_place(first, last)] = _span(span)
        prunings.gone_in[_place(first, last)] = int(gone)
    prunings.kept = {_place(first, last): _span(span) for first, last, span in saved["kept"]}
    for first, last, leaves in saved["loose"]:
        prunings.loose[_place(first, last)] = [_hash(leaf) for leaf in leaves]
    prunings.sealed = [
        Sealed(
            int(seq), _place(first, last), _hash(root).hex(), None if kept is None else str(kept)
        )
        for seq, first, last, root, kept in saved["sealed"]
    ]
    prunings.refused = {_place(first, last) for first, last in saved["refused"]}
    prunings.lost = [_place(first, last) for first, last in saved["lost"]]
    prunings.led = {_place(first, last) for first, last in saved["led"]}
    prunings.unsaid = int(saved["unsaid"])
    prunings.gone, prunings.pruned = int(saved["gone"]), int(saved["pruned"])
    return prunings


def _span_as_json(span: Span) -> list[object]:
    nodes = [[level, number, node.hex()] for level, number, node in span.nodes]
    return [span.begin, span.end, nodes]


def _span(saved: Any) -> Span:
    begin, end, nodes = saved
    read = [(int(level), int(number), _hash(node)) for level, number, node in nodes]
    return Span(int(begin), int(end), read)


def _place(first: Any, last: Any) -> Range:
    return int(first), int(last)


def _hash(text: Any) -> bytes:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise ValueError("not a hash")
    return bytes.fromhex(text)
