"""File to pixels and provenance."""
