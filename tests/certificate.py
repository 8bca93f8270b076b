"""A certificate for localhost that nobody but its test trusts."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

OPENSSL = shutil.which("openssl")


class Certificate:
    """path, key: its files in `folder`, named cert.pem and key.pem."""

    def __init__(self, folder: Path) -> None:
        assert OPENSSL is not None, "openssl is not installed"
        self.path, self.key = folder / "cert.pem", folder / "key.pem"
        request = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost")
        files = ("-addext", "subjectAltName=DNS:localhost", "-keyout", self.key, "-out", self.path)
        subprocess.run([OPENSSL, *request, *files], check=True, capture_output=True)

    def for_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context

    def for_client(self) -> ssl.SSLContext:
        """Trusts this one alone."""
        return ssl.create_default_context(cafile=str(self.path))
