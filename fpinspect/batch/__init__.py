"""Many images: pools, clusters, cases."""
