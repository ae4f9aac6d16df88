"""A package, so that files of the same name in its folders never meet."""
