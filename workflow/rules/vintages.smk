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
        export_attributes=collect(
            "data/processed/exports/{export}/attributes.csv", export=list(EXPORTS)
        ),
        export_columns=collect(
            "data/processed/exports/{export}/columns.csv", export=list(EXPORTS)
        ),
        export_trends=collect(
            "results/exports/{export}/trends.csv", export=list(EXPORTS)
        ),
        code=code_of("track_changes"),
    output:
        changed_rows="results/changes/rows.csv",
        changed_values="results/changes/values.csv",
        changed_columns="results/changes/columns.csv",
        changed_trends="results/changes/trends.csv",
        growth_by_vintage="results/changes/growth.csv",
    log:
        "results/logs/track_changes.log",
    conda:
        "../envs/python.yaml"
    params:
        settings=dict(
            exports=SETTINGS.clean.exports,
            fits=SETTINGS.fit.exports,
            paper=SETTINGS.fit.trends,
            outliers=SETTINGS.fit.outliers,
            units=SETTINGS.fit.units,
        ),
    script:
        "../scripts/vintages/track_changes.py"
