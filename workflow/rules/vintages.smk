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
        "../scripts/vintages/track_changes.py"
