"""The trainee's start and course pages, and what every page shares."""
