"""Results to pages and tables."""
