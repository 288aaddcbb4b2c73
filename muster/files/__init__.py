"""Forces read from and written to files."""
