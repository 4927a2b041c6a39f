"""The Django project, and everything that frames the content: people, courses, records, pages."""
