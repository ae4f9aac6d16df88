"""Trainings to compare: without one source in turn, and of small networks."""
