rule fit_trends:
    """Score the systems of each dataset and fit every trend."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        code=code_of("fit_trends"),
    output:
        scores="results/fits/scores.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        bands="results/fits/bands.csv",
        parameters="results/fits/parameters.csv",
    log:
        "results/logs/fit_trends.log",
    conda:
        "../envs/python.yaml"
    params:
        units=lookup(dpath="fit/units", within=config),
        outliers=lookup(dpath="fit/outliers", within=config),
        domains=lookup(dpath="fit/domains", within=config),
        bootstrap=lookup(dpath="fit/bootstrap", within=config),
        bases=lookup(dpath="fit/bases", within=config),
        datasets=lookup(dpath="fit/datasets", within=config),
        trends=lookup(dpath="fit/trends", within=config),
        parameters={
            "trends": lookup(dpath="fit/parameter_trends", within=config),
            "datasets": lookup(dpath="fit/datasets", within=config),
            "samples": lookup(dpath="fit/bootstrap/samples", within=config),
            "units": lookup(dpath="fit/units", within=config),
            "seed": lookup(dpath="seed", within=config),
        },
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/fit_trends.py"


rule make_tables:
    """Lay out the paper's tables from this run."""
    input:
        trends="results/fits/trends.csv",
        published="data/raw/published_tables.csv",
        datapackage="data/raw/datapackage.json",
        code=code_of("make_tables"),
    output:
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
        "results/logs/make_tables.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(INPUTS, "published_tables.csv", "datapackage.json"),
        units=lookup(dpath="fit/units", within=config),
        outliers=lookup(dpath="fit/outliers", within=config),
        bootstrap=lookup(dpath="fit/bootstrap", within=config),
    script:
        "../scripts/make_tables.py"


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
        "../scripts/check_reproduction.py"


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
        "../scripts/check_intervals.py"


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
        "../scripts/check_sensitivity.py"


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
        "../scripts/check_claims.py"


rule fit_export:
    """Score the systems of one export and fit its trends."""
    input:
        systems="data/processed/exports/{export}/systems.csv",
        compute="data/processed/exports/{export}/compute.csv",
        attributes="data/processed/exports/{export}/attributes.csv",
        code=code_of("fit_export"),
    output:
        scores="results/exports/{export}/scores.csv",
        trends="results/exports/{export}/trends.csv",
        members="results/exports/{export}/members.csv",
    log:
        "results/logs/fit_export.{export}.log",
    conda:
        "../envs/python.yaml"
    params:
        export=lambda wildcards: EXPORTS[wildcards.export],
        settings=lookup(dpath="fit/exports", within=config),
        paper=lookup(dpath="fit/trends", within=config),
        outliers=lookup(dpath="fit/outliers", within=config),
        units=lookup(dpath="fit/units", within=config),
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/fit_export.py"


# What `track_changes` writes
CHANGES = ["rows", "values", "columns", "trends", "growth"]


rule track_changes:
    """Compare consecutive vintages of an export, and follow their trends."""
    input:
        systems=collect(
            "data/processed/exports/{export}/systems.csv", export=list(EXPORTS)
        ),
        excluded=collect(
            "data/processed/exports/{export}/excluded.csv", export=list(EXPORTS)
        ),
        compute=collect(
            "data/processed/exports/{export}/compute.csv", export=list(EXPORTS)
        ),
        attributes=collect(
            "data/processed/exports/{export}/attributes.csv", export=list(EXPORTS)
        ),
        columns=collect(
            "data/processed/exports/{export}/columns.csv", export=list(EXPORTS)
        ),
        trends=collect("results/exports/{export}/trends.csv", export=list(EXPORTS)),
        code=code_of("track_changes"),
    output:
        rows="results/changes/rows.csv",
        values="results/changes/values.csv",
        columns="results/changes/columns.csv",
        trends="results/changes/trends.csv",
        growth="results/changes/growth.csv",
    log:
        "results/logs/track_changes.log",
    conda:
        "../envs/python.yaml"
    params:
        exports=lookup(dpath="clean/exports", within=config),
        settings=lookup(dpath="fit/exports", within=config),
        paper=lookup(dpath="fit/trends", within=config),
        outliers=lookup(dpath="fit/outliers", within=config),
        units=lookup(dpath="fit/units", within=config),
    script:
        "../scripts/track_changes.py"
