"""Certificates, and the authority that signs them."""
import pathlib
import subprocess

from support.program import need


class Certificates:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.authority = self.folder / "ca.pem"
        self._openssl("req", "-x509", *self._new_key("ca"), "-subj", "/CN=Test", "-days", "2", "-out", self.authority)

    def make(self, name, names, days=2):
        """The place of NAME.pem and NAME.key. With -1 days it has ended yesterday."""
        place, request = self.folder / name, self.folder / f"{name}.csr"
        self._openssl("req", *self._new_key(name), "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}",
                      "-out", request)
        self._openssl("x509", "-req", "-in", request, "-copy_extensions", "copyall", "-CA", self.authority, "-CAkey",
                      self.folder / "ca.key", "-days", str(days), "-out", f"{place}.pem")
        return place

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                self.folder / f"{name}.key"]

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run([need("openssl"), *map(str, arguments)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
