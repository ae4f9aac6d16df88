"""The page about the model: how good it is, how to read a heatmap, limits, privacy."""
