"""What is in a Word file, whoever wrote it."""
