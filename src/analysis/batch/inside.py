"""What a kernel of a batch does before its first cell."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

from analysis.batch.reads import INTO, record_reads

FIRST_LINE: Final = "__import__('analysis.batch.inside', fromlist=['inside']).begin()"


def begin() -> None:
    """Record what the kernel reads, and let it tell that its memory is used up."""
    from IPython.core.getipython import get_ipython

    if INTO in os.environ:
        record_reads(Path(os.environ["NIT_ROOT"]), Path(os.environ.pop(INTO)))
    shell: Any = get_ipython()
    if sys.platform == "linux" and shell is not None:
        shell.set_custom_exc((MemoryError,), _told)


def _told(
    shell: Any, _kind: type[BaseException], _error: BaseException, _where: Any, **_unused: Any
) -> None:
    """Show a failed allocation; a traceback needs memory too, of which there may be none left."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    shell.showtraceback(running_compiled_code=True)
