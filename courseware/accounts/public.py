"""Every page a signed-out visitor may open, by the name of its address.

The gate (accounts.middleware) closes everything else. A view opens itself with
`login_not_required`; a test compares that with this list for every address of the product, so
that nothing opens by accident.
"""

PUBLIC = frozenset(
    {
        # signing in
        "account_login",
        "account_logout",  # answers a second click with the start page
        "account_inactive",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "admin:login",  # sends on to account_login
        # a forgotten password
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        # a first password
        "open_invitation",
        "invitation",
        # before and beside signing in
        "set_language",
        "home",
        "accessibility",
        "editions",
        "media",  # covers; for any other picture the view itself wants a signed-in person
        # whoever holds a certificate checks it
        "verification",
        "verify",
        "signing_certificate",
        # demo mode only, bound to this machine
        "demo_mailbox",
        "demo_letter",
        "demo_letter_html",
        "demo_attachment",
    }
)
