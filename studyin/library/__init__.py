"""The student's materials: from bytes to passages that can be found again."""

from studyin.library.reports import Limits
from studyin.library.sample_notes import Sample, samples
from studyin.library.search import Found
from studyin.library.shelf import Library

__all__ = ["Found", "Library", "Limits", "Sample", "samples"]
