"""A data set enlarged by changed copies, on disk."""
