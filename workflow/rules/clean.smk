rule clean_annotations:
    """Type, correct and key the raw annotations; exclude what cannot be used."""
    input:
        annotations=raw("annotations"),
        corrections=raw("corrections"),
        paper_values=raw("paper_values"),
    output:
        systems="data/processed/systems.csv",
        excluded="data/processed/excluded.csv",
    log:
        "results/logs/clean_annotations.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("clean_annotations"),
        content=content(raw("annotations"), raw("corrections"), raw("paper_values")),
        settings=dict(
            published_after=SETTINGS.clean.published_after,
            first_day_is_placeholder=SETTINGS.clean.first_day_is_placeholder,
            plausible=SETTINGS.clean.plausible,
            snapshots=SETTINGS.fit.snapshots,
        ),
    script:
        "../scripts/clean/clean_annotations.py"


rule clean_exports:
    """Turn every export into systems, and what it states of them."""
    input:
        exports=[file for export in EXPORTS for file in files_of(export)],
        hardware=raw("hardware"),
        vintages=raw("vintages"),
        vintage_columns=raw("vintage_columns"),
        vintage_unread=raw("vintage_unread"),
    output:
        systems=of_each("data/processed/exports/{export}/systems.csv"),
        excluded=of_each("data/processed/exports/{export}/excluded.csv"),
        export_attributes=of_each("data/processed/exports/{export}/attributes.csv"),
        export_columns=of_each("data/processed/exports/{export}/columns.csv"),
        export_unread=of_each("data/processed/exports/{export}/unread.csv"),
        export_hardware=of_each("data/processed/exports/{export}/hardware.csv"),
    log:
        "results/logs/clean_exports.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("clean_exports"),
        content=content(
            raw("hardware"),
            raw("vintages"),
            raw("vintage_columns"),
            raw("vintage_unread"),
            *(file for export in EXPORTS for file in files_of(export)),
        ),
        settings=dict(
            exports=SETTINGS.clean.exports,
            published_after=SETTINGS.clean.published_after,
            first_day_is_placeholder=SETTINGS.clean.first_day_is_placeholder,
            plausible=SETTINGS.clean.plausible,
        ),
    script:
        "../scripts/clean/clean_exports.py"
