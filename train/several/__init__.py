"""Several detectors: which is better, by how much, how sure that is, and what they know together."""
