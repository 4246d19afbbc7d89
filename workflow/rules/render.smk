rule write_config:
    """Write the config in force, overrides on the command line included."""
    input:
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=["config", "logs", "problems"],
        ),
    output:
        "results/config.yaml",
    log:
        "results/logs/write_config.log",
    conda:
        "../envs/python.yaml"
    params:
        config=config,
    script:
        "../scripts/write_config.py"


rule draw_figures:
    """Draw every figure in each format; one job, because importing the tools takes longer than drawing."""
    input:
        systems="data/processed/systems.csv",
        compute="data/processed/compute.csv",
        scores="results/fits/scores.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=[
                "figures",
                "fit",
                "loglinear",
                "logs",
                "problems",
                "tables",
                "wording",
            ],
        ),
    output:
        collect(
            "results/figures/{figure[name]}.{format}",
            figure=lookup(dpath="render/figures", within=config),
            format=["svg", "png", "pdf"],
        ),
    log:
        "results/logs/draw_figures.log",
    conda:
        "../envs/python.yaml"
    params:
        figures=lookup(dpath="render/figures", within=config),
        eras=lookup(dpath="render/eras", within=config),
        records=lookup(dpath="fit/trends", within=config),
    script:
        "../scripts/draw_figures.py"


rule render_report:
    """Put everything into one HTML file that needs nothing else."""
    input:
        annotations="data/raw/annotations.csv",
        corrections="data/raw/corrections.csv",
        published_tables="data/raw/published_tables.csv",
        datapackage="data/raw/datapackage.json",
        config="results/config.yaml",
        systems="data/processed/systems.csv",
        excluded="data/processed/excluded.csv",
        scores="results/fits/scores.csv",
        trends="results/fits/trends.csv",
        table1="results/tables/table1.csv",
        reproduction="results/checks/reproduction.csv",
        figures=collect(
            "results/figures/{figure[name]}.svg",
            figure=lookup(dpath="render/figures", within=config),
        ),
        template=f"{workflow.basedir}/workflow/report/report.html.jinja",
        stylesheet=f"{workflow.basedir}/workflow/report/report.css",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        lock=f"{workflow.basedir}/requirements.txt",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=["logs", "problems", "provenance", "render", "tables", "wording"],
        ),
    output:
        "report/index.html",
    log:
        "results/logs/render_report.log",
    conda:
        "../envs/python.yaml"
    script:
        "../scripts/render_report.py"
