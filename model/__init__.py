"""What answers "is this face real?": reading photos, finding faces, scoring them."""

import os

# TensorFlow's start-up chatter is not for users; must stand before its first import.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Else ONNX Runtime numbers the machine in the home folder and tells its maker of every start; the same holds for it.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from model.detector import Detector, DetectorError, Score, load_detector
from model.faces import Face, crop_face, find_faces
from model.photo import Photo, PhotoError, read_photo

__all__ = [
    "Detector",
    "DetectorError",
    "Face",
    "Photo",
    "PhotoError",
    "Score",
    "crop_face",
    "find_faces",
    "load_detector",
    "read_photo",
]
