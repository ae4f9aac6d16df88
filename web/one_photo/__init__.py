"""The page for one photo: layout, what happens when, verdict and heatmap views."""
