"""Research: data sets, protocols, training scripts, baselines."""
