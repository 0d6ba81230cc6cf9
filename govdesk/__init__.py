"""GovDesk: governance administration with a sealed, independently verifiable audit trail."""

__version__ = "0.1.0"
