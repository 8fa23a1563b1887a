"""Is the web server on this machine of use? For container health checks: `… healthy PORT`.

It asks as guests do, by the name they use: any other name would be turned away.
"""

from __future__ import annotations

import http.client
import os
import sys
from typing import Final

OK: Final = 200


def main() -> int:
    """0 when the server answers that it is ready, else 1."""
    name = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": name})
        answer = connection.getresponse()
        print(answer.read().decode(errors="replace"))
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.close()
    return 0 if answer.status == OK else 1


if __name__ == "__main__":
    sys.exit(main())
