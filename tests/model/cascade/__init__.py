"""Specifications of `model.cascade`: a package, so that its name never hides the real one."""
