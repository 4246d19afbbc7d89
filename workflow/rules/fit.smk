rule fit_trends:
    """Score the systems of each dataset and fit every trend."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=[
                "dates",
                "fit",
                "loglinear",
                "logs",
                "noise",
                "problems",
                "streams",
                "tables",
                "training_compute",
            ],
        ),
    output:
        scores="results/fits/scores.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        noise="results/fits/noise.csv",
    log:
        "results/logs/fit_trends.log",
    conda:
        "../envs/python.yaml"
    params:
        units=lookup(dpath="fit/units", within=config),
        outliers=lookup(dpath="fit/outliers", within=config),
        bootstrap=lookup(dpath="fit/bootstrap", within=config),
        bases=lookup(dpath="fit/bases", within=config),
        datasets=lookup(dpath="fit/datasets", within=config),
        trends=lookup(dpath="fit/trends", within=config),
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/fit_trends.py"


rule make_tables:
    """Lay out the paper's tables from this run."""
    input:
        trends="results/fits/trends.csv",
        published="data/raw/published_tables.csv",
        datapackage="data/raw/datapackage.json",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=[
                "dates",
                "fit",
                "loglinear",
                "logs",
                "problems",
                "reproduction",
                "streams",
                "tables",
                "training_compute",
            ],
        ),
    output:
        table1="results/tables/table1.csv",
        table2="results/tables/table2.csv",
        table3="results/tables/table3.csv",
        table4="results/tables/table4.csv",
    log:
        "results/logs/make_tables.log",
    conda:
        "../envs/python.yaml"
    script:
        "../scripts/make_tables.py"


rule check_reproduction:
    """Hold each published cell against this run."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        published="data/raw/published_tables.csv",
        datapackage="data/raw/datapackage.json",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=[
                "dates",
                "fit",
                "loglinear",
                "logs",
                "problems",
                "reproduction",
                "streams",
                "tables",
                "training_compute",
            ],
        ),
    output:
        "results/checks/reproduction.csv",
    log:
        "results/logs/check_reproduction.log",
    conda:
        "../envs/python.yaml"
    params:
        units=lookup(dpath="fit/units", within=config),
        bootstrap=lookup(dpath="fit/bootstrap", within=config),
        reproduction=lookup(dpath="fit/reproduction", within=config),
        seed=lookup(dpath="seed", within=config),
    script:
        "../scripts/check_reproduction.py"
