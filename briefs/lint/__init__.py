"""What do the finished pages look like? Rules that are measured on finished PDFs and PPTX files."""
