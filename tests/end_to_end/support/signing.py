"""A key that nobody else has, and what it signs."""
import subprocess
import time

from support.program import need


class SigningKey:
    def __init__(self, folder, name="archive"):
        self.home = folder
        folder.mkdir(mode=0o700)
        self._run("--quick-generate-key", f"{name}@example.org", "ed25519", "sign", "never")
        self.keyring = folder / "keyring.gpg"
        self.keyring.write_bytes(self._run("--export"))
        self.armoured = folder / "key.asc"
        self.armoured.write_bytes(self._run("--armor", "--export"))

    def _run(self, *words, text=None):
        done = subprocess.run([need("gpg"), "--homedir", str(self.home), "--batch", "--quiet", "--no-tty", "--pinentry-mode",
                               "loopback", "--passphrase", "", *map(str, words)], input=text, capture_output=True,
                              timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def clear_sign(self, text):
        return self._run("--clearsign", "--digest-algo", "SHA512", text=text)

    def detached(self, text):
        return self._run("--armor", "--detach-sign", "--digest-algo", "SHA512", text=text)

    def signature(self, content, later=0):
        """Without armour, as pacman reads it; so many seconds from now."""
        at = ("--faked-system-time", f"{int(time.time()) + later}!") if later else ()
        return self._run(*at, "--detach-sign", "--digest-algo", "SHA512", text=content)
