"""Published detectors in our own implementation, measured by the product's protocol."""
