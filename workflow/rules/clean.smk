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
        ),
    script:
        "../scripts/clean/clean_annotations.py"


rule clean_export:
    """Turn one export into systems, what it states of them, and inputs of estimates."""
    input:
        export=lambda wildcards: EXPORTS[wildcards.export].path,
        more_hardware=lambda wildcards: EXPORTS[wildcards.export].hardware or [],
        hardware=raw("hardware"),
    output:
        systems="data/processed/exports/{export}/systems.csv",
        excluded="data/processed/exports/{export}/excluded.csv",
        export_attributes="data/processed/exports/{export}/attributes.csv",
        export_columns="data/processed/exports/{export}/columns.csv",
        export_unread="data/processed/exports/{export}/unread.csv",
        export_hardware="data/processed/exports/{export}/hardware.csv",
        export_inputs="data/processed/exports/{export}/inputs.csv",
        export_left_out="data/processed/exports/{export}/left_out.csv",
    log:
        "results/logs/clean_export.{export}.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("clean_export"),
        content=lambda wildcards: content(raw("hardware"), *files_of(wildcards.export)),
        settings=lambda wildcards: dict(
            export=EXPORTS[wildcards.export],
            published_after=SETTINGS.clean.published_after,
            first_day_is_placeholder=SETTINGS.clean.first_day_is_placeholder,
        ),
    script:
        "../scripts/clean/clean_export.py"
