rule clean_annotations:
    """Type, correct and key the raw annotations; exclude what cannot be used."""
    input:
        annotations="data/raw/annotations.csv",
        corrections="data/raw/corrections.csv",
        datapackage="data/raw/datapackage.json",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=[
                "cells",
                "clean",
                "logs",
                "problems",
                "seals",
                "tables",
            ],
        ),
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
        "../scripts/clean_annotations.py"
