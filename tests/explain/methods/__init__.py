"""Specifications of `explain.methods`."""
