"""Cryptography: envelopes, key providers, key pairs, peppers, secret references. No database."""
