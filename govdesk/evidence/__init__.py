"""What can be proved: canonical form, leaf, commitments, Merkle tree, verification. Pure."""
