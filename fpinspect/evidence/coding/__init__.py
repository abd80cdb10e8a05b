"""Bytes to pixels: containers, JPEG streams, decoders."""
