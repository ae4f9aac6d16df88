"""How good a detector is, how sure that is, what it withstands, and whether the face decides."""
