"""The student's materials: from bytes to passages that can be found again."""
