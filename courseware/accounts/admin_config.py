"""Puts our site in the place of Django's default admin site."""

from django.contrib.admin.apps import AdminConfig


class CoursewareAdminConfig(AdminConfig):
    default_site = "courseware.accounts.admin_site.CoursewareAdminSite"
