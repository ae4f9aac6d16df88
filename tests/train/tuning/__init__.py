"""Specifications of `train.tuning`: a package, so that its name never hides the real one."""
