"""Specifications of `train`: a package, so that its name never hides the real one."""
