"""What do we know? A content folder in, an `Edition` out, or every problem in it with file and line."""
