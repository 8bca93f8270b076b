"""Studyin: a study coach that teaches from the student's own notes."""

__version__ = "0.1.0"
