rule check_estimates:
    """Hold the values of each system against each other, a verdict for each disagreement."""
    input:
        systems="data/processed/systems.csv",
        estimates="data/processed/estimates.csv",
        compute="data/processed/compute.csv",
        excluded="data/processed/excluded.csv",
        discrepancies=raw("discrepancies"),
        code=code_of("check_estimates"),
    output:
        disagreements="results/checks/estimates.csv",
        agreement="results/checks/agreement.csv",
        utilization="results/checks/utilization.csv",
        estimate_kinds="results/checks/estimate_kinds.csv",
    log:
        "results/logs/check_estimates.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(raw("discrepancies")),
        settings=dict(
            settings=config["estimate"]["disagreements"],
            preference=SETTINGS.estimate.choice.preference,
            eras=config["render"]["eras"],
            seed=config["seed"],
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
            units=config["fit"]["units"],
            bootstrap=config["fit"]["bootstrap"],
            replicates=config["fit"]["reproduction"]["replicates"],
            level=config["fit"]["reproduction"]["level"],
            seed=config["seed"],
        ),
    script:
        "../scripts/checks/check_reproduction.py"


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
            bootstrap=config["fit"]["bootstrap"],
            units=config["fit"]["units"],
            other_methods=config["fit"]["other_methods"],
            coverage=config["fit"]["coverage"],
            seed=config["seed"],
        ),
    script:
        "../scripts/checks/check_intervals.py"


rule check_sensitivity:
    """Fit trends again with one choice after the other made differently."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        code=code_of("check_sensitivity"),
    output:
        sensitivity="results/checks/sensitivity.csv",
    log:
        "results/logs/check_sensitivity.log",
    conda:
        "../envs/python.yaml"
    params:
        settings=dict(
            fit={
                name: config["fit"][name]
                for name in [
                    "sensitivity",
                    "trends",
                    "datasets",
                    "bases",
                    "outliers",
                    "domains",
                    "bootstrap",
                    "units",
                ]
            },
            seed=config["seed"],
        ),
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
        export_trends=collect(
            "results/exports/{export}/trends.csv", export=list(EXPORTS)
        ),
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
            bases=config["fit"]["bases"],
            samples=config["fit"]["bootstrap"]["samples"],
            seed=config["seed"],
        ),
    script:
        "../scripts/checks/check_claims.py"
