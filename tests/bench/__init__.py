"""Measurements, as ratios within one run against the bare minimum that could do the job: `python -m tests.bench`."""
