"""What answers "why?": heatmaps, and the whole way from a photo to an inspection."""

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection, Inspection, inspect_photo
from explain.methods import METHODS

__all__ = ["METHODS", "FaceInspection", "Heatmap", "Inspection", "inspect_photo"]
