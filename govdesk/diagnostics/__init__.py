"""What the program says about itself while it runs: its log, with secrets redacted."""
