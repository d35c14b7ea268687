"""Who has it, and what did they change? Files of `dist/` go out to people, edited files come in."""
