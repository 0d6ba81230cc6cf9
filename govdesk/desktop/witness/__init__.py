"""This console as a witness: the alarm, the first key, the exchange of checkpoints."""
