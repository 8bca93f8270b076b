"""Turns: a question and its growing reply, without sockets and without HTML."""
