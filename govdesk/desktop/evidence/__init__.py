"""Evidence: bundles and snapshots, checkpoints, months, legal holds, checked files, erasure."""
