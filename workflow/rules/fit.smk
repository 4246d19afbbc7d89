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
        "../scripts/fit/fit_trends.py"


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
        "../scripts/fit/fit_export.py"
