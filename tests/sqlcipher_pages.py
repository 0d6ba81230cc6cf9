"""SQLCipher 4 by another hand: pages taken apart and put together with `cryptography` alone.

Each page of 4,096 bytes ends with an initialisation vector of 16 bytes and an HMAC-SHA512 of 64.
The first one begins with the salt, in the place of SQLite's own sixteen bytes.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVE, SALT = 4096, 80, 16
MAGIC = b"SQLite format 3\0"


class Keys:
    """The keys of one file."""

    def __init__(self, passphrase: str, salt: bytes):
        self.salt = salt
        self.page = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, 256_000, 32)
        mask = bytes(byte ^ 0x3A for byte in salt)
        self.code = hashlib.pbkdf2_hmac("sha512", self.page, mask, 2, 32)

    def mac(self, number: int, data: bytes) -> bytes:
        """Code of one page's ciphertext and vector."""
        return hmac.digest(self.code, data + number.to_bytes(4, "little"), "sha512")


def decrypted(data: bytes, keys: Keys) -> bytes:
    """The plain SQLite database in a file; raises ValueError where a page has another code."""
    pages = []
    for number in range(1, len(data) // PAGE + 1):
        page = data[(number - 1) * PAGE : number * PAGE]
        start = SALT if number == 1 else 0
        body, vector = page[start : PAGE - RESERVE], page[PAGE - RESERVE : PAGE - RESERVE + 16]
        if keys.mac(number, body + vector) != page[PAGE - RESERVE + 16 :]:
            raise ValueError(f"page {number} has another code")
        plain = Cipher(algorithms.AES(keys.page), modes.CBC(vector)).decryptor()
        text = plain.update(body) + plain.finalize()
        pages.append((MAGIC if number == 1 else b"") + text + bytes(RESERVE))
    return b"".join(pages)


def encrypted(plain: bytes, keys: Keys) -> bytes:
    """A plain database as a file that `decrypted` reads; vectors are the numbers of the pages."""
    pages = []
    for number in range(1, len(plain) // PAGE + 1):
        page = plain[(number - 1) * PAGE : number * PAGE]
        start = SALT if number == 1 else 0
        vector = number.to_bytes(16, "big")
        cipher = Cipher(algorithms.AES(keys.page), modes.CBC(vector)).encryptor()
        body = cipher.update(page[start : PAGE - RESERVE]) + cipher.finalize()
        head = keys.salt if number == 1 else b""
        pages.append(head + body + vector + keys.mac(number, body + vector))
    return b"".join(pages)
