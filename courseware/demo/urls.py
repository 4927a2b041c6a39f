"""The demo mailbox. In a real force these addresses do not exist."""

from django.urls import path

from courseware.demo import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="demo_mailbox"),
    path("mailbox/<uuid:message_id>/", views.letter, name="demo_letter"),
    path("mailbox/<uuid:message_id>/html", views.letter_html, name="demo_letter_html"),
    path("mailbox/<uuid:message_id>/attachment", views.attachment, name="demo_attachment"),
]
