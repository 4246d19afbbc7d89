rule check_estimates:
    """Hold the compute values of each system against each other."""
    input:
        systems="data/processed/systems.csv",
        estimates="data/processed/estimates.csv",
        compute="data/processed/compute.csv",
        excluded="data/processed/excluded.csv",
        discrepancies=raw("discrepancies"),
        later_values=raw("later_values"),
        later_verdicts=raw("later_verdicts"),
        compute_inputs=raw("compute_inputs"),
    output:
        disagreements="results/checks/estimates.csv",
        agreement="results/checks/agreement.csv",
        utilization="results/checks/utilization.csv",
        physics="results/checks/physics.csv",
        estimate_kinds="results/checks/estimate_kinds.csv",
        held_values="results/checks/held_values.csv",
        calibration="results/checks/calibration.csv",
    log:
        "results/logs/check_estimates.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_estimates"),
        content=content(
            raw("discrepancies"),
            raw("later_values"),
            raw("later_verdicts"),
            raw("compute_inputs"),
        ),
        settings=dict(
            settings=SETTINGS.estimate,
            eras=SETTINGS.render.eras,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_estimates.py"


rule check_reproduction:
    """Lay out the paper's tables from this run, and hold each published cell against it."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        trends="results/fits/trends.csv",
        paper_intervals="results/fits/paper_intervals.csv",
        members="results/fits/members.csv",
        published_tables=raw("published_tables"),
    output:
        reproduction=table_in_report("results/checks/reproduction.csv"),
        table1="results/tables/table1.csv",
        table2="results/tables/table2.csv",
        table3="results/tables/table3.csv",
        table4="results/tables/table4.csv",
        table5="results/tables/table5.csv",
        table6="results/tables/table6.csv",
        table7="results/tables/table7.csv",
        table8="results/tables/table8.csv",
        table9="results/tables/table9.csv",
    log:
        "results/logs/check_reproduction.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_reproduction"),
        content=content(raw("published_tables")),
        settings=dict(
            both=dict(
                paper_method=SETTINGS.fit.paper_method, units=SETTINGS.fit.units
            ),
            tables=dict(outliers=SETTINGS.fit.outliers),
            cells=dict(reproduction=SETTINGS.fit.reproduction, seed=SETTINGS.seed),
        ),
    script:
        "../scripts/checks/check_reproduction.py"


rule check_trends:
    """Hold the trends against other methods, one line, and corrected annotations."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        members="results/fits/members.csv",
    output:
        robust="results/fits/robust.csv",
        selection_null="results/checks/selection_null.csv",
        corrected_trends="results/checks/corrected_trends.csv",
    log:
        "results/logs/check_trends.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_trends"),
        settings=dict(
            FITTING,
            depth=SETTINGS.fit.depth,
            other_methods=SETTINGS.fit.other_methods,
            selection_null=SETTINGS.fit.selection_null,
        ),
    script:
        "../scripts/checks/check_trends.py"


COVERAGE = dict(
    coverage=SETTINGS.fit.coverage,
    depth=SETTINGS.fit.depth,
    datasets=SETTINGS.fit.datasets,
    bases=SETTINGS.fit.bases,
    trends=SETTINGS.fit.trends,
    outliers=SETTINGS.fit.outliers,
    domains=SETTINGS.fit.domains,
    intervals=SETTINGS.fit.intervals,
    paper_method=SETTINGS.fit.paper_method,
    seed=SETTINGS.seed,
)


# Only where the worlds are shared among jobs; see shards() in common.smk.
rule simulate_coverage:
    """Simulate a part of the worlds that the intervals of trends are held against."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
    output:
        shard=temp("results/shards/coverage/{scatteritem}.npz"),
    log:
        "results/logs/simulate_coverage.{scatteritem}.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("simulate_coverage"),
        settings=COVERAGE,
    script:
        "../scripts/checks/simulate_coverage.py"


rule check_coverage:
    """Hold the intervals of trends against simulated data whose law is known."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        shards=shards(gather.coverage, "results/shards/coverage/{scatteritem}.npz"),
    output:
        coverage="results/checks/coverage.csv",
    log:
        "results/logs/check_coverage.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_coverage"),
        settings=dict(COVERAGE, units=SETTINGS.fit.units),
    script:
        "../scripts/checks/check_coverage.py"


CHOICES = dict(
    specifications=SETTINGS.fit.specifications,
    exports=CROSSED,
    classes=SETTINGS.estimate.uncertainty.classes,
    fits=SETTINGS.fit.exports,
    datasets=SETTINGS.fit.datasets,
    outliers=SETTINGS.fit.outliers,
    intervals=SETTINGS.fit.intervals,
    seed=SETTINGS.seed,
)
# A million take minutes.
MANY_SPECIFICATIONS = SETTINGS.fit.specifications.number > 1_000_000


# Only where the specifications are shared among jobs; see shards() in common.smk.
rule fit_specifications:
    """Fit a part of the combinations of defensible choices."""
    input:
        alternatives="data/processed/alternatives.csv",
        systems=["data/processed/systems.csv", *of_crossed("systems")],
        compute=["data/processed/compute.csv", *of_crossed("compute")],
        export_attributes=of_crossed("export_attributes"),
    output:
        shard=temp("results/shards/specifications/{scatteritem}.npz"),
    log:
        "results/logs/fit_specifications.{scatteritem}.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("fit_specifications"),
        settings=CHOICES,
    script:
        "../scripts/checks/fit_specifications.py"


rule check_specifications:
    """Fit each headline under every combination of defensible choices."""
    input:
        alternatives="data/processed/alternatives.csv",
        claims=raw("claims"),
        systems=["data/processed/systems.csv", *of_crossed("systems")],
        compute=["data/processed/compute.csv", *of_crossed("compute")],
        export_attributes=of_crossed("export_attributes"),
        shards=shards(
            gather.specifications,
            "results/shards/specifications/{scatteritem}.npz",
            long=MANY_SPECIFICATIONS,
        ),
    output:
        specifications="results/checks/specifications.csv",
        specification_quantiles="results/checks/specification_quantiles.csv",
        specification_shares="results/checks/specification_shares.csv",
        specification_options="results/checks/specification_options.csv",
        specification_directions="results/checks/specification_directions.csv",
        specification_influence="results/checks/specification_influence.csv",
        specification_marks="results/checks/specification_marks.csv",
    log:
        "results/logs/check_specifications.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_specifications"),
        content=content(raw("claims")),
        settings=dict(CHOICES, units=SETTINGS.fit.units),
    script:
        "../scripts/checks/check_specifications.py"


ERAS = dict(eras=SETTINGS.fit.eras, depth=SETTINGS.fit.depth, seed=SETTINGS.seed)


# Only where the searches are shared among jobs; see shards() in common.smk.
rule search_eras:
    """Search a part of the datasets and spans for breaks of the trend of all systems."""
    input:
        systems=["data/processed/systems.csv", *of_leading("systems")],
        compute=["data/processed/compute.csv", *of_leading("compute")],
        scores=["results/fits/scores.csv", *of_leading("scores")],
    output:
        shard=temp("results/shards/eras/{scatteritem}.npz"),
    log:
        "results/logs/search_eras.{scatteritem}.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("search_eras"),
        settings=ERAS,
    script:
        "../scripts/checks/search_eras.py"


rule check_eras:
    """Search for breaks of the trend of all systems, and test those that are stated."""
    input:
        systems=["data/processed/systems.csv", *of_leading("systems")],
        compute=["data/processed/compute.csv", *of_leading("compute")],
        scores=["results/fits/scores.csv", *of_leading("scores")],
        shards=shards(gather.eras, "results/shards/eras/{scatteritem}.npz"),
    output:
        eras="results/checks/eras.csv",
        era_verdicts="results/checks/era_verdicts.csv",
        era_lines="results/checks/era_lines.csv",
    log:
        "results/logs/check_eras.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_eras"),
        settings=ERAS,
    script:
        "../scripts/checks/check_eras.py"


# Only with exports; see with_exports in tables.yaml.
rule check_visibility:
    """Count what is listed without compute, and hold against it whether growth has slowed."""
    input:
        systems=of_leading("systems"),
        excluded=of_leading("excluded"),
        export_attributes=of_leading("export_attributes"),
        changed_rows="results/changes/rows.csv",
    output:
        visibility="results/checks/visibility.csv",
        visibility_ages="results/checks/visibility_ages.csv",
        visibility_delay="results/checks/visibility_delay.csv",
        visibility_later="results/checks/visibility_later.csv",
        slowing_dropped="results/checks/slowing_dropped.csv",
        slowing="results/checks/slowing.csv",
        slowing_verdicts=table_in_report("results/checks/slowing_verdicts.csv"),
    log:
        "results/logs/check_visibility.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_visibility"),
        settings=dict(
            exports=SETTINGS.clean.exports,
            visibility=SETTINGS.fit.visibility,
            slowing=SETTINGS.fit.slowing,
            fits=SETTINGS.fit.exports,
            outliers=SETTINGS.fit.outliers,
            intervals=SETTINGS.fit.intervals,
            units=SETTINGS.fit.units,
            depth=SETTINGS.fit.depth,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_visibility.py"


rule check_claims:
    """Hold what earlier studies, the paper and Epoch AI state against this run."""
    input:
        systems=["data/processed/systems.csv", *of_leading("systems")],
        compute=["data/processed/compute.csv", *of_leading("compute")],
        trends="results/fits/trends.csv",
        parameters="results/fits/parameters.csv",
        inference_trends="results/fits/inference_trends.csv",
        training_inference="results/fits/training_inference.csv",
        export_trends=of_exports("export_trends"),
        claims=raw("claims"),
    output:
        claims=table_in_report("results/checks/claims.csv"),
        export_claims="results/checks/export_claims.csv",
    log:
        "results/logs/check_claims.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_claims"),
        content=content(raw("claims")),
        settings=dict(
            datasets=SETTINGS.fit.datasets,
            bases=SETTINGS.fit.bases,
            trends=SETTINGS.fit.trends,
            parameter_trends=SETTINGS.fit.parameter_trends,
            exports=SETTINGS.fit.exports,
            outliers=SETTINGS.fit.outliers,
            domains=SETTINGS.fit.domains,
            intervals=SETTINGS.fit.intervals,
            verdicts=SETTINGS.fit.verdicts,
            leading=LEADING,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_claims.py"


rule check_populations:
    """Hold two populations of systems against one line."""
    input:
        systems=["data/processed/systems.csv", *of_leading("systems")],
        compute=["data/processed/compute.csv", *of_leading("compute")],
    output:
        populations="results/checks/populations.csv",
    log:
        "results/logs/check_populations.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_populations"),
        settings=dict(
            populations=SETTINGS.fit.populations,
            depth=SETTINGS.fit.depth,
            datasets=SETTINGS.fit.datasets,
            bases=SETTINGS.fit.bases,
            outliers=SETTINGS.fit.outliers,
            units=SETTINGS.fit.units,
            exports=LEADING,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_populations.py"


rule check_drivers:
    """Split growth into what drives it, count above thresholds, and compare countries."""
    input:
        systems=of_leading("systems"),
        compute=of_leading("compute"),
        export_attributes=of_leading("export_attributes"),
        excluded=of_leading("excluded"),
        estimates=of_leading("estimates"),
        error_model="data/processed/error_model.csv",
    output:
        drivers="results/checks/drivers.csv",
        stated_growth="results/checks/stated_growth.csv",
        threshold_counts="results/checks/threshold_counts.csv",
        country_frontiers="results/checks/country_frontiers.csv",
        country_lags="results/checks/country_lags.csv",
    log:
        "results/logs/check_drivers.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("check_drivers"),
        settings=dict(
            drivers=SETTINGS.fit.drivers,
            uncertainty=SETTINGS.estimate.uncertainty,
            intervals=SETTINGS.fit.intervals,
            units=SETTINGS.fit.units,
            exports=LEADING,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_drivers.py"
