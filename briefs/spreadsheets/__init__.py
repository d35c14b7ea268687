"""What is in a spreadsheet? A process of its own that reads workbooks, within limits."""
