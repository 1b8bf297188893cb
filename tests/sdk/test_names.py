"""The SDK and its tools with a private authority, where a proxy (nginx) gives the site its names: three host names,
one origin, or a path below one; with verification off, and with no files host configured."""

import signal
import subprocess
import time

import pytest
import requests

from support.api import Api
from support.sdk import CONFIGURATION, Sdk
from support.server import ACCESS_KEY, SECRET_KEY, STOP_WITHIN, Server
from support.tls import DOMAIN, Authority, Nginx

SITES = {
    "three": (f"https://app.{DOMAIN}", f"https://api.{DOMAIN}", f"https://files.{DOMAIN}"),
    "origin": (f"https://lab.{DOMAIN}", f"https://lab.{DOMAIN}/api", f"https://lab.{DOMAIN}/files"),
    "path": tuple(f"https://site.{DOMAIN}/lab/arno{rest}" for rest in ("", "/api", "/files")),
}

# Stores an artifact through the files server, and reads it back from where the server says that it is.
ROUND_TRIP = """
import sys
from clearml import Task

project, name = sys.argv[1:]
task = Task.create(project, name)
task.mark_started()
assert task.upload_artifact("notes", {"answer": 42}, wait_on_upload=True)
task.mark_completed()
again = Task.get_task(task_id=task.id)
print("page", again.get_output_log_web_page())
print("url", again.artifacts["notes"].url)
assert again.artifacts["notes"].get(force_download=True) == {"answer": 42}
"""


UNBELIEVED = """
import requests

try:
    requests.get("{url}")
except requests.exceptions.SSLError:
    print("refused")
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def servers(binary, tmp_path_factory):
    """One for each way of naming it; none of them knows of TLS."""
    running = {}
    for kind, (web, api, files) in SITES.items():
        names = {"ARNO_PUBLIC_WEB_URL": web, "ARNO_PUBLIC_API_URL": api, "ARNO_PUBLIC_FILES_URL": files}
        folder = tmp_path_factory.mktemp(kind)
        running[kind] = Server(binary, folder, ARNO_TRUSTED_PROXIES="127.0.0.1", **names).start()
    yield running
    for server in running.values():
        server.stop()


def site(name, port, path="/"):
    """A block of nginx's configuration that passes on all requests below a path as they are."""
    return (
        f"server {{ listen 127.0.0.1:{{port}} ssl; server_name {name}.{DOMAIN}; "
        f"location {path} {{ proxy_pass http://127.0.0.1:{port}; }} }}"
    )


@pytest.fixture(scope="module")
def proxy(authority, servers, tmp_path_factory):
    three = servers["three"]
    sites = [
        site("app", three.web_port),
        site("api", three.api_port),
        site("files", three.files_port),
        site("lab", servers["origin"].web_port),
        site("site", servers["path"].web_port, "/lab/arno"),
    ]
    certificate, key = authority.issue(f"*.{DOMAIN}")
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), certificate, key, sites).start()
    yield nginx
    nginx.stop()


def machine(server, proxy, folder, configuration, **env):
    """A machine that finds the site's names, and nothing about the site in its environment but what is given."""
    made = Sdk(server, folder)
    kept = {name: value for name, value in made.env.items() if not name.startswith("CLEARML_API_")}
    for name in ("CLEARML_WEB_HOST", "CLEARML_FILES_HOST"):
        del kept[name]
    made.env = {**kept, "PYTHONPATH": str(proxy.resolver()), **env}
    (folder / "home/sdk.conf").write_text(CONFIGURATION + configuration)
    return made


def configuration(kind, *hosts):
    """The section `api` of a clearml.conf with these hosts of a site."""
    urls = dict(zip(("web_server", "api_server", "files_server"), SITES[kind]))
    lines = "".join(f'    {host}: "{urls[host]}"\n' for host in hosts)
    keys = f'    credentials {{ access_key: "{ACCESS_KEY}", secret_key: "{SECRET_KEY}" }}\n'
    return f"api {{\n{lines}{keys}}}\n"


ALL = ("web_server", "api_server", "files_server")


def round_trip(made, server, kind, name="named"):
    """Runs the script; what it stored lies where the site's files do."""
    done = made.script(ROUND_TRIP, "Names", name)
    files = SITES[kind][2]
    assert f"url {files}/Names/{name}." in done.stdout
    task = Api(server, ACCESS_KEY, SECRET_KEY).task("Names", name)
    assert task["status"] == "completed"
    assert task["execution"]["artifacts"][0]["uri"].startswith(f"{files}/Names/")
    return done


@pytest.mark.parametrize("kind", SITES)
def test_every_way_of_naming_a_site(kind, servers, proxy, authority, tmp_path):
    made = machine(servers[kind], proxy, tmp_path, configuration(kind, *ALL), REQUESTS_CA_BUNDLE=str(authority.root))
    done = round_trip(made, servers[kind], kind)
    assert f"page {SITES[kind][0]}/projects/" in done.stdout


def test_no_files_host_and_an_authority_by_its_path(servers, proxy, authority, tmp_path):
    """The SDK then derives the files host from the web host: app.… becomes files.…"""
    hosts = configuration("three", "web_server", "api_server")
    made = machine(servers["three"], proxy, tmp_path, hosts, CLEARML_API_HOST_VERIFY_CERT=str(authority.root))
    round_trip(made, servers["three"], "three", "derived")


def test_verification_off(servers, proxy, tmp_path):
    """By the environment: `api.verify_certificate` in the file does not reach the SDK's uploads."""
    hosts = configuration("path", *ALL)
    made = machine(servers["path"], proxy, tmp_path, hosts, CLEARML_API_HOST_VERIFY_CERT="false")
    done = round_trip(made, servers["path"], "path", "unverified")
    assert "Certificate verification is disabled" in done.stdout


def test_an_authority_nobody_believes_is_refused(servers, proxy, tmp_path):
    made = machine(servers["three"], proxy, tmp_path, configuration("three", *ALL))
    done = made.script(UNBELIEVED.format(url=f"https://api.{DOMAIN}/debug.ping"))
    assert done.stdout.strip() == "refused"


def test_init_with_a_private_authority(servers, proxy, authority, tmp_path):
    """What the server wrote at its first start is pasted; it names the site as clients reach it."""
    pasted = (servers["three"].data / "clearml.conf").read_text()
    made = machine(servers["three"], proxy, tmp_path, "", REQUESTS_CA_BUNDLE=str(authority.root))
    del made.env["CLEARML_CONFIG_FILE"]
    done = made.tool("clearml-init", stdin=pasted + "\n\n")
    assert "ClearML setup completed successfully." in done.stdout
    written = (tmp_path / "home/clearml.conf").read_text()
    assert all(url in written for url in SITES["three"])
    made.script("from clearml import Task; print('made', Task.create('Names/Init', 'by the file').id)")
    assert Api(servers["three"], ACCESS_KEY, SECRET_KEY).task("Names/Init", "by the file")["status"] == "created"


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_pages_and_cookies_under_each_name(servers, proxy):
    """Asked by name at the proxy's own port."""
    for host, base in (("app", ""), ("lab", ""), ("site", "/lab/arno")):
        ask = requests.Session()
        ask.verify = False
        # A bundle named in the environment would count for more than that.
        ask.trust_env = False
        ask.headers["Host"] = f"{host}.{DOMAIN}"
        at = f"https://127.0.0.1:{proxy.port}{base}"
        page = ask.get(f"{at}/login", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert f'<base href="{base}/"' in page.text
        answer = ask.post(f"{at}/api/v2.23/auth.login", auth=(ACCESS_KEY, SECRET_KEY))
        assert answer.status_code == 200
        cookie = answer.headers["Set-Cookie"]
        assert f"Path={base or '/'};" in cookie and cookie.endswith("; Secure")


class TestOwnTls:
    """The server encrypts its three ports itself."""

    @pytest.fixture(scope="class")
    @classmethod
    def encrypted(cls, binary, authority, tmp_path_factory):
        certificate, key = authority.issue("127.0.0.1", "localhost")
        env = {"ARNO_TLS_CERT": str(certificate), "ARNO_TLS_KEY": str(key)}
        server = EncryptedServer(binary, tmp_path_factory.mktemp("encrypted"), authority.root, **env)
        yield server.start()
        server.stop()

    def test_round_trip(self, encrypted, authority, tmp_path):
        made = Sdk(encrypted, tmp_path)
        made.env["REQUESTS_CA_BUNDLE"] = str(authority.root)
        done = made.script(ROUND_TRIP, "Names", "own")
        assert f"url {encrypted.files_url}/Names/own." in done.stdout

    def test_a_new_certificate_is_read_on_sighup(self, encrypted, authority):
        def serial():
            command = ["openssl", "s_client", "-connect", f"127.0.0.1:{encrypted.api_port}"]
            shown = subprocess.run(command, input=b"", capture_output=True, check=False).stdout
            return subprocess.run(["openssl", "x509", "-noout", "-serial"], input=shown, capture_output=True).stdout

        before = serial()
        authority.issue("127.0.0.1", "localhost")
        encrypted.process.send_signal(signal.SIGHUP)
        encrypted.wait_for_log("the certificate was read again")
        after = serial()
        assert before.startswith(b"serial=") and after.startswith(b"serial=") and before != after


class EncryptedServer(Server):
    """A server that encrypts its own ports."""

    def __init__(self, binary, folder, root, **env):
        super().__init__(binary, folder, **env)
        self.files_url = self.env["ARNO_PUBLIC_FILES_URL"] = f"https://127.0.0.1:{self.files_port}"
        self.root = root

    @property
    def api_url(self):
        return f"https://127.0.0.1:{self.api_port}"

    @property
    def web_url(self):
        return f"https://127.0.0.1:{self.web_port}"

    def wait_for_log(self, line):
        deadline = time.monotonic() + STOP_WITHIN
        while line not in self.log:
            assert self.alive() and time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def healthy(self):
        try:
            return requests.get(f"{self.api_url}/healthz", timeout=2, verify=str(self.root)).status_code == 200
        except requests.RequestException:
            return False
