"""Certificates: issued once for a completion, signed, verifiable, never deleted."""
