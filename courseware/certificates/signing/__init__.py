"""Signs certificates and checks signatures (PAdES B-B, P-256).

Owns keys, signing and verifying as pure functions. Must not know where a key is kept, what time
it is or whose certificate it signs: bytes and times are passed in.

pyHanko comes with the first document that is signed or checked. It makes a third of the time a
process takes to start, and only the worker needs it, which fetches it before it forks.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from courseware.certificates.signing.keys import Signer, fingerprint, generate_key

if TYPE_CHECKING:
    from courseware.certificates.signing.sign import sign_pdf
    from courseware.certificates.signing.verify import Report, verify_pdf

__all__ = ["Report", "Signer", "fingerprint", "generate_key", "sign_pdf", "verify_pdf"]
_LATER = {"sign_pdf": "sign", "Report": "verify", "verify_pdf": "verify"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
