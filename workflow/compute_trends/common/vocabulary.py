"""Codes that several stages share, and the words that people read for them."""

from __future__ import annotations

# Scale of a system whose window of dates gives it no z-score
NOT_RATED = "not rated"
METHODS = ("operation_count", "hardware_time", "reported")
# From the best to the worst.
CONFIDENCES = ("confident", "likely", "speculative")
# What a value counts: operations that training needs, or all that the chips did.
OPERATIONS = ("needed", "executed")
# What of a system a value counts, by the conventions of data/raw/README.md.
SCOPE_WORDS = {
    "system": "all that the conventions count",
    "without_data": "without making the data that it learned from",
    "part": "a part is left out",
    "more": "more than the conventions count",
    "other_run": "another run or model",
}
# How the systems of an export were chosen where they are no sample of notable or all models,
# in a few words and after "systems"
CHOSEN_SHORT = {
    "compute": "chosen by compute",
    "benchmarks": "chosen by benchmarks",
    "none small": "none small",
    "no criteria": "not known to be notable",
}
CHOSEN_WORDS = {
    "compute": "chosen by their compute, whose threshold cuts the slope",
    "benchmarks": "chosen because benchmarks list them, no sample of all systems",
    "none small": "of which none is small, as if chosen by compute: a threshold cuts the slope",
    "no criteria": "said to be notable, but without any notability criteria in the file: how "
    "they were chosen is not known",
}
BOUND_WORDS = {"low": "a floor", "high": "a ceiling"}
# Where the utilization comes from that a count must not exceed.
LIMIT_WORDS = {
    "mfu": "stated (MFU)",
    "hfu": "stated (HFU)",
    "rule_of_thumb": "rule of thumb",
    "stated": "stated",
    "highest": "highest anywhere",
    "peak": "peak rate",
}
# Conventions on what the compute of a system is, told in full in data/raw/README.md.
CONVENTION_WORDS = {
    "ensemble": "one network of an ensemble counts, the largest",
    "population": "agents that are trained together all count",
    "base_model": "what training starts from counts",
    "final_training": "a search counts, and so does the training of what it found",
    "acting": "passes that gather experience count",
    "generated_data": "making the data to learn from counts",
    "stated_range": "the geometric middle of a stated range is taken",
    "board": "boards of two processors are one chip",
    "executed": "needed operations count, not repeated or padded ones",
    "one_hot": "weights that an input picks out are not multiplied",
    "first_layer": "nobody needs the gradient of the input",
    "run": "of several runs, the one that the name stands for",
    "attention": "products of attention count where shapes are known",
}
CONVENTIONS = tuple(CONVENTION_WORDS)
# What a verdict on two values may be, besides that one of them is the better one.
NO_WINNER = ("neither", "both", "undecided")

# The two ways to compute a value
COMPUTED_WORDS = {"operation_count": "counted operations", "hardware_time": "chips and time"}
METHOD_WORDS = COMPUTED_WORDS | {
    "reported": "reported total",
    "geometric_mean": "mean of methods",
    "none": "no estimate",
}
BASIS_WORDS = {"published": "published", "estimated": "re-derived"}
# The same where it says which compute is shown or measured.
COMPUTE_WORDS = {"published": "as published", "estimated": "re-derived here"}
MEASURED_WORDS = {
    "published": "published compute",
    "estimated": "re-derived compute",
    "parameters": "parameters",
    "inference": "inference compute",
}
# Where a value of a system comes from, on the axis and in the legend of a figure.
VALUE_WORDS = {
    "published": "as published",
    "estimated": "as re-derived",
    "operation_count": "by counting operations",
    "hardware_time": "from chips and time",
    "reported": "as reported",
    "geometric_mean": "mean of methods",
}
# How simulated compute scatters around a line
LAW_WORDS = {
    "normal": "Normal",
    "permuted": "Residuals exchanged",
    "wild": "Residuals with random signs",
    "shrinking": "Shrinking with time",
    "growing": "Growing with time",
    "skewed": "Skewed",
    "heavy_tails": "Heavy tails",
    "two_populations": "Two populations",
}
OTHER_METHOD_WORDS = {"theil_sen": "Theil-Sen", "hc3": "HC3", "jackknife": "Jackknife"}
# What is chosen, by its name in fit.specifications
CHOICE_WORDS = {
    "start": "First year",
    "end": "Last day",
    "data": "Day of the data",
    "basis": "Compute as stated or re-derived",
    "dates": "Dates known to the month or year",
    "population": "Which models",
    "low_outliers": "Low outliers",
    "high_z": "Threshold of large scale",
    "window_days": "Days around, for scores",
    "confidence": "Confidence",
    "domain": "Domain",
    "countries": "Country",
    "fine_tunes": "Models made from others",
    "versions": "Later versions",
    "estimator": "How the line is fitted",
    "weights": "Weights",
}
# Options of these choices, as the tables of specifications write them; `wording.option_words`
# knows the others.
OPTION_WORDS = {
    ("end", "vintage"): "as late as known",
    ("data", "newest"): "newest",
    ("basis", "published"): "as stated",
    ("basis", "estimated"): "re-derived",
    ("basis", "filled"): "re-derived if it can be",
    ("dates", "first"): "on its first day",
    ("dates", "middle"): "in its middle",
    ("population", "all"): "all",
    ("population", "regular"): "regular-scale",
    ("population", "large"): "large-scale",
    ("population", "records"): "record setters",
    ("population", "flag"): "flagged as frontier",
    ("estimator", "least_squares"): "least squares",
    ("estimator", "theil_sen"): "Theil-Sen",
    ("estimator", "least_absolute"): "least absolute",
    ("weights", "equal"): "equal",
    ("weights", "certainty"): "by certainty",
} | {
    (choice, option): words
    for choice in ("low_outliers", "fine_tunes", "versions")
    for option, words in (("keep", "kept"), ("drop", "left out"))
}
# What may explain the compute of systems: one line or two.
HYPOTHESIS_WORDS = {
    "normal": "One line",
    "skewed": "One line, scatter skewed",
    "parallel": "Two parallel lines",
    "separate": "Two lines",
    "rule": "The paper's rule",
}
# What a claim states.
QUANTITY_WORDS = {
    "doubling_time_months": "doubling time in months",
    "parameter_doubling_time_months": "doubling time of parameters in months",
    "growth_factor": "end over start of the fitted line",
    "growth_per_year": "factor of growth per year",
    "range_factor": "largest over smallest system",
    "oom_above_trend": "median distance above the line, in orders of magnitude",
    "oom_above_at_start": "distance of the two lines at the first system, in orders of magnitude",
    "doubling_time_ratio": "one doubling time over the other",
    "compute_ratio": "one system's compute over the other's",
    "inference_growth_per_year": "factor of growth per year",
    "units_per_training": "how many cost as much as the training, median",
}
# Whether a statement of others holds, by the 90 % interval of this run, from the best on.
STATEMENT_WORDS = {
    "established": "the interval lies within what is stated",
    "consistent": "it meets what is stated and is narrow enough to tell",
    "undecided": "it meets what is stated and is too wide to tell, or there is no interval",
    "rejected": "it does not meet what is stated",
    "not measured": "nothing here can judge it",
}
# Which of two values a verdict says is the better one.
WINNER_WORDS = {
    "estimate": "the re-derived value is the better one",
    "published": "the published value is the better one",
    "undecided": "it stays undecided",
    "both": "the two count different things",
    "neither": "neither can be trusted",
    "expected": "no verdict is due, because the interval of chips and time holds both",
    "none": "there is no verdict on these values",
}
# Parts of the growth of compute
DRIVER_WORDS = {
    "chips": "number of chips",
    "rate": "peak rate of a chip",
    "time": "training time",
    "utilization": "utilization",
    "residual": "residual",
    "compute": "compute",
}
# What models of inference.csv do: who does it, and one use; how a trend picks some of them
TASK_WORDS = {"image classification": "image classifiers", "language": "language models"}
TASK_UNITS = {"image classification": "image", "language": "token"}
SELECTION_WORDS = {
    "all": "All",
    "accuracy_records": "Records of accuracy",
    "best_of_year": "Most accurate of its year",
    "largest": "Most FLOP so far",
    "least": "Fewest FLOP so far",
}
# Share of the images of ImageNet whose first guess is right
TOP_1 = "imagenet_top_1"
# Lines with breaks, and what becomes of low outliers.
BREAK_WORDS = {"discontinuous": "may jump", "continuous": "join"}
LOW_OUTLIER_WORDS = {"keep": "kept", "drop": "left out"}
# Whose error it is that a later value differs from ours, in the order of the report.
FAULT_WORDS = {
    "epochs": "the database's value is wrong, we think",
    "undecided": "neither can be shown to be wrong",
    "convention": "both may hold: they count different things",
    "ours": "our value is the worse one",
}
# Whether the published value of a low outlier was wrong.
ANNOTATION_WORDS = {
    "error": "in error, by our verdict",
    "confirmed": "no error found",
    "open": "open",
    "unknown": "not re-derived",
}
# Lines of the chart that readers can question.
LINE_WORDS = {
    "large": "Large-scale",
    "regular": "Regular-scale, large-scale era",
    "until": "Deep learning, until large scale",
    "since": "Regular-scale since deep learning",
    "before": "Before deep learning",
}

# How a forecast is made, and the same where there is little room
FORECAST_WORDS = {
    "line_since": "the line of all systems since 2010",
    "line_recent": "the line of all systems of the last five years",
    "line_top": "the line of the running top 10 of the last ten years",
    "line_records": "the line of the record setters of the last ten years",
    "piecewise": "joined lines, their number by BIC",
    "simulated_maximum": "the largest of simulated systems",
    "pooled": "all other methods but the references together",
    "random_walk": "a random walk with drift",
    "no_growth": "no growth",
}
FORECAST_SHORT = {
    "line_since": "All since 2010",
    "line_recent": "All of 5 years",
    "line_top": "Top 10",
    "line_records": "Record setters",
    "piecewise": "Joined lines",
    "simulated_maximum": "Simulated largest",
    "pooled": "All together",
    "random_walk": "Random walk",
    "no_growth": "No growth",
}
# Whether forecasts of a method are shown
BAR_WORDS = {
    "passed": "passed",
    "untested": "not testable here",
    "failed": "failed",
    "reference": "reference",
}


def words_for(code: str) -> str:
    """Words for the code of a value, a basis or a setting, as in ``operation_count_2``."""
    for name, words in (BASIS_WORDS | COMPUTED_WORDS).items():
        code = code.replace(name, words)
    return code.replace("_", " ")
