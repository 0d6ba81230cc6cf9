"""What people read in a bundle besides its index: README.txt and CHECK.txt."""

from __future__ import annotations

from govdesk.exports.bundle.facts import BundleFacts

README = """\
Evidence bundle
===============

{organization}
Events {first:,} to {last:,} of the audit log of {tenant_path}; filter: {filter}
Made {made_at} by {made_by} with {generator}

Open index.html in any browser, or index.pdf, for the cover and what this bundle shows.

What is in it

  events.jsonl      the events that the filter selects, exactly as they were sealed: the evidence
  left_out.jsonl    of every other event of the range its sealed leaf (time, action, severity, ids;
                    no names), and the fields that the filter reads where they decide
  erasures.jsonl    later events that account for fields which were erased from these, with proofs
  events.csv        the same events for a spreadsheet: derived, not evidence
  manifest.json     what was ordered, how much of it there is, whose log it is, who made this
  order.json        the sealed event that ordered this bundle, before its first line was written
  checkpoint        the log's size and root, signed (C2SP tlog-checkpoint, signed-note, Ed25519)
  tree.json         the hashes that complete the range to that root (RFC 6962)
  policy            which key the log says it is signed with (C2SP tlog-policy)
  proofs/           inclusion proofs of the first event, the last, the order (C2SP tlog-proof)
  verify.py         checks all of this; Python's standard library only
  CHECK.txt         the same by hand, with openssl, sha256sum and jq
  SHA256SUMS        digests of these files

How to check it

  python3 -S -I verify.py --key 'govdesk/{tenant_path}+...'

Get the key from the organization by another way than this file: from its web site, a contract, a
business card. Without a key the answer is "cannot judge": whoever makes a bundle could also put a
key into it.
"""

CHECK = """\
Checking this bundle by hand
============================

Nothing here needs GovDesk. VKEY is the key that you got from the organization by another way than
this file: VKEY='govdesk/...+...+...'

1. The files are those that were written

     sha256sum -c SHA256SUMS

2. The checkpoint is signed by that key

     printf '%s' "$VKEY" | cut -d + -f 3- | base64 -d | tail -c 32 > key.raw
     printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000' | cat - key.raw > key.der
     openssl pkey -pubin -inform DER -in key.der -out key.pem
     sed '/^$/,$d' checkpoint > signed.txt
     grep '^— ' checkpoint | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > signature.bin
     openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed.txt -sigfile signature.bin

   "Signature Verified Successfully". The second line of `checkpoint` is the log's size, the third
   its root in base64. If it has several lines that begin with a dash, take the one whose first four
   bytes (before `tail`) are the eight hex digits of your key.

3. An event is what was sealed: its leaf gives its hash, and its values give the leaf's commitments

     jq -j 'select(.seq == {first}) | .leaf' events.jsonl > leaf
     (printf '\\0'; cat leaf) | openssl dgst -sha256
     jq -r 'select(.seq == {first}) | .leaf_hash' events.jsonl

   The two are equal. Each commitment is SHA-256 of the salt's 16 bytes and the value as JSON:

     jq -r 'select(.seq == {first}) | .salts.actor' events.jsonl > salt
     tr a-f A-F < salt | tr -d '\\n' | basenc --base16 -d > value
     jq -c 'select(.seq == {first}) | .actor' events.jsonl | tr -d '\\n' >> value
     openssl dgst -sha256 value
     jq -r '.commitments.actor' leaf

4. An event stands in the signed log: proofs/first.tlog-proof holds, after its index, one hash a
   line. Beginning with the event's leaf hash, join it with each: SHA-256 of a byte 01, the left
   hash and the right hash. RFC 9162 section 2.1.3.2 says which is left. The result is the root.

5. Nothing was left out: events.jsonl and left_out.jsonl together hold every number from {first} to
   {last}, each leaf names the hash of the one before as "prev", and of the left-out ones none fits
   the filter. verify.py does this for all of them, and completes the tree with tree.json.

6. The names and the time are those that were sealed with the order: the first two lines are equal,
   and the other two. The order's own leaf, hash, diff and proof are checked as in 3 and 4.

     jq -cjS .about manifest.json | openssl dgst -sha256 -r | cut -c -64
     jq -r .diff.data.new.about order.json
     jq -r .generated_at manifest.json
     jq -r '.leaf | fromjson | .at' order.json
"""


def readme(facts: BundleFacts) -> bytes:
    """Return README.txt."""
    ordered = facts.evidence.ordered
    return README.format(
        organization=facts.organization,
        first=ordered.first,
        last=ordered.last,
        tenant_path=ordered.tenant_path,
        filter=ordered.filter or "none, every event",
        made_at=facts.evidence.generated_at,
        made_by=facts.made_by,
        generator=facts.evidence.generator,
    ).encode()


def check(facts: BundleFacts) -> bytes:
    """Return CHECK.txt; its examples are about the first event that is shown whole."""
    ordered, counts = facts.evidence.ordered, facts.evidence.counts
    first = counts.first_seq or ordered.first
    return CHECK.format(first=first, last=ordered.last).encode()
