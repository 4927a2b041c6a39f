"""Reads about certificates: what pages show (`pages`), what reports say (`marks`), and what must
always hold (`invariants`)."""

from courseware.certificates.queries.invariants import (
    certificate_files_out_of_place,
    certificates_without_completion,
    certificates_without_document,
    certificates_without_one_message,
    completions_without_certificate_or_job,
    pdf_hash_mismatches,
)
from courseware.certificates.queries.marks import Mark, certified, marks_of, with_certificate
from courseware.certificates.queries.pages import (
    BeingMade,
    Facts,
    Mine,
    being_made,
    facts_of,
    my_certificate,
    my_certificates,
    public_facts,
)

__all__ = [
    "BeingMade",
    "Facts",
    "Mark",
    "Mine",
    "being_made",
    "certificate_files_out_of_place",
    "certificates_without_completion",
    "certificates_without_document",
    "certificates_without_one_message",
    "certified",
    "completions_without_certificate_or_job",
    "facts_of",
    "marks_of",
    "my_certificate",
    "my_certificates",
    "pdf_hash_mismatches",
    "public_facts",
    "with_certificate",
]
