"""Measurements to a calibrated opinion."""
