"""A decoder process: checks one upload after another within limits of memory and processor time.

`gsapp.media.decoders` starts it, as `python -m`, with an environment that has no secrets. It reads lines of JSON,
each a path, and writes a line of JSON for each: what `kinds.prepare` returned, or the name of the refusal.
"""

import json
import os
import resource
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from gsapp.errors import DomainError
from gsapp.media.kinds import prepare

CPU_SECONDS = 10
MIB = 1024 * 1024
# Measured with the largest picture of each kind: decoding, turning, scaling and encoding take 16 MB a megapixel at
# most, Python with Pillow 100 MB, the file itself is held three times.
MEMORY = 192 * MIB
MEMORY_PER_PIXEL = 16
MAX_MEMORY = MEMORY + 50_000_000 * MEMORY_PER_PIXEL
MAX_WRITTEN = 64 * MIB
NICENESS = 5  # pages come first


def main() -> None:
    with suppress(OSError):
        os.nice(NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, MAX_WRITTEN)
    _limit(resource.RLIMIT_AS, MAX_MEMORY)
    for line in sys.stdin.buffer:
        began = time.process_time()
        _limit(resource.RLIMIT_CPU, int(began) + CPU_SECONDS)
        _limit(resource.RLIMIT_AS, MEMORY)
        reply = _reply(Path(json.loads(line))) | {"seconds": time.process_time() - began}
        sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
        sys.stdout.buffer.flush()


def _reply(part: Path) -> dict[str, object]:
    try:
        ready = prepare(part, before_decoding=_allow_pixels)
    except (DomainError, MemoryError) as error:
        return {"refused": type(error).__name__}
    except OSError as error:
        return {"errno": error.errno, "reason": error.strerror}
    except Exception:  # noqa: BLE001 - the parent logs it
        return {"fault": traceback.format_exc()}
    return {"ending": ready.ending, "width": ready.width, "height": ready.height, "small": ready.small is not None}


def _allow_pixels(pixels: int) -> None:
    _limit(resource.RLIMIT_AS, min(MEMORY + pixels * MEMORY_PER_PIXEL, MAX_MEMORY))


def _limit(which: int, most: int) -> None:
    """Set a soft limit, which a later upload may raise again; systems that do not support it keep theirs."""
    _, hard = resource.getrlimit(which)
    with suppress(OSError, ValueError):
        resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
