"""Getting to know a folder of real and fake pictures, cleaning it, and dividing it."""
