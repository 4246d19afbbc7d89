# Where the workflow lies. A module that is named by its git host or by a git repository, as
# `snakedeploy` writes it, comes file by file; library, templates and raw data come with none of
# them. So its commit is checked out whole, once, in the working folder, and used from there.
import importlib.util
import os
import shutil
import subprocess
import tempfile

from snakemake.exceptions import WorkflowError

CHECKOUTS = Path(".snakemake/compute_trends")


def git(*arguments):
    """What git prints."""
    try:
        run = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, check=True
        )
    except FileNotFoundError as error:
        raise WorkflowError(
            "git is needed to use this workflow from a repository"
        ) from error
    except subprocess.CalledProcessError as error:
        raise WorkflowError(f"git {' '.join(arguments)}: {error.stderr}") from error
    return run.stdout.strip()


def checked_out(repository, ref):
    """Folder with a commit of a repository on this machine; made if it is not there."""
    commit = git("-C", repository, "rev-parse", "--verify", f"{ref}^{{commit}}")
    folder = (CHECKOUTS / commit).resolve()
    if not folder.is_dir():
        CHECKOUTS.mkdir(parents=True, exist_ok=True)
        # Moved to its name when it is complete; another run may be first.
        half = tempfile.mkdtemp(dir=CHECKOUTS)
        git("clone", "--quiet", "--no-checkout", repository, half)
        git("-C", half, "checkout", "--quiet", "--detach", commit)
        try:
            os.rename(half, folder)
        except OSError:
            shutil.rmtree(half)
            if not folder.is_dir():
                raise
    return folder


def workflow_folder(place):
    """The folder of the Snakefile on this machine, from where Snakemake has it."""
    if hasattr(place, "hosted_repo"):
        repository = str(place.hosted_repo.repo_clone)
    elif hasattr(place, "repo_path"):
        repository = os.path.abspath(place.repo_path)
    else:
        return Path(place.get_path_or_uri(secret_free=True))
    return checked_out(repository, place.ref) / place.path


def require_packages(locked):
    """Stop where Snakemake is installed without the packages that the settings are read with."""
    missing = [
        name
        for name in ("numpy", "pandas", "pydantic", "ruamel")
        if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise WorkflowError(
            f"Where Snakemake is installed, {', '.join(missing)} must be, too, for this workflow: "
            f"{sys.executable} -m pip install --require-hashes -r '{locked}'"
        )
