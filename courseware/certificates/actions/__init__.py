"""Every write on certificates: issue one, make its file again, revoke and restore it, and count
who tries names."""

from courseware.certificates.actions.issuing import ISSUE, document_name, issue
from courseware.certificates.actions.name_check import NameAnswer, Outcome, check_name
from courseware.certificates.actions.rebuilding import REBUILD, ask_for_rebuild, rebuild_pdf
from courseware.certificates.actions.verdicts import restore, revoke

__all__ = [
    "ISSUE",
    "REBUILD",
    "NameAnswer",
    "Outcome",
    "ask_for_rebuild",
    "check_name",
    "document_name",
    "issue",
    "rebuild_pdf",
    "restore",
    "revoke",
]
