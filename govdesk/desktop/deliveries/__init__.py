"""The delivery log of webhooks, and the dialogs around it: test, check, redeliver, why not."""
