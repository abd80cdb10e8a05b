"""What can be shown to others: signatures, reports read back, results repeated, chains checked."""
