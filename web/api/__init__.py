"""Endpoints for programs: typed, in JSON, with the same words for the same error as the page."""
