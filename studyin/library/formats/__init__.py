"""One module a format, each with `open_file(job) -> Reading`; loaded by name, and by nobody but a reader."""
