"""How the pictures of a data set look, class by class, and what tells the classes apart without any forgery."""
