"""The heatmaps that the page offers, by names that are known before TensorFlow has loaded."""

METHOD_TITLES = {"grad-cam": "Grad-CAM", "saliency": "Saliency"}
