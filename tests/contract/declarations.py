"""Check the sandbox's answers against Stripe's own TypeScript declarations: a step of `make test`.

Python's classes call a key `Optional` whether it is absent or null; the declarations of the npm
package know the difference. Both packages must be of one API version, or neither proves anything.
Node is the one that the browser tests bring; npm fetches two packages by their hashes. A machine
without npm is told so and passes; continuous integration does not.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import stripe
from playwright._impl._driver import compute_driver_executable

from tests.contract.sandbox_answers import VARIABLE

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
FOLDER: Final = ROOT / ".tools" / "declarations"
FILES: Final = ("package.json", "package-lock.json")
TYPES: Final = {
    "account": "Account",
    "balance_transaction": "BalanceTransaction",
    "charge": "Charge",
    "checkout.session": "Checkout.Session",
    "customer": "Customer",
    "dispute": "Dispute",
    "event": "Event",
    "item": "LineItem",
    "mandate": "Mandate",
    "payment_intent": "PaymentIntent",
    "payment_method": "PaymentMethod",
    "price": "Price",
    "payout": "Payout",
    "refund": "Refund",
    "setup_intent": "SetupIntent",
    "webhook_endpoint": "WebhookEndpoint",
}
# Texts on the wire, which the npm package makes objects of before it hands them out.
DECIMAL: Final = re.compile(r'("\w+_decimal": "[\d.]+")')
OPTIONS: Final = {
    "module": "node16",
    "moduleResolution": "node16",
    "noEmit": True,
    "skipLibCheck": True,
    "strict": True,
    "target": "es2022",
    "types": [],
}


class Unavailable(Exception):
    """The declarations cannot be fetched on this machine."""


class Disagreement(Exception):
    """What the two sides say differs; the text says how."""


def install() -> Path:
    """The folder with both packages, fetched once for each content of the lock file.

    :raises Unavailable: there is no npm, or it finds no registry.
    """
    stamp = FOLDER / "installed"
    lock = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    if stamp.exists() and stamp.read_text() == lock:
        return FOLDER
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("there is no npm here to fetch Stripe's declarations with.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, FOLDER / name)
    try:
        subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=FOLDER,
            check=True,
            timeout=600,
        )
    except subprocess.SubprocessError as error:
        raise Unavailable("npm could not fetch Stripe's declarations.") from error
    stamp.write_text(lock)
    return FOLDER


def api_version_of(folder: Path) -> str:
    """Which API version the npm package speaks."""
    text = (folder / "node_modules" / "stripe" / "cjs" / "apiVersion.js").read_text()
    found = re.search(r"ApiVersion\s*=\s*['\"]([^'\"]+)['\"]", text)
    return found[1] if found else "unknown"


def ensure_one_version(theirs: str, ours: str = stripe.api_version) -> None:
    """:raises Disagreement: the Python and the npm package speak different API versions."""
    if theirs != ours:
        raise Disagreement(
            f"stripe of PyPI speaks {ours} and stripe of npm {theirs}: upgrade both together, "
            "pyproject.toml and tests/contract/package.json."
        )


def compile_all(bodies: Iterable[dict[str, Any]], folder: Path) -> int:
    """Compile each body as the type it claims to be; how many there were.

    :raises Disagreement: there were none, or a key or a type is not as declared.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="answers-") as made:
        sources = [
            _write(Path(made) / f"answer{number}.cts", body) for number, body in enumerate(bodies)
        ]
        if not sources:
            raise Disagreement("No answer of the sandbox was kept, so nothing was checked.")
        project = Path(made) / "tsconfig.json"
        project.write_text(json.dumps({"compilerOptions": OPTIONS, "include": ["*.cts"]}))
        compiler = folder / "node_modules" / "typescript" / "bin" / "tsc"
        done = subprocess.run(
            [_node(), str(compiler), "--project", str(project), "--pretty", "false"],
            cwd=made,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
    if done.returncode:
        raise Disagreement(done.stdout + done.stderr)
    return len(sources)


def _write(path: Path, body: dict[str, Any]) -> Path:
    """A fresh literal of a declared type: the one place where TypeScript minds unknown keys."""
    kind = TYPES[body["object"]]
    if body.get("deleted") is True:
        kind = f"Deleted{kind}"
    literal = DECIMAL.sub(r"\1 as never", json.dumps(body, indent=1))
    path.write_text(
        'import Stripe = require("stripe");\n'
        f"const answer: Stripe.{kind} = {literal};\n"
        "void answer;\n"
    )
    return path


def _node() -> str:
    return shutil.which("node") or str(compute_driver_executable()[0])


def recorded() -> list[dict[str, Any]]:
    """Every shape the sandbox's tests met; they are run when nobody has kept any."""
    if folder := os.environ.get(VARIABLE):
        return _read(Path(folder))
    with tempfile.TemporaryDirectory() as fresh:
        tests = sorted(str(path) for path in HERE.glob("test_sandbox_*.py"))
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-header", *tests],
            cwd=ROOT,
            env=os.environ | {VARIABLE: fresh},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return _read(Path(fresh))


def _read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def main() -> int:
    """Run the check; the last line says what it came to."""
    try:
        folder = install()
    except Unavailable as reason:
        print(f"NOT CHECKED: {reason}")
        return 1 if os.environ.get("CI") else 0
    try:
        ensure_one_version(api_version_of(folder))
        count = compile_all(recorded(), folder)
    except Disagreement as difference:
        print(difference)
        return 1
    print(f"{count} shapes agree with the declarations of API version {stripe.api_version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
