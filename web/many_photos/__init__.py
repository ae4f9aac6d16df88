"""The page for several photos: a table with a row a face, sortable, and as CSV."""
