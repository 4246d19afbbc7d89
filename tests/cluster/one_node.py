"""A Slurm of one node in a folder: no cgroups, no accounts; root starts it in its own namespace."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

# The node says that it has these, whatever the machine has: jobs of the test run side by side.
CPUS, MEMORY_MB = 4, 8000
CONF = """\
ClusterName=one_node
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory}
PartitionName=only Nodes=ALL Default=YES
"""


def start_node(folder: Path) -> None:
    """Start munged, slurmctld and slurmd, and wait until the node takes jobs.

    Its slurm.conf comes over /etc/slurm, where srun looks for it within a job.

    Raises
    ------
    RuntimeError
        If the node is not idle after ten seconds, with what the logs say last.
    """
    for name in ("state", "spool", "etc"):
        (folder / name).mkdir(parents=True)
    # munged trusts no folder that others may write to.
    folder.chmod(0o755)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(1024))
    names = {"host": socket.gethostname().partition(".")[0], "folder": folder}
    ports = dict(zip(("controller_port", "node_port"), free_ports(2), strict=True))
    text = CONF.format(**names, **ports, cpus=CPUS, memory=MEMORY_MB)
    (folder / "etc" / "slurm.conf").write_text(text, encoding="utf-8")
    Path("/etc/slurm").mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", str(folder / "etc"), "/etc/slurm"], check=True)
    files = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munged.pid"}
    files |= {"log-file": "munged.log", "seed-file": "munge.seed"}
    subprocess.run(
        ["munged", "--force", *(f"--{name}={folder / file}" for name, file in files.items())],
        check=True,
    )
    for daemon in ("slurmctld", "slurmd"):
        subprocess.run([daemon], check=True)
    wait_for_idle(folder)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for_idle(folder: Path) -> None:
    """Wait until the node takes jobs; see `start_node`."""
    for _ in range(100):
        states = subprocess.run(
            ["sinfo", "--noheader", "--format=%T"], capture_output=True, text=True, check=False
        )
        if states.stdout.split() == ["idle"]:
            return
        time.sleep(0.1)
    logs = [path.read_text(errors="replace")[-1000:] for path in sorted(folder.glob("*.log"))]
    raise RuntimeError("\n".join(["the node does not come up", *logs]))


def finished_jobs() -> list[str]:
    """What the controller knows of jobs that ended well, a line each."""
    jobs = subprocess.run(
        ["scontrol", "--oneliner", "show", "job"], capture_output=True, text=True, check=True
    )
    return [line for line in jobs.stdout.splitlines() if "JobState=COMPLETED" in line]
