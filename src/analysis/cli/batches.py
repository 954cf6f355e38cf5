"""``nit clean``, ``briefs``, ``run``, ``verify``: bring data and briefs up to date."""

from __future__ import annotations

import inspect
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, Literal, NoReturn

import typer

from analysis.batch.manifest import read_records, write_manifest
from analysis.batch.plan import (
    Target,
    plan_briefs,
    plan_file,
    plan_notebook,
    result_targets,
    with_limits,
)
from analysis.batch.reasons import Present
from analysis.batch.run import FAILED, LEFT, Options, Outcome, started_run
from analysis.cli.progress import progress, summary
from analysis.facts.errors import ParameterError, RunError
from analysis.settings.notebooks import KERNELS, read_notebook

FAILURE = 1

_ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP")

Jobs = Annotated[int, typer.Option(min=1, help="Number of notebooks run at once.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="html, pdf, assets or onepage; repeat for several. As declared if not given.",
    ),
]
Scheduler = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Use the workers of this Dask scheduler instead.")
]
CAFile = Annotated[str, typer.Option("--tls-ca-file", help="Authority of the scheduler's key.")]
Cert = Annotated[str, typer.Option("--tls-cert", help="Certificate to show to the scheduler.")]
Key = Annotated[str, typer.Option("--tls-key", help="Key of that certificate.")]
Force = Annotated[bool, typer.Option("--force", help="Make briefs although they are up to date.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be made, and why.")]
Only = Annotated[Literal["failed"] | None, typer.Option(help="Only those that failed last time.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Start nothing after a failure.")]
Log = Annotated[Path | None, typer.Option(help="Append every event to FILE as a line of JSON.")]
Seconds = Annotated[float | None, typer.Option(help="Stop a notebook after so many seconds.")]
Memory = Annotated[float | None, typer.Option(help="Gigabytes that a notebook may allocate.")]
Engine = Annotated[
    Literal["warm", "stock"], typer.Option(help="stock: a new kernel for every notebook.")
]


def clean(jobs: Jobs = 2, log: Log = None) -> None:
    """Rebuild data/processed from data/raw."""
    if not rebuilt(Options(jobs=jobs), log):
        raise typer.Exit(FAILURE)


def rebuilt(options: Options, log: Path | None = None) -> bool:
    """Rebuild data/processed whether or not it is up to date; tell whether that succeeded."""
    with _ending_cleanly(), progress(log) as tell, started_run(options, tell) as run:
        outcomes = run.results(force=True)
        write_manifest(run.records)
    return not _tell_failures(outcomes)


def _make(
    targets: Sequence[Target],
    jobs: Jobs = 2,
    scheduler: Scheduler = "",
    tls_ca_file: CAFile = "",
    tls_cert: Cert = "",
    tls_key: Key = "",
    force: Force = False,
    dry_run: DryRun = False,
    only: Only = None,
    fail_fast: FailFast = False,
    log: Log = None,
    time_limit: Seconds = None,
    memory_limit: Memory = None,
    engine: Engine = "warm",
) -> None:
    targets = with_limits(targets, seconds=time_limit, memory_gb=memory_limit)
    tls = _tls(tls_ca_file, tls_cert, tls_key)
    options = Options(jobs, scheduler, force, fail_fast, engine, tls)
    if only:
        recorded = read_records().briefs
        targets = [t for t in targets if recorded.get(t.name, {}).get("outcome") == "failed"]
    if dry_run:
        _tell_plan(targets, force)
        return
    start = time.perf_counter()
    with _ending_cleanly(), progress(log) as tell, started_run(options, tell) as run:
        results = run.results()
        built = not any(outcome.state == FAILED for outcome in results)
        outcomes = run.make(targets, force) if built else []
        run.finish()
    seconds = time.perf_counter() - start
    if built:
        print(summary(Counter(outcome.state for outcome in outcomes), seconds))
    else:
        print(f"no brief was made: data/processed could not be built ({seconds:.1f} s)")
    failed = _tell_failures([*results, *outcomes])
    if failed or any(outcome.state == LEFT for outcome in outcomes):
        raise typer.Exit(FAILURE)
    print("open reports/index.html")


def _making(plan: Callable[..., list[Target]]) -> Callable[..., None]:
    """Return a command whose options are those of `plan`, which names the targets, and `_make`."""
    planning, making = (
        [
            p
            for p in inspect.signature(part, eval_str=True).parameters.values()
            if p.name != "targets"
        ]
        for part in (plan, _make)
    )

    def command(**given: object) -> None:
        targets = plan(**{option.name: given.pop(option.name) for option in planning})
        _make(targets, **given)  # type: ignore[arg-type]

    command.__name__, command.__doc__ = plan.__name__, plan.__doc__
    command.__annotations__ = {option.name: option.annotation for option in (*planning, *making)}
    command.__signature__ = inspect.Signature([*planning, *making])  # type: ignore[attr-defined]
    return command


@_making
def briefs(
    country: Annotated[
        list[str] | None,
        typer.Option(help="Name, alias or ISO code; repeat for more. All countries if not given."),
    ] = None,
    first_edition: Annotated[
        int | None, typer.Option(help="First edition to show, 2005 or later.")
    ] = None,
    last_edition: Annotated[
        int | None, typer.Option(help="Last edition to show, 2024 or earlier.")
    ] = None,
    format_: Formats = None,
) -> list[Target]:
    """Bring data/processed and the briefs in reports/ up to date, with an index."""
    return plan_briefs(country or (), first_edition, last_edition, format_ or ())


@_making
def run(
    file: Annotated[
        Path, typer.Argument(help="A batch, such as batches/groups.yml, or any notebook.")
    ],
    format_: Formats = None,
) -> list[Target]:
    """Make the briefs that a batch file declares, or run a notebook of your own."""
    targets = (plan_notebook if file.suffix == ".ipynb" else plan_file)(file, format_ or ())
    for name in dict.fromkeys(target.notebook for target in targets):
        notebook = read_notebook(name)
        if notebook.kernel not in KERNELS:
            named = f"{notebook.path.name} names the kernel {notebook.kernel!r}"
            print(f"nit: {named}; it runs in python3", file=sys.stderr)
    return targets


def _tls(ca_file: str, cert: str, key: str) -> dict[str, str]:
    """Return the files given for an encrypted connection: all three, or none."""
    if not (ca_file or cert or key):
        return {}
    for option, file in {"ca-file": ca_file, "cert": cert, "key": key}.items():
        if not Path(file).is_file():
            raise ParameterError(f"--tls-{option}: expected a file, found {file!r}")
    return {"tls_ca_file": ca_file, "tls_client_cert": cert, "tls_client_key": key}


def _tell_failures(outcomes: Sequence[Outcome]) -> bool:
    """Say what failed, a line each; tell whether anything did."""
    failed = [outcome for outcome in outcomes if outcome.state == FAILED]
    for outcome in failed:
        print(f"  {outcome.title}: {outcome.error}", file=sys.stderr)
    return bool(failed)


def _tell_plan(targets: Sequence[Target], force: bool) -> None:
    """Say for each target why it would be made, or that it is up to date."""
    present = Present(read_records())
    upstream = False
    for target in result_targets():
        why = [reason.words for reason in present.reasons(target)]
        upstream = upstream or bool(why)
        print(f"{target.name}: {'; '.join(why) or 'up to date'}")
    otherwise = "up to date unless its data change" if upstream else "up to date"
    otherwise = "asked for" if force else otherwise
    for target in targets:
        why = [reason.words for reason in present.reasons(target)]
        print(f"{target.name}: {'; '.join(why) or otherwise}")


@contextmanager
def _ending_cleanly() -> Iterator[None]:
    """Turn Ctrl-C and the like into one line, after the workers have ended and all is recorded."""
    numbers = [signal.Signals[n] for n in _ENDING if n in signal.Signals.__members__]

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        # Once is enough: a second one must not disturb the recording.
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # as for a run in the background of a shell, or by nohup
            signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise RunError("interrupted; what was finished is kept") from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def verify(
    jobs: Jobs = 2,
    release: Annotated[
        bool, typer.Option("--release", help="Compare with the release's checksums too.")
    ] = False,
    log: Log = None,
    engine: Engine = "warm",
) -> None:
    """Build everything again in a temporary place and report each file that differs, and how."""
    from analysis.batch.verify import TOLERANCE
    from analysis.batch.verify import verify as verified

    options = Options(jobs=jobs, engine=engine)
    with _ending_cleanly(), progress(log) as tell:
        found = verified(options, release, tell)
    for name, how in found.differences.items():
        print(f"{name}: {how}")
    for name in found.near:
        print(f"{name}: differs within its tolerance of {TOLERANCE:g}")
    if _tell_failures(found.failed) or found.differences:
        print(_differing(found.differences, found.compared), file=sys.stderr)
        raise typer.Exit(FAILURE)
    within = f", {len(found.near)} of them within the tolerance" if found.near else ""
    print(f"all {found.compared} files came out the same{within}")


def _differing(names: Iterable[str], compared: int) -> str:
    """Return how many files differ, of data and of which briefs."""
    places = [name.split("/") for name in names]
    data = sum(place[0] == "data" for place in places)
    briefs = sorted({place[1] for place in places if place[0] == "reports"})
    few = ", ".join(briefs[:5]) + (f" and {len(briefs) - 5} more" if len(briefs) > 5 else "")
    where = [f"{data} in data/processed"] * bool(data)
    where += [f"those of {len(briefs)} brief{'s' * (len(briefs) > 1)}: {few}"] * bool(briefs)
    return f"{len(places)} of {compared} files differ; {', and '.join(where)}"
