"""Many residuals to one fingerprint, and its comparison with an image."""
