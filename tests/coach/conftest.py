"""The library's fixtures, for the coach that teaches from it."""

from tests.library.conftest import changes, database, library, sampled

__all__ = ["changes", "database", "library", "sampled"]
