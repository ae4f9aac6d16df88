"""Fakes made from real faces: blended, swapped, resynthesised."""
