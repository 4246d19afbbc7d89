rule check_estimates:
    """Hold the values of each system against each other, a verdict for each disagreement."""
    input:
        systems="data/processed/systems.csv",
        estimates="data/processed/estimates.csv",
        compute="data/processed/compute.csv",
        excluded="data/processed/excluded.csv",
        discrepancies="data/raw/discrepancies.csv",
        datapackage="data/raw/datapackage.json",
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
        content=content(INPUTS, "discrepancies.csv", "datapackage.json"),
        disagreements=lookup(dpath="estimate/disagreements", within=config),
        preference=lookup(dpath="estimate/choice/preference", within=config),
        eras=lookup(dpath="render/eras", within=config),
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/checks/check_estimates.py"


rule check_reproduction:
    """Hold each published cell against this run."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        published="data/raw/published_tables.csv",
        datapackage="data/raw/datapackage.json",
        code=code_of("check_reproduction"),
    output:
        "results/checks/reproduction.csv",
    log:
        "results/logs/check_reproduction.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(INPUTS, "published_tables.csv", "datapackage.json"),
        units=lookup(dpath="fit/units", within=config),
        bootstrap=lookup(dpath="fit/bootstrap", within=config),
        reproduction=lookup(dpath="fit/reproduction", within=config),
        seed=lookup(dpath="seed", within=config),
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
        units=lookup(dpath="fit/units", within=config),
        bootstrap=lookup(dpath="fit/bootstrap", within=config),
        other_methods=lookup(dpath="fit/other_methods", within=config),
        coverage=lookup(dpath="fit/coverage", within=config),
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/checks/check_intervals.py"


rule check_sensitivity:
    """Fit trends again with one choice after the other made differently."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        code=code_of("check_sensitivity"),
    output:
        "results/checks/sensitivity.csv",
    log:
        "results/logs/check_sensitivity.log",
    conda:
        "../envs/python.yaml"
    params:
        fit={
            name: lookup(dpath=f"fit/{name}", within=config)
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
        seed=lookup(dpath="seed", within=config),
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
        exports=collect("results/exports/{export}/trends.csv", export=list(EXPORTS)),
        claims="data/raw/claims.csv",
        datapackage="data/raw/datapackage.json",
        code=code_of("check_claims"),
    output:
        claims="results/checks/claims.csv",
        on_exports="results/checks/export_claims.csv",
    log:
        "results/logs/check_claims.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(INPUTS, "claims.csv", "datapackage.json"),
        bases=lookup(dpath="fit/bases", within=config),
        samples=lookup(dpath="fit/bootstrap/samples", within=config),
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/checks/check_claims.py"
