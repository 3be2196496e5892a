"""What each report shows, a file a subject: a function named as the report, from the session to its view."""
