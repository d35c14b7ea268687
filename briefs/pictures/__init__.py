"""What does a picture from content hold? A process of its own that decodes and draws pictures, within limits."""
