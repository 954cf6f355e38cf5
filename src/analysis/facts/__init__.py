"""What holds without any data: the rating system, countries, errors, files, the release."""
