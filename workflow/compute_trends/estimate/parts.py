"""Inputs of a stage as rows of compute_inputs.csv, each with what was taken by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from compute_trends.common.records import Record
from compute_trends.estimate.options import (
    DATA,
    METHOD_OPTIONS,
    SIZE,
    TIME,
    is_forward_only,
    option,
)
from compute_trends.estimate.quantities import ACTIVE, MARK, Quantity
from compute_trends.estimate.rates import Chips
from compute_trends.estimate.reader import StageReader
from compute_trends.estimate.shapes import OF_EXPERTS, read_shape

PARAMETERS = ("parameters", "active_parameters")
HOURS_IN = {"hours": 1, "days": 24, "chip_hours": 1, "chip_days": 24}
SHARES = ("mfu", "hfu", "utilization")
EXECUTED = (
    "Operations executed, an upper bound of those that training needs: --recomputation 1.33, where "
    "all activations are computed twice, turns them into these."
)


@dataclass
class Part:
    """One product: a phase of a stage by one method.

    Parameters
    ----------
    cells : dict
        Inputs, as the columns of compute_inputs.csv have them.
    factors : dict of str to float
        Factor of an input, by its column, where the command line says it.
    assumed : list of str
        Columns that no source states.
    typed_as : dict of str to str
        Option that gave a column, where it has another name.
    defaults, notes : list of str
        Sentences on what was taken without being given, and on what was made of it.
    """

    stage: str
    place: str
    method: str
    cells: Record = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    typed_as: dict[str, str] = field(default_factory=dict)
    defaults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put(self, column: str, name: str, quantity: Quantity | None, per_unit: float = 1) -> None:
        """Fill a column with the quantity that an option gave, if any."""
        self.typed_as[column] = name
        if quantity is None:
            return
        self.cells[column] = quantity.value * per_unit
        if quantity.assumed:
            self.assumed.append(column)
        if quantity.factor is not None:
            self.factors[column] = quantity.factor


def read_parts(reader: StageReader, chips: Callable[[], Chips]) -> list[Part]:
    """Parts of a stage by every method that its options open.

    Parameters
    ----------
    chips : callable
        Gives the chips; called only where a chip is named.
    """
    opened = [method for method, names in METHOD_OPTIONS.items() if reader.has(*names)]
    parts: list[Part] = []
    for method in opened or ["operation_count"]:
        if method == "operation_count":
            parts += _counts(reader)
        elif method == "hardware_time":
            parts += [_time(reader, chips(), phase) for phase in range(reader.phases(TIME))]
        else:
            parts += [_total(reader, phase) for phase in range(reader.phases(["reported_flop"]))]
    scale = reader.quantity("scale_factor")
    for part in parts:
        if scale is not None:
            part.put("scale_factor", "scale_factor", scale)
    return parts


def _counts(reader: StageReader) -> list[Part]:
    """Products of a size and of data, one for each phase."""
    return [_count(reader, phase) for phase in range(reader.phases([*SIZE, *DATA]))]


def _count(reader: StageReader, phase: int) -> Part:
    part = Part(reader.stage.name, reader.place, "operation_count")
    _put_size(part, reader, phase)
    data = "examples" if reader.has("examples") else "tokens"
    part.put("examples", data, reader.quantity(data, phase, column="examples"))
    part.put("epochs", "epochs", reader.quantity("epochs", phase))
    if not reader.has("epochs"):
        part.cells["epochs"] = 1.0
        part.defaults.append("one pass over the data (--epochs)")
    ratio = "backward_forward_ratio"
    if reader.has("forward_only"):
        part.cells[ratio] = 0.0
    elif reader.has(ratio):
        part.put(ratio, ratio, reader.quantity(ratio, phase))
    elif is_forward_only(reader.stage.name):
        part.cells[ratio] = 0.0
        part.defaults.append("forward passes only, as the stage is named")
    return part


def _put_size(part: Part, reader: StageReader, phase: int) -> None:
    """Fill the size of a forward pass, from parameters or an architecture."""
    name = next((name for name in SIZE if reader.has(name) and name != "total_parameters"), None)
    total = reader.quantity("total_parameters", phase, column="parameters")
    is_mixture = (reader.number("experts", least=1) or 1) > 1
    if name == "parameters" and is_mixture:
        reader.tell(name, reader.text(name, phase), ACTIVE)
    column = "parameters" if name in PARAMETERS else name
    size = reader.quantity(name, phase, column=column) if name else None
    known = size.value if size is not None and name in PARAMETERS else None
    shape = read_shape(reader, active_parameters=known)
    if shape is not None and name not in (None, *PARAMETERS):
        reader.tell(name, reader.text(name, phase), "no architecture beside it, or no size")
    if shape is not None:
        quantity = Quantity(shape.forward_flop)
        if size is not None:
            quantity = size._replace(value=shape.forward_flop)
        part.put("forward_flop", name or "layers", quantity)
        part.notes += [shape.note] if shape.note else []
    elif name is not None and column is not None:
        part.put(column, name, size)
    elif reader.has("total_parameters"):
        dense = "" if is_mixture else "; or --parameters, if the model is dense"
        reader.tell("total_parameters", reader.text("total_parameters", phase), ACTIVE + dense)
    elif reader.has(*OF_EXPERTS):
        reader.tell("active_parameters", None, "a value, or the layers of the architecture")
    if total is not None and known is not None and known > total.value:
        reader.tell(name or "", reader.text(name or "", phase), "at most --total-parameters")


def _time(reader: StageReader, chips: Chips, phase: int) -> Part:
    """Product of chips, time and a share of their rate."""
    part = Part(reader.stage.name, reader.place, "hardware_time")
    chip, precision, note = chips.read(reader, phase)
    part.cells |= {"hardware": chip, "precision": precision}
    part.notes += [note] if note else []
    for name in ("hardware", "precision"):
        part.assumed += [name] if (reader.text(name, phase) or "").endswith(MARK) else []
    spent = next((name for name in HOURS_IN if reader.has(name)), "hours")
    hours = reader.quantity(spent, phase, column="hours", per_unit=HOURS_IN[spent])
    part.put("hours", spent, hours, HOURS_IN[spent])
    number = reader.quantity("chips", phase)
    if not spent.startswith("chip"):
        part.put("chips", "chips", number)
    else:
        # Their product is known as well as it is, however many chips there were.
        part.cells["chips"] = 1.0 if number is None else number.value
        part.factors["chips"] = 1.0
        if hours is not None:
            part.cells["hours"] /= part.cells["chips"]
    _put_utilization(part, reader, phase)
    return part


def _put_utilization(part: Part, reader: StageReader, phase: int) -> None:
    """Fill the utilization, of needed or of executed operations."""
    share = next((name for name in SHARES if reader.has(name)), "utilization")
    found = reader.quantity(share, phase, column="utilization")
    part.put("utilization", share, found)
    if not reader.has(*SHARES):
        part.assumed.append("utilization")
    kinds = {"mfu": "mfu", "hfu": "hfu", "utilization": "rule_of_thumb"}
    if found is not None:
        part.cells["utilization_kind"] = kinds[share]
    again = reader.number("recomputation", least=1, most=3)
    if reader.has("recomputation") and share != "hfu":
        reader.tell("recomputation", None, f"{option('hfu')} beside it: MFU leaves it out already")
    if share == "hfu" and again is None:
        part.cells |= {"operations": "executed", "bound": "high"}
        part.notes.append(EXECUTED)
    elif share == "hfu" and again is not None and found is not None:
        # What is left is a share of needed operations, which an MFU is.
        needed = found.value / again
        part.cells |= {"utilization": needed, "utilization_kind": "mfu"}
        words = f"HFU {found.value:g}, divided by {again:g} for what was recomputed"
        part.notes.append(f"{words}: MFU {needed:.3g}.")


def _total(reader: StageReader, phase: int) -> Part:
    """A total that is stated."""
    part = Part(reader.stage.name, reader.place, "reported")
    part.put("reported_flop", "reported_flop", reader.quantity("reported_flop", phase))
    return part
