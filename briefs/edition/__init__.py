"""What do we know? Takes a content folder, and returns an `Edition` or every problem with file and line."""
