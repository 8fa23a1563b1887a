"""What the deployment guide says is done here, by its own lines, on a machine without Docker.

The commands come out of the guide, the units and the compose file; only paths and ports are
replaced. An embedded PostgreSQL and Valkey stand in for the installed ones.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import yaml

from config.run import postgres, valkey
from config.run.process import die_with_parent, end, wait_until
from tests.house import free_port

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "config" / "deploy"
GUIDES = ROOT / "config" / "guides"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("afterward")}
HOST = "tabs.example.org"
PATIENCE = 90
# What a service may have, by the Compose specification, as far as we use it.
KNOWN = {
    *("image", "build", "restart", "env_file", "environment", "secrets", "networks", "read_only"),
    *("tmpfs", "cap_drop", "security_opt", "init", "depends_on", "command", "ports", "volumes"),
    *("stop_grace_period", "healthcheck", "profiles", "shm_size"),
}
pytestmark = pytest.mark.any_database


class Server:
    """A plain server as the guide has it, in a directory."""

    def __init__(self, directory, database, broker):
        self.directory, self.port = directory, free_port()
        for name in ("etc/secrets", "lib", "backups"):
            (directory / name).mkdir(parents=True)
        told = (DEPLOY / "afterward.env").read_text()
        told = re.sub(r"REDIS_URL=.*", f"REDIS_URL={broker}", told)
        (directory / "etc/afterward.env").write_text(f"{told}STATIC_ROOT={directory}/static\n")
        secrets = {
            "secret-key": "".join(chr(33 + (7 * number) % 90) for number in range(60)),
            "database-url": database,
            "email-url": "dummy:",
            "stripe-secret-key": "sk_test_nobody",
            "stripe-webhook-secret": "whsec_nobody",
        }
        for name, secret in secrets.items():
            (directory / "etc/secrets" / name).write_text(f"{secret}\n")

    def here(self, text):
        """The same words, meant for this machine."""
        replaced = {
            "/srv/afterward/.venv/bin": str(Path(sys.executable).parent),
            "/srv/afterward": str(ROOT),
            "/etc/afterward": f"{self.directory}/etc",
            "/var/lib/afterward": f"{self.directory}/lib",
            "/var/backups/afterward": f"{self.directory}/backups",
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "0.0.0.0:8000": f"127.0.0.1:{self.port}",
            "%d": f"{self.directory}/etc/secrets",
            "%%": "%",
        }
        for theirs, ours in replaced.items():
            text = text.replace(theirs, ours)
        return text

    @property
    def environment(self):
        """What systemd or the container runtime would pass on: the env file, and the secrets."""
        told = (self.directory / "etc/afterward.env").read_text().splitlines()
        pairs = [line.partition("=") for line in told if line and not line.startswith("#")]
        files = {
            f"{path.name.replace('-', '_').upper()}_FILE": str(path)
            for path in (self.directory / "etc/secrets").iterdir()
        }
        own = {"ENV_FILE": os.devnull, "VAR_DIR": f"{self.directory}/lib", **_programs()}
        return {name: value.strip('"') for name, _equals, value in pairs} | files | own

    def answer(self, path):
        """What the proxy gets."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def is_well(self):
        """Pages are served, and beat, broker and worker have just worked together."""
        done = subprocess.run(
            [sys.executable, "-m", "config.run.healthy", str(self.port)],
            check=False,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return False
        age = json.loads(done.stdout)["heartbeat_age_seconds"]
        return age is not None and age < 20


def _programs():
    own = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": own, "PG_BIN": str(postgres.program("pg_dump").parent)}


@pytest.fixture(scope="module")
def server():
    directory = Path(tempfile.mkdtemp(prefix="dep-"))
    (directory / "run").mkdir()
    database, address = postgres.start(directory / "run")
    socket = valkey.socket_in(directory / "run")
    log = directory / "run" / "kv.log"
    broker = subprocess.Popen(
        valkey.command(directory / "run", socket, log=log, keep=True),
        start_new_session=True,
        preexec_fn=die_with_parent(),  # noqa: PLW1509  # It only speaks to the kernel.
    )
    wait_until(lambda: valkey.answers(socket), broker, what="Valkey")
    yield Server(directory, address, valkey.url(socket))
    end(broker, patience=10)
    end(database, sign=signal.SIGINT, patience=10)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def start(server):
    """Starts processes; they are asked to end afterwards and have to."""
    running = []

    def run(command):
        log = server.directory / "said.log"
        with log.open("ab") as said:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=server.environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=die_with_parent(),  # noqa: PLW1509  # It only speaks to the kernel.
            )
        running.append(process)

    yield run
    for process in running:
        process.terminate()
    statuses = [process.wait(30) for process in running]
    assert statuses == [0] * len(running), (server.directory / "said.log").read_text()[-3000:]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_plain_server_comes_up_by_the_lines_of_the_guide(server, start):
    script = server.directory / "afterward"
    script.write_text(server.here((DEPLOY / "afterward").read_text()))
    script.chmod(0o755)
    for line in _lines_of("deploy.md", "afterward "):
        done = _shell(server, line.replace("afterward ", f"{script} ", 1))
        assert done.returncode == 0, f"{line}\n{done.stdout}"

    for unit in UNITS:
        if unit.stem != "afterward-backup":
            start(shlex.split(server.here(_setting(unit, "ExecStart"))))

    _wait_until_well(server)
    status, page = server.answer("/accounts/login/")
    assert status == 200
    assert re.search(rb'href="/static/css/[\w.]+\.[0-9a-f]{12}\.css"', page)
    backup = server.here(_setting(DEPLOY / "systemd/afterward-backup.service", "ExecStart"))
    assert _shell(server, backup).returncode == 0
    assert [path.suffix for path in (server.directory / "backups").iterdir()] == [".dump"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_commands_of_the_compose_file_come_up(server, start):
    migrate = _shell(server, shlex.join(SERVICES["migrate"]["command"]))
    assert migrate.returncode == 0, migrate.stdout

    for name in ("web", "worker-money", "worker-mail", "beat"):
        words = [server.here(word) for word in SERVICES[name]["command"]]
        start([re.sub("^/tmp/", f"{server.directory}/", word) for word in words])

    _wait_until_well(server)
    health = SERVICES["worker-money"]["healthcheck"]["test"][1]
    assert _shell(server, health).returncode == 0


def test_containers_and_services_run_the_same_programs():
    here = {
        unit.stem.removeprefix("afterward-"): shlex.split(_setting(unit, "ExecStart"))
        for unit in UNITS
    }
    there = {name: list(service["command"]) for name, service in SERVICES.items() if name in here}

    assert set(there) == set(here)
    for name, command in there.items():
        assert _substance(command) == _substance(here[name]), name


def test_the_compose_file_says_only_what_compose_knows():
    assert set(COMPOSE) - {"name", "services", "volumes", "networks", "secrets", "x-app"} == set()
    assert {name: set(it) - KNOWN for name, it in SERVICES.items() if set(it) - KNOWN} == {}


def test_every_name_in_the_compose_file_is_declared():
    for name, service in SERVICES.items():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        assert set(service.get("depends_on", ())) <= set(SERVICES), name
        named = [each.partition(":")[0] for each in service.get("volumes", ())]
        assert {each for each in named if each[0] != "."} <= set(COMPOSE["volumes"]), name


def test_only_the_pages_can_be_reached_and_only_from_this_machine():
    ports = {name: it["ports"] for name, it in SERVICES.items() if "ports" in it}

    assert ports == {"web": ["127.0.0.1:8000:8000"]}
    assert {SERVICES[name]["networks"][0] for name in ("db", "kv")} == {"inside"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_our_containers_can_neither_write_nor_rise():
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_whatever_stays_up_is_watched_and_waits_for_the_migrations():
    stays = {name for name, it in SERVICES.items() if it["restart"] != "no"}

    assert {name for name in stays if "healthcheck" not in SERVICES[name]} == {"beat"}
    for name in stays & OURS:
        needs = SERVICES[name]["depends_on"]
        assert needs["migrate"] == {"condition": "service_completed_successfully"}, name


def test_no_secret_stands_in_a_file_of_the_repository():
    for path in [*DEPLOY.rglob("*"), *GUIDES.glob("*.md")]:
        text = path.read_text() if path.is_file() else ""
        found = re.findall(r"(?:sk|rk)_live_\w+|whsec_\w+", text)
        assert found == [], path.name


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_understands_each_unit(unit, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not here")
    text = unit.read_text().replace("/srv/afterward/.venv/bin", str(Path(sys.executable).parent))
    (tmp_path / unit.name).write_text(text)

    checked = _said([analyze, "verify", "--man=no", tmp_path / unit.name])
    exposure = _said([analyze, "security", "--offline=yes", tmp_path / unit.name])

    assert [line for line in checked.splitlines() if unit.name in line] == []
    assert float(re.findall(r"exposure level for .*?: ([\d.]+)", exposure)[0]) < 3


@pytest.mark.parametrize("guide", ["deploy.md", "backup.md", "upgrade.md"])
def test_what_a_guide_names_is_there(guide):
    text = (GUIDES / guide).read_text()
    called = r"(?:^\s*|=\S+ |python )(?:afterward|manage\.py) ([a-z]+_?[a-z]*)\b"
    commands = set(re.findall(called, _shell_of(text), re.MULTILINE))
    files = re.findall(r"config/[\w./-]+\w", text)
    units = set(re.findall(r"afterward-[a-z]+(?:-[a-z]+)?", _shell_of(text)))

    known = _said([sys.executable, ROOT / "manage.py", "help", "--commands"]).split()
    assert commands, "The pattern finds no command."
    assert commands - set(known) == set()
    made = ("config/deploy/secrets", "config/deploy/backups", "config/deploy/compose.env")
    assert [it for it in files if not it.startswith(made) and not (ROOT / it).exists()] == []
    assert units - {path.stem for path in UNITS} == set()


def _wait_until_well(server):
    deadline = time.monotonic() + PATIENCE
    while not server.is_well():
        said = (server.directory / "said.log").read_text()
        assert time.monotonic() < deadline, said[-3000:]
        time.sleep(0.5)


def _shell_of(text):
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


def _lines_of(guide, program):
    """The lines of a guide that call a program, in their order."""
    lines = (line.strip() for line in _shell_of((GUIDES / guide).read_text()).splitlines())
    return [line for line in lines if re.match(rf"(?:\w+=\S+ )?{program}", line)]


def _setting(unit, name):
    return re.findall(rf"^{name}=(.+)$", unit.read_text(), re.MULTILINE)[0]


def _shell(server, line):
    return subprocess.run(
        ["/bin/sh", "-c", line],
        check=False,
        cwd=ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _said(command):
    return subprocess.run(
        command, check=False, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ).stdout


def _substance(command):
    """A command without what must differ between a container and a service: where things lie."""
    words = [word.rpartition("/")[2].replace("%%", "%") for word in command]
    text = " ".join(words).replace(" --worker-tmp-dir shm", "")
    return re.sub(r"(--bind )\S+|(backup )\S+", r"\1\2X", text)
