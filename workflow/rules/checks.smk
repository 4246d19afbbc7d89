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
        code=code_of("check_estimates"),
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
    """Hold each published cell against this run."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        published_tables=raw("published_tables"),
        code=code_of("check_reproduction"),
    output:
        reproduction="results/checks/reproduction.csv",
    log:
        "results/logs/check_reproduction.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(raw("published_tables")),
        settings=dict(
            reproduction=SETTINGS.fit.reproduction,
            bootstrap=SETTINGS.fit.bootstrap,
            units=SETTINGS.fit.units,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_reproduction.py"


rule check_corrections:
    """Fit the trends that replay the paper with corrected annotations, too."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        code=code_of("check_corrections"),
    output:
        corrected_trends="results/checks/corrected_trends.csv",
    log:
        "results/logs/check_corrections.log",
    conda:
        "../envs/python.yaml"
    params:
        settings=dict(
            datasets=SETTINGS.fit.datasets,
            trends=SETTINGS.fit.trends,
            outliers=SETTINGS.fit.outliers,
            domains=SETTINGS.fit.domains,
            units=SETTINGS.fit.units,
        ),
    script:
        "../scripts/checks/check_corrections.py"


rule check_intervals:
    """Hold the intervals of the trends against other noise, other methods and simulated truth."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        members="results/fits/members.csv",
        code=code_of("check_intervals"),
    output:
        noise="results/fits/noise.csv",
        robust="results/fits/robust.csv",
        coverage="results/checks/coverage.csv",
    log:
        "results/logs/check_intervals.log",
    conda:
        "../envs/python.yaml"
    params:
        settings=dict(
            bootstrap=SETTINGS.fit.bootstrap,
            units=SETTINGS.fit.units,
            other_methods=SETTINGS.fit.other_methods,
            coverage=SETTINGS.fit.coverage,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_intervals.py"


rule check_sensitivity:
    """Fit trends again with one choice after the other made differently."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        alternatives="data/processed/alternatives.csv",
        code=code_of("check_sensitivity"),
    output:
        sensitivity="results/checks/sensitivity.csv",
    log:
        "results/logs/check_sensitivity.log",
    conda:
        "../envs/python.yaml"
    params:
        settings=dict(FITTING, sensitivity=SETTINGS.fit.sensitivity),
    script:
        "../scripts/checks/check_sensitivity.py"


rule check_claims:
    """Hold what earlier studies, the paper and Epoch AI state against this run."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        parameters="results/fits/parameters.csv",
        export_trends=of_exports("export_trends"),
        claims=raw("claims"),
        code=code_of("check_claims"),
    output:
        claims="results/checks/claims.csv",
        export_claims="results/checks/export_claims.csv",
    log:
        "results/logs/check_claims.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(raw("claims")),
        settings=dict(
            bases=SETTINGS.fit.bases,
            samples=SETTINGS.fit.bootstrap.samples,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/checks/check_claims.py"
