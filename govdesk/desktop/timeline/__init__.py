"""The audit timeline: the log filtered, counted, drawn and read."""
