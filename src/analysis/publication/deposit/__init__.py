"""What is handed to a journal or an archive: files, checksums, their description, one zip."""
