"""One module for each outside program: finds it, runs it, and translates its failure into our words."""
