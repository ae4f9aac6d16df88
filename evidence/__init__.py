"""What else a picture file tells, apart from the detector's verdict: credentials, metadata, two views of its pixels."""

from evidence.credentials import Credentials
from evidence.error_level import error_level
from evidence.finding import Finding
from evidence.gather import FileEvidence, gather_evidence
from evidence.noise import noise_residual

__all__ = ["Credentials", "FileEvidence", "Finding", "error_level", "gather_evidence", "noise_residual"]
