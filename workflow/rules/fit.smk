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
        settings=dict(
            units=config["fit"]["units"],
            outliers=config["fit"]["outliers"],
            domains=config["fit"]["domains"],
            bootstrap=config["fit"]["bootstrap"],
            bases=config["fit"]["bases"],
            datasets=config["fit"]["datasets"],
            trends=config["fit"]["trends"],
            parameters={
                "trends": config["fit"]["parameter_trends"],
                "datasets": config["fit"]["datasets"],
                "samples": config["fit"]["bootstrap"]["samples"],
                "units": config["fit"]["units"],
                "seed": config["seed"],
            },
            seed=config["seed"],
        ),
    script:
        "../scripts/fit/fit_trends.py"


rule fit_export:
    """Score the systems of one export and fit its trends."""
    input:
        systems="data/processed/exports/{export}/systems.csv",
        compute="data/processed/exports/{export}/compute.csv",
        export_attributes="data/processed/exports/{export}/attributes.csv",
        code=code_of("fit_export"),
    output:
        scores="results/exports/{export}/scores.csv",
        export_trends="results/exports/{export}/trends.csv",
        export_members="results/exports/{export}/members.csv",
    log:
        "results/logs/fit_export.{export}.log",
    conda:
        "../envs/python.yaml"
    params:
        settings=lambda wildcards: dict(
            export=EXPORTS[wildcards.export].model_dump(exclude_unset=True),
            exports=config["fit"]["exports"],
            paper=config["fit"]["trends"],
            outliers=config["fit"]["outliers"],
            units=config["fit"]["units"],
            seed=config["seed"],
        ),
    script:
        "../scripts/fit/fit_export.py"
