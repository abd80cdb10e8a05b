"""A report's document as HTML and as PDF."""
