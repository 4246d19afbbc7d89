#!/usr/bin/env bash
# `make slurm`: shards and their gather on a Slurm of one node that lives for this test alone.
# The node is started in a process and mount namespace of its own: whatever happens, its daemons
# end with the test, and the /etc/slurm of this machine is not touched.
set -euo pipefail
cd "$(dirname "$0")/../.."

not_run() {
    echo "not run: Slurm ($1)"
    exit 0
}
for tool in slurmctld slurmd munged sbatch; do
    command -v "$tool" >/dev/null || not_run "$tool is not installed; Debian has slurm-wlm and munge"
done
[ "$(id -u)" = 0 ] || not_run "only root can start a node"
alone=(unshare --mount --pid --fork --kill-child --mount-proc)
"${alone[@]}" true 2>/dev/null || not_run "this machine allows no namespaces"

make --no-print-directory cluster "$@"
bin=$(make --silent --no-print-directory cluster-bin "$@")
# It takes one minute, or two beside other work.
PYTHONPATH=workflow:tests timeout -k 5 300 "${alone[@]}" "$bin/python" tests/cluster/on_slurm.py
