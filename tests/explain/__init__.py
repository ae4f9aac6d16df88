"""Specifications of `explain`: a package, so that its name never hides the real one."""
