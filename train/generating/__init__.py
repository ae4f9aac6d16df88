"""Small generators of faces, trained on the real faces of a data set: fakes that are new as a whole."""
