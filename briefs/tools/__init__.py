"""One module per outside program: it finds the program, runs it, and reports its failures in our words."""
