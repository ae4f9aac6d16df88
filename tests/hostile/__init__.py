"""What strangers send: bad pictures at every door, bytes drawn by chance, and a network without numbers."""
