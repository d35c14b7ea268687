"""What does it look like? A `Manuscript`, a theme, a paper in, bytes out: one folder a medium, the fit shared."""
