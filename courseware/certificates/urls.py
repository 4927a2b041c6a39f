"""Addresses of the app: the holder's own pages, and the public check."""

from django.urls import path

from courseware.certificates.views import own, public

urlpatterns = [
    path("certificates/", own.certificates, name="certificates"),
    path("certificates/<uuid:certificate_id>/", own.certificate, name="certificate"),
    path("certificates/<uuid:certificate_id>/pdf", own.certificate_pdf, name="certificate_pdf"),
    path(
        "certificates/<uuid:certificate_id>/image", own.certificate_image, name="certificate_image"
    ),
    path("verify/", public.verification, name="verification"),
    path("verify/signing-certificate.pem", public.signing_certificate, name="signing_certificate"),
    path("verify/<str:code>/", public.verify, name="verify"),
]
