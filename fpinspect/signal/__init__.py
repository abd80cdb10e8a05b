"""Pixels to residual and spectra."""
