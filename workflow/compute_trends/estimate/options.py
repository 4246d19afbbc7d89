"""Command line of the calculator: options of a run, and of the stages that it consists of."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from compute_trends.common.problems import Problem, did_you_mean, nearest, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.estimate.inputs import SIZES

Group = dict[str, tuple[str | None, str]]
# Options, with a word for their value and what they mean, in the groups of `--help`.
SIZE: Group = {
    "parameters": ("N", "of a dense model: 2 FLOP each in a forward pass"),
    "active_parameters": ("N", "of a mixture of experts: those that one token uses"),
    "total_parameters": ("N", "of a mixture, beside --active-parameters; they are not multiplied"),
    "forward_flop": ("N", "FLOP of one forward pass (per token or example)"),
    "forward_multiply_adds": ("N", "multiply-adds of one forward pass"),
}
DATA: Group = {
    "tokens": ("N", "forward passes in one epoch: 15.6T, 2e12, 2 trillion"),
    "examples": ("N", "the same, in the words of other models"),
    "epochs": ("N", "passes over the data (1)"),
    "backward_forward_ratio": ("R", "backward over forward pass (from the config)"),
    "forward_only": (None, "no backward pass: rollouts of reinforcement learning, a teacher"),
}
SHAPE: Group = {
    "layers": ("N", "of a transformer"),
    "width": ("N", "of what runs through the layers (d_model)"),
    "heads": ("N", "attention heads of a layer"),
    "sequence_length": ("N", "tokens of a sequence, on which attention depends"),
    "feed_forward_width": ("N", "inside the feed-forward block; not needed beside a size"),
    "gated": (None, "the feed-forward block has three matrices (SwiGLU), not two"),
    "vocabulary": ("N", "tokens that the output layer tells apart (0: left out)"),
    "head_width": ("N", "of a head's queries and keys (width / heads)"),
    "value_head_width": ("N", "of a head's values (as the keys)"),
    "key_value_heads": ("N", "heads of keys and values (all heads)"),
    "query_rank": ("N", "of compressed queries (multi-head latent attention)"),
    "key_value_rank": ("N", "of compressed keys and values"),
    "shared_key_width": ("N", "part of the head width whose keys all heads share"),
    "bidirectional": (None, "a token attends to all others, not only to those before it"),
    "experts": ("N", "experts of a layer"),
    "active_experts": ("N", "experts that one token uses"),
    "shared_experts": ("N", "experts that every token uses besides"),
    "expert_width": ("N", "inside an expert (as the feed-forward block)"),
    "dense_layers": ("N", "layers without experts, in a mixture"),
    "convolution": (
        "HxW,IN,OUT,KxK[,GROUPS]",
        "output, channels, kernel; once a layer",
    ),
}
TIME: Group = {
    "hardware": ("CHIP", "name or alias: H100, A100, TPU v4"),
    "precision": ("FORMAT", "bf16, tf32, fp8, fp4, fp32, int8; fp16_plain: without tensor cores"),
    "chips": ("N", "all that worked at once"),
    "hours": ("H", "from start to end"),
    "days": ("D", "the same"),
    "chip_hours": ("H", "chips times hours, such as GPU-hours"),
    "chip_days": ("D", "chips times days"),
    "mfu": ("SHARE", "of the peak rate, of operations that training needs (from the config)"),
    "hfu": ("SHARE", "of the peak rate, of all executed operations"),
    "utilization": ("SHARE", "where it is not said which; taken as --mfu"),
    "recomputation": ("F", "executed over needed operations, with --hfu; 1.33: all recomputed"),
}
OTHER: Group = {
    "reported_flop": ("N", "a total that a source states"),
    "base_model": (
        "SYSTEM|FLOP",
        "what training starts from: a system of our data, or FLOP",
    ),
    "like": ("SYSTEM", "start with the inputs of a system of our data; options override them"),
    "scale_factor": ("F", "factor for what the inputs leave out"),
    "domain": ("DOMAIN", "of the system; it makes no difference"),
}
GROUPS: dict[str, Group] = {
    "a size": SIZE,
    "data": DATA,
    "architecture, from which operations and attention follow": SHAPE,
    "chips and time (repeat an option for several phases)": TIME,
    "more": OTHER,
}
OPTIONS = {name: value for group in GROUPS.values() for name, value in group.items()}
# What people call it otherwise
SPELLINGS = {"chip_hours": "gpu_hours", "chip_days": "gpu_days"}
# Of each of these a stage has one at most.
ALTERNATIVES = (
    (*SIZES, "active_parameters"),
    ("tokens", "examples"),
    ("hours", "days", "chip_hours", "chip_days"),
    ("mfu", "hfu", "utilization"),
    ("backward_forward_ratio", "forward_only"),
)
# Which options open an estimate by each method.
METHOD_OPTIONS = {
    "operation_count": {*SIZE, *DATA, *SHAPE},
    "hardware_time": set(TIME),
    "reported": {"reported_flop"},
}
EXAMPLES = """\
Numbers: 2e12, 2T, 175B, 2 trillion, 2,000,000. 280e9~3 is assumed to be right within a factor
of 3 (90 %%), 280e9~ within the factor of the config. Defaults: config.yaml.

Both groups of inputs together give both values, and the utilization that they imply.
A run of several stages, which are added up; what stands before the first holds for all:

  %(prog)s --active-parameters 37e9 \\
      --stage pre-training --tokens 14.8T \\
      --stage rl-rollouts --tokens 200B~3 \\
      --stage rl-updates --tokens 200B~3

Stages whose name begins with rl-rollouts, distillation-teacher or generated-data are forward only.
"""


class Stage(NamedTuple):
    """A part of a run: its name, and the texts of each option in the order given."""

    name: str
    given: dict[str, list[str]]


class Call(NamedTuple):
    """What the calculator is asked.

    Parameters
    ----------
    stages : list of Stage
        At least one.
    problems : list of Problem
        Of the grammar; ``file`` is the stage ("" where there is one only), ``column`` the option.
    """

    stages: list[Stage]
    config: str
    as_json: bool
    with_trace: bool
    problems: list[Problem]


class _Record(argparse.Action):
    """Keep options in the order in which they were typed."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        text = "yes" if self.nargs == 0 else str(values)
        namespace.typed = [*(getattr(namespace, "typed", None) or []), (self.dest, text)]


def option(name: str) -> str:
    """How an option is typed."""
    return f"--{name.replace('_', '-')}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m compute_trends.estimate",
        usage="%(prog)s OPTION VALUE ... [--stage NAME OPTION VALUE ...] ...",
        description="Training compute from parameters and data, from chips and time, or from both.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for title, group in GROUPS.items():
        section = parser.add_argument_group(title)
        for name, (metavar, text) in group.items():
            spellings = [option(name)]
            spellings += [option(SPELLINGS[name])] if name in SPELLINGS else []
            takes: dict[str, Any] = {"nargs": 0} if metavar is None else {"metavar": metavar}
            section.add_argument(*spellings, dest=name, action=_Record, help=text, **takes)
    parser.add_argument("--stage", action=_Record, metavar="NAME", help="begin a stage of the run")
    parser.add_argument("--stages", metavar="FILE", help="the same as a list in YAML or JSON")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--trace", action="store_true", help="print every step of the arithmetic")
    parser.add_argument("--config", default=str(PROJECT / "config.yaml"), help="other config file")
    return parser


def read_call(arguments: Sequence[str] | None) -> Call:
    """Command line of the calculator; every value stays text until it is checked."""
    options, unknown = _parser().parse_known_args(arguments)
    known = [*OPTIONS, *SPELLINGS.values(), "stage", "stages", "json", "trace", "config"]
    problems = [_unknown(text, map(option, known)) for text in unknown if text.startswith("--")]
    if not problems:
        problems = [Problem("", None, text, None, "an option before it") for text in unknown]
    typed = list(getattr(options, "typed", None) or [])
    typed += _typed_in_file(options.stages) if options.stages else []
    stages = _stages(typed)
    many = len(stages) > 1
    for stage in stages:
        problems += _grammar_problems(stage, stage.name if many else "")
    return Call(stages, options.config, options.json, options.trace, problems)


def _unknown(text: str, known: Iterable[str]) -> Problem:
    name = text.partition("=")[0]
    near = nearest(name, known)
    expected = f"an option; did you mean {near[0]}?" if near else "an option of --help"
    return Problem("", None, name, None, expected)


def _stages(typed: Iterable[tuple[str, str]]) -> list[Stage]:
    """Stages of options in the order typed; a base model is a stage of its own."""
    shared: dict[str, list[str]] = {}
    stages: list[Stage] = []
    base: list[Stage] = []
    for name, text in typed:
        if name == "stage":
            stages.append(Stage(text, {}))
        elif name == "base_model":
            base.append(Stage("base model", {name: [text]}))
        else:
            (stages[-1].given if stages else shared).setdefault(name, []).append(text)
    if not stages:
        return [*base, Stage("training", shared)] if shared or not base else base
    # "--stage base --base-model X" is one stage, not an empty one and another one.
    stages = [stage for stage in stages if stage.given or not base or set(shared) - {"domain"}]
    return base + [Stage(stage.name, _with_shared(stage.given, shared)) for stage in stages]


def _with_shared(own: dict[str, list[str]], shared: dict[str, list[str]]) -> dict[str, list[str]]:
    """Options of a stage with those that hold for all stages, as far as its methods use them."""
    opened = [names for names in METHOD_OPTIONS.values() if names & set(own)]
    out = {
        name
        for names in METHOD_OPTIONS.values()
        if opened and names not in opened
        for name in names
    }
    return overridden({name: texts for name, texts in shared.items() if name not in out}, own)


def overridden(start: dict[str, list[str]], own: dict[str, list[str]]) -> dict[str, list[str]]:
    """Options to start with, and the own ones in place of them and of what they exclude."""
    replaced = set(own)
    for names in ALTERNATIVES:
        replaced |= set(names) if set(names) & set(own) else set()
    return {name: texts for name, texts in start.items() if name not in replaced} | own


def _grammar_problems(stage: Stage, place: str) -> list[Problem]:
    """Options of a stage that exclude each other, and names that are nearly known."""
    problems = []
    for names in ALTERNATIVES:
        given = [name for name in names if name in stage.given]
        if len(given) > 1:
            only = f"only one of {', '.join(map(option, given))}"
            problems.append(Problem(place, None, ", ".join(map(option, given)), None, only))
    kind = _kind(stage.name)
    near = nearest(kind, FORWARD_ONLY, likeness=0.85)
    if near and not is_forward_only(stage.name):
        problems.append(Problem(place, None, "--stage", stage.name, f"{near[0]}, or another name"))
    return problems


# Names of stages that mean something: they have no backward pass.
FORWARD_ONLY = ("rl-rollouts", "distillation-teacher", "generated-data")


def is_forward_only(name: str) -> bool:
    """Whether a stage has no backward pass by its name, as ``RL rollouts`` or ``rl-rollouts-2``."""
    kind = _kind(name)
    return any(kind == known or kind.startswith(f"{known}-") for known in FORWARD_ONLY)


def _kind(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.strip().lower())


def _typed_in_file(path: str) -> list[tuple[str, str]]:
    """Options of a file with a list of stages, as if they had been typed."""
    expected = "a list of stages in YAML or JSON, each with its name as stage and its options"
    try:
        content = read_yaml_text(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        content = None
    if not isinstance(content, list) or not all(isinstance(stage, dict) for stage in content):
        stop_on([Problem("", None, "--stages", path, expected)])
    typed, problems = [], []
    for number, stage in enumerate(content, start=1):
        label = str(stage.get("stage", f"stage {number}"))
        typed.append(("stage", label))
        for key, value in stage.items():
            name = str(key).replace("-", "_")
            name = next((long for long, short in SPELLINGS.items() if short == name), name)
            if name in OPTIONS:
                texts = value if isinstance(value, list) else [value]
                typed += [(name, str(text)) for text in texts if text is not False]
            elif name != "stage":
                expected = f"an option of --help; {did_you_mean(str(key), OPTIONS)}"
                problems.append(Problem(label, None, f"--{key}", None, expected))
    stop_on(problems)
    return typed
