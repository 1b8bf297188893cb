"""A private authority, and a real nginx that ends TLS under the names of a site."""

import socket
import subprocess
import time
from pathlib import Path

from .sdk import make
from .server import free_ports

READY_WITHIN = 30.0

# Names under this domain lead to the proxy, as a site's own DNS would have it.
DOMAIN = "arno.test"
RESOLVER = """
import socket

resolve = socket.getaddrinfo


def at_the_site(host, port, *arguments, **options):
    if str(host).endswith(".{domain}") and int(port) == 443:
        host, port = "127.0.0.1", {port}
    return resolve(host, port, *arguments, **options)


socket.getaddrinfo = at_the_site
"""


class Authority:
    """Issues certificates that nobody believes who was not told to."""

    def __init__(self, folder):
        self.folder = make(Path(folder))
        self.root = self.folder / "root.pem"
        self.key = self.folder / "root.key"
        self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=Authority of the tests", "-keyout", self.key, "-out", self.root,
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=self.folder)

    def issue(self, *names):
        """A certificate for these names (addresses begin with a digit), and its key; in place of an earlier one."""
        kinds = [f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names]
        site = names[0].replace("*", "any")
        certificate, key, request, extensions = (self.folder / f"{site}.{kind}" for kind in ("pem", "key", "csr", "ext"))
        extensions.write_text(f"subjectAltName={','.join(kinds)}\nextendedKeyUsage=serverAuth\n")
        self.openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={names[0]}", "-keyout", key, "-out", request,
        )  # fmt: skip
        self.openssl(
            "x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.key, "-CAcreateserial",
            "-days", "30", "-extfile", extensions, "-out", certificate,
        )  # fmt: skip
        return certificate, key


class Nginx:
    """nginx before some servers; `sites` are the blocks of its configuration, `{port}` stands for its own port."""

    def __init__(self, folder, certificate, key, sites):
        self.folder = make(Path(folder))
        (self.port,) = free_ports(1)
        blocks = "\n".join(site.replace("{port}", str(self.port)) for site in sites)
        temporary = "\n".join(
            f"    {kind}_temp_path {make(self.folder / kind)};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"pid {self.folder}/pid;\nerror_log stderr warn;\nworker_processes 1;\ndaemon off;\n"
            "events {}\n"
            "http {\n"
            f"    access_log {self.folder}/access.log;\n{temporary}\n"
            f"    ssl_certificate {certificate};\n    ssl_certificate_key {key};\n"
            "    client_max_body_size 0;\n    proxy_http_version 1.1;\n"
            "    proxy_set_header Host $host;\n"
            "    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
            f"{blocks}\n"
            "}\n"
        )
        self.process = None

    def resolver(self):
        """A folder for PYTHONPATH in which Python learns where the site's names lead."""
        folder = make(self.folder / "python")
        (folder / "sitecustomize.py").write_text(RESOLVER.format(domain=DOMAIN, port=self.port))
        return folder

    @property
    def log(self):
        return (self.folder / "error.log").read_text(errors="replace")

    @property
    def asked(self):
        """Every request it has passed on."""
        return (self.folder / "access.log").read_text(errors="replace")

    def start(self):
        command = ["nginx", "-p", str(self.folder), "-e", "stderr", "-c", str(self.folder / "nginx.conf")]
        with open(self.folder / "error.log", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_WITHIN
        while not self.listening():
            if self.process.poll() is not None:
                raise RuntimeError(f"nginx ended with code {self.process.returncode}:\n{self.log}")
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"nginx was not ready within {READY_WITHIN:.0f} s:\n{self.log}")
            time.sleep(0.02)
        return self

    def listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()
