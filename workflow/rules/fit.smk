FITTING = dict(
    datasets=SETTINGS.fit.datasets,
    bases=SETTINGS.fit.bases,
    trends=SETTINGS.fit.trends,
    outliers=SETTINGS.fit.outliers,
    domains=SETTINGS.fit.domains,
    units=SETTINGS.fit.units,
    seed=SETTINGS.seed,
)
# Of exports
EXPORT_FITTING = dict(
    fits=SETTINGS.fit.exports,
    paper=SETTINGS.fit.trends,
    outliers=SETTINGS.fit.outliers,
    intervals=SETTINGS.fit.intervals,
    units=SETTINGS.fit.units,
    seed=SETTINGS.seed,
)


rule fit_trends:
    """Score the systems of each dataset and fit every trend."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
    output:
        scores="results/fits/scores.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        bands="results/fits/bands.csv",
        paper_intervals="results/fits/paper_intervals.csv",
        parameters="results/fits/parameters.csv",
    log:
        "results/logs/fit_trends.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("fit_trends"),
        settings=dict(
            FITTING,
            intervals=SETTINGS.fit.intervals,
            paper_method=SETTINGS.fit.paper_method,
            parameter_trends=SETTINGS.fit.parameter_trends,
        ),
    script:
        "../scripts/fit/fit_trends.py"


rule fit_export:
    """Score the systems of one export and fit its trends."""
    input:
        systems="data/processed/exports/{export}/systems.csv",
        compute="data/processed/exports/{export}/compute.csv",
        export_attributes="data/processed/exports/{export}/attributes.csv",
    output:
        scores="results/exports/{export}/scores.csv",
        export_trends="results/exports/{export}/trends.csv",
        export_members="results/exports/{export}/members.csv",
    log:
        "results/logs/fit_export.{export}.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("fit_export"),
        settings=lambda wildcards: dict(
            EXPORT_FITTING, export=EXPORTS[wildcards.export]
        ),
    script:
        "../scripts/fit/fit_export.py"
