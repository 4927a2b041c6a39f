"""Signs certificates and checks signatures (PAdES B-B, P-256).

Owns keys, signing and verifying as pure functions. Must not know where a key is kept, what time
it is or whose certificate it signs: bytes and times are passed in.
"""

from courseware.certificates.signing.keys import Signer, fingerprint, generate_key
from courseware.certificates.signing.sign import sign_pdf
from courseware.certificates.signing.verify import Report, verify_pdf

__all__ = ["Report", "Signer", "fingerprint", "generate_key", "sign_pdf", "verify_pdf"]
