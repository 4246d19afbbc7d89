# Exports to clean, by name; none as delivered.
EXPORTS = {record["name"]: record for record in config["clean"]["exports"]}


rule clean_annotations:
    """Type, correct and key the raw annotations; exclude what cannot be used."""
    input:
        annotations="data/raw/annotations.csv",
        corrections="data/raw/corrections.csv",
        datapackage="data/raw/datapackage.json",
        code=code_of("clean_annotations"),
    output:
        systems="data/processed/systems.csv",
        excluded="data/processed/excluded.csv",
    log:
        "results/logs/clean_annotations.log",
    conda:
        "../envs/python.yaml"
    params:
        content=content(
            INPUTS, "annotations.csv", "corrections.csv", "datapackage.json"
        ),
        published_after=lookup(dpath="clean/published_after", within=config),
        first_day_is_placeholder=lookup(
            dpath="clean/first_day_is_placeholder", within=config
        ),
        plausible=lookup(dpath="clean/plausible", within=config),
    script:
        "../scripts/clean/clean_annotations.py"


rule clean_export:
    """Turn one export into systems, what it states of them, and inputs of estimates."""
    input:
        export=lambda wildcards: EXPORTS[wildcards.export]["path"],
        more_hardware=lambda wildcards: EXPORTS[wildcards.export].get("hardware", []),
        hardware="data/raw/hardware.csv",
        datapackage="data/raw/datapackage.json",
        code=code_of("clean_export"),
    output:
        systems="data/processed/exports/{export}/systems.csv",
        excluded="data/processed/exports/{export}/excluded.csv",
        attributes="data/processed/exports/{export}/attributes.csv",
        columns="data/processed/exports/{export}/columns.csv",
        unread="data/processed/exports/{export}/unread.csv",
        hardware="data/processed/exports/{export}/hardware.csv",
        inputs="data/processed/exports/{export}/inputs.csv",
        left_out="data/processed/exports/{export}/left_out.csv",
    log:
        "results/logs/clean_export.{export}.log",
    conda:
        "../envs/python.yaml"
    params:
        content=lambda wildcards: {
            path: INPUTS.get(path)
            for path in (
                EXPORTS[wildcards.export]["path"],
                EXPORTS[wildcards.export].get("hardware"),
                "data/raw/hardware.csv",
            )
        },
        export=lambda wildcards: EXPORTS[wildcards.export],
        layout=lambda wildcards: EXPORTS[wildcards.export].get("format", "epoch_models"),
        clean={
            "published_after": lookup(dpath="clean/published_after", within=config),
            "first_day_is_placeholder": lookup(
                dpath="clean/first_day_is_placeholder", within=config
            ),
        },
    script:
        "../scripts/clean/clean_export.py"
