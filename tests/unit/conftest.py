"""What the tests of the report need: every table that it shows, from the real data."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import RAW, Checks, Real

from compute_trends.claims import check_claims
from compute_trends.coverage import coverage_table
from compute_trends.digest import Results
from compute_trends.noise import compare_noise
from compute_trends.parameters import parameter_table
from compute_trends.reproduction import key_of_terms, study_table
from compute_trends.robust import robust_table
from compute_trends.selection import join_members
from compute_trends.tables import read_checked


@pytest.fixture(scope="session")
def results(real: Real, check: pd.DataFrame, checks: Checks) -> Results:
    """Tables of the report."""
    package = str(RAW / "datapackage.json")
    corrections = read_checked(str(RAW / "corrections.csv"), package, "corrections")
    studies = study_table(real.trends, real.published)
    fit = real.config["fit"]
    points = join_members(real.members, real.systems, real.compute)
    seed, units, bootstrap = real.config["seed"], fit["units"], fit["bootstrap"]
    noise = compare_noise(points, bootstrap=bootstrap, units=units, seed=seed)
    coverage = coverage_table(
        points, trends=["from_2015_large"], simulations=20, bootstrap=bootstrap, seed=seed
    )
    parameters = parameter_table(
        real.systems,
        trends=fit["parameter_trends"],
        datasets=fit["datasets"],
        samples=bootstrap["samples"],
        units=units,
        seed=seed,
    )
    claims = check_claims(
        read_checked(str(RAW / "claims.csv"), package, "claims"),
        real.trends,
        points,
        parameters,
        real.compute,
        bases=fit["bases"],
        samples=bootstrap["samples"],
        seed=seed,
        file="claims.csv",
    )

    def drawn(kind: str) -> pd.DataFrame:
        names = [figure["name"] for figure in real.config["render"][kind]]
        return pd.DataFrame({"figure": names, "width": "full", "n_shown": 100, "n_named": 90})

    return Results(
        corrections=corrections,
        published_tables=real.published,
        systems=real.systems,
        excluded=real.excluded,
        estimates=real.estimates,
        compute=real.compute,
        scores=real.scores,
        noise=noise,
        robust=robust_table(points, methods=fit["other_methods"], units=units),
        parameters=parameters,
        coverage=coverage,
        claims=claims,
        table5=key_of_terms(outliers=fit["outliers"], bootstrap=bootstrap, units=units),
        trends=real.trends,
        members=real.members,
        table1=studies,
        reproduction=check,
        drawings=drawn("figures"),
        comparisons=drawn("comparisons"),
        **checks._asdict(),
    )
