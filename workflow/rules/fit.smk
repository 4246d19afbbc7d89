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
FOLLOWING = dict(
    fits=SETTINGS.fit.exports,
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
        trends=table_in_report("results/fits/trends.csv"),
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


rule fit_exports:
    """Score the systems of every export and fit its trends."""
    input:
        systems=of_exports("systems"),
        compute=of_exports("compute"),
        export_attributes=of_exports("export_attributes"),
        excluded=of_exports("excluded"),
    output:
        scores=of_each("results/exports/{export}/scores.csv"),
        export_trends=of_each("results/exports/{export}/trends.csv"),
        export_members=of_each("results/exports/{export}/members.csv"),
        rules_by_window="results/fits/rules_by_window.csv",
    log:
        "results/logs/fit_exports.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("fit_exports"),
        settings=dict(
            FOLLOWING, exports=SETTINGS.clean.exports, paper=SETTINGS.fit.trends
        ),
    script:
        "../scripts/fit/fit_exports.py"


rule fit_inference:
    """Count the operations of forward passes, fit their trends, and hold training against them."""
    input:
        inference=raw("inference"),
        inference_layers=raw("inference_layers"),
        inference_listings=raw("inference_listings"),
        network_flop=raw("network_flop"),
        inference_passes=raw("inference_passes"),
        hardware=raw("hardware"),
        systems=["data/processed/systems.csv", *of_leading("systems")],
        compute=["data/processed/compute.csv", *of_leading("compute")],
    output:
        inference_models="data/processed/inference_models.csv",
        inference_disagreements="results/checks/inference_disagreements.csv",
        inference_agreement="results/checks/inference_agreement.csv",
        inference_trends="results/fits/inference_trends.csv",
        inference_members="results/fits/inference_members.csv",
        inference_null="results/fits/inference_null.csv",
        training_inference="results/fits/training_inference.csv",
        training_inference_trends="results/fits/training_inference_trends.csv",
    log:
        "results/logs/fit_inference.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("fit_inference"),
        content=content(
            raw("inference"),
            raw("inference_layers"),
            raw("inference_listings"),
            raw("network_flop"),
            raw("inference_passes"),
            raw("hardware"),
        ),
        settings=dict(
            inference=SETTINGS.fit.inference,
            intervals=SETTINGS.fit.intervals,
            units=SETTINGS.fit.units,
            leading=LEADING,
            depth=SETTINGS.fit.depth,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/fit/fit_inference.py"
