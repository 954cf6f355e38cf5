"""Real clusters on one machine: an SSH server, and SLURM with one node.

Each is started in a folder of its own and ends with its block. They need `sshd`, `munged`,
`slurmctld` and `slurmd`, and the rights of root.
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

NODE = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmdParameters=config_overrides
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=9000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(number):
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [each.getsockname()[1] for each in taken]


@contextmanager
def daemon(*command, ready, seconds=60):
    """Run a command until the block ends; the block begins when it is ready."""
    with subprocess.Popen(
        [*map(str, command)], stdin=subprocess.DEVNULL, stdout=-1, stderr=subprocess.STDOUT
    ) as process:
        try:
            end = time.monotonic() + seconds
            while not ready():
                if process.poll() is not None or time.monotonic() > end:
                    process.kill()
                    raise RuntimeError(f"{command[0]}: {process.communicate()[0].decode()}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def ssh_server(folder):
    """Yield the options by which asyncssh reaches this machine: `SSHCluster` takes them."""
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    Path("/run/sshd").mkdir(exist_ok=True)
    [port] = free_ports(1)
    settings = {
        "ListenAddress": "127.0.0.1", "Port": port, "HostKey": folder / "host", "UsePAM": "no",
        "AuthorizedKeysFile": folder / "authorized", "StrictModes": "no", "PidFile": "none",
        "PermitRootLogin": "yes", "SetEnv": f"PYTHONPATH={os.environ.get('PYTHONPATH', '')}",
    }  # fmt: skip
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    command = [shutil.which("sshd"), "-D", "-e", "-f", "/dev/null", *options]
    with daemon(*command, ready=lambda: answers(port)):
        yield {
            "port": port,
            "username": getpass.getuser(),
            "client_keys": [str(folder / "user")],
            "known_hosts": None,
        }


def answers(port):
    """Tell whether somebody listens on a port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def slurm(folder):
    """Yield the environment in which `sbatch` and the like reach a SLURM of one node."""
    (folder / "state").mkdir()
    (folder / "spool").mkdir()
    key, config = folder / "munge.key", folder / "slurm.conf"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    host = socket.gethostname().partition(".")[0]
    ports = free_ports(2)
    config.write_text(NODE.format(host=host, user=getpass.getuser(), folder=folder, ports=ports))
    munge = [
        f"--{name}={folder / file}"
        for name, file in {
            "key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid",
            "log-file": "munge.log", "seed-file": "munge.seed",
        }.items()
    ]  # fmt: skip
    environment = {**os.environ, "SLURM_CONF": str(config)}

    def idle():
        asked = subprocess.run(
            ["sinfo", "-h", "-o", "%t"], env=environment, capture_output=True, text=True
        )
        return asked.stdout.strip() == "idle"

    with ExitStack() as stack:
        for command, ready in (
            (["munged", "-F", "--force", *munge], (folder / "munge.socket").exists),
            (["slurmctld", "-D", "-f", config], lambda: answers(ports[0])),
            (["slurmd", "-D", "-f", config, "-N", host], idle),
        ):
            stack.enter_context(daemon(*command, ready=ready))
        yield environment


@contextmanager
def started(script, environment):
    """Run a script that starts a cluster and ends by Enter; yield the address that it tells.

    It runs in its own folder, where SLURM leaves what jobs print.
    """
    command, pipes = [sys.executable, "-u", script], {"stdin": -1, "stdout": -1, "text": True}
    with subprocess.Popen(command, env=environment, cwd=script.parent, **pipes) as process:
        line = ""
        while "--scheduler " not in line:
            line += process.stdout.read(1) or f"--scheduler nowhere (status {process.wait()})"
        address = line.split("--scheduler ")[1]
        while " " not in address:
            address += process.stdout.read(1)
        try:
            yield address.strip()
        finally:
            process.communicate("\n", timeout=60)
