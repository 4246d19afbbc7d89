rule make_tables:
    """Lay out the paper's tables from this run."""
    input:
        trends="results/fits/trends.csv",
        paper_intervals="results/fits/paper_intervals.csv",
        published_tables=raw("published_tables"),
    output:
        table1="results/tables/table1.csv",
        table2="results/tables/table2.csv",
        table3="results/tables/table3.csv",
        table4="results/tables/table4.csv",
        table5="results/tables/table5.csv",
        table6="results/tables/table6.csv",
        table7="results/tables/table7.csv",
        table8="results/tables/table8.csv",
        table9="results/tables/table9.csv",
    log:
        "results/logs/make_tables.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("make_tables"),
        content=content(raw("published_tables")),
        settings=dict(
            units=SETTINGS.fit.units,
            outliers=SETTINGS.fit.outliers,
            paper_method=SETTINGS.fit.paper_method,
        ),
    script:
        "../scripts/render/make_tables.py"


rule write_config:
    """Write the config in force, overrides on the command line included."""
    output:
        "results/config.yaml",
    log:
        "results/logs/write_config.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("write_config"),
        settings=dict(config=config),
    script:
        "../scripts/render/write_config.py"


FIGURES = [
    *(figure.name for figure in SETTINGS.render.figures),
    *(figure.name for figure in SETTINGS.render.comparisons),
    *CHECK_FIGURES,
    *export_figures(list(EXPORTS), SETTINGS.fit.crossed),
]


rule draw_figures:
    """Draw every figure, in each width and format; one job, for the imports."""
    input:
        **{name: [path_of(name)] * len(LEADING) for name in SHOWN},
        systems=["data/processed/systems.csv", *of_leading("systems")],
        estimates="data/processed/estimates.csv",
        compute="data/processed/compute.csv",
        error_model="data/processed/error_model.csv",
        scores="results/fits/scores.csv",
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        bands="results/fits/bands.csv",
        utilization="results/checks/utilization.csv",
        eras="results/checks/eras.csv",
        era_lines="results/checks/era_lines.csv",
        inference_models="data/processed/inference_models.csv",
        inference_trends="results/fits/inference_trends.csv",
        inference_members="results/fits/inference_members.csv",
        export_members=of_leading("export_members"),
        export_trends=of_leading("export_trends"),
    output:
        figures=figure_files(FIGURES),
        drawings="results/figures/drawings.csv",
    log:
        "results/logs/draw_figures.log",
    conda:
        "../envs/python.yaml"
    threads: 2
    params:
        code=code_of("draw_figures"),
        settings=dict(
            timelines=dict(
                figures=SETTINGS.render.figures,
                known=SETTINGS.render.known,
                eras=SETTINGS.render.eras,
                trends=SETTINGS.fit.trends,
                units=SETTINGS.fit.units,
                outliers=SETTINGS.fit.outliers,
                domains=SETTINGS.fit.domains,
            ),
            comparisons=dict(
                comparisons=SETTINGS.render.comparisons,
                preference=SETTINGS.estimate.choice.preference,
                factor=SETTINGS.estimate.disagreements.factor,
                era_settings=SETTINGS.fit.eras,
            ),
            exports=dict(
                leading=LEADING,
                followed=SETTINGS.fit.exports.followed,
                crossed=SETTINGS.fit.crossed,
                eras=SETTINGS.render.eras_of_exports,
                named=SETTINGS.render.exports.named,
            ),
            fingerprint=FINGERPRINT,
        ),
    script:
        "../scripts/render/draw_figures.py"


rule build_explorer:
    """Make the chart that readers can question, and the libraries that it needs."""
    input:
        # Of the annotations, then of the export that answers for today
        systems=["data/processed/systems.csv", *of_leading("systems")],
        compute=["data/processed/compute.csv", *of_leading("compute")],
        scores=["results/fits/scores.csv", *of_leading("scores")],
        trends="results/fits/trends.csv",
        members="results/fits/members.csv",
        export_trends=of_leading("export_trends"),
        export_members=of_leading("export_members"),
        export_attributes=of_leading("export_attributes"),
        hardware=raw("hardware"),
        template=f"{WORKFLOW}/report/explorer.vl.json",
    output:
        chart="results/figures/explorer.vl.json",
        page="results/figures/explorer.json",
        library="results/figures/vega.js",
    log:
        "results/logs/build_explorer.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("build_explorer"),
        content=content(raw("hardware")),
        settings=dict(
            leading=LEADING,
            explorer=SETTINGS.render.explorer,
            trends=SETTINGS.fit.trends,
            fits=SETTINGS.fit.exports,
            outliers=SETTINGS.fit.outliers,
            intervals=SETTINGS.fit.intervals,
            units=SETTINGS.fit.units,
        ),
    script:
        "../scripts/render/build_explorer.py"


# Where the config has no record of it, the page is without the chart and its libraries.
CHART = ["results/figures/explorer.json", "results/figures/vega.js"]
EXPLORER = CHART if SETTINGS.render.explorer else []
# Tables for papers and notes, those of the run, each in both formats
TO_PRINT = [table for table in tables_of(printed=True) if table.path in TABLES]
PRINTED = collect(
    "results/tables/{table.name}.{end}", table=TO_PRINT, end=["tex", "md"]
)


rule report_changes:
    """Write what the newest vintage changed, as text of a pull request."""
    input:
        vintages=raw("vintages"),
        headlines="results/fits/headlines.csv",
        changed_rows="results/changes/rows.csv",
        changed_values="results/changes/values.csv",
        changed_columns="results/changes/columns.csv",
        changed_trends="results/changes/trends.csv",
        export_members=of_exports("export_members"),
        export_unread=of_exports("export_unread"),
        template=f"{WORKFLOW}/report/changes.md.jinja",
    output:
        "results/changes/report.md",
    log:
        "results/logs/report_changes.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("report_changes"),
        content=content(raw("vintages")),
        settings=dict(
            exports=SETTINGS.clean.exports,
            fits=SETTINGS.fit.exports,
            listed=SETTINGS.render.exports.listed,
        ),
    script:
        "../scripts/render/report_changes.py"


# Without exports there is nothing that can have changed.
CHANGE_REPORT = rules.report_changes.output if EXPORTS else []


# Tables whose files are copied, so that the results folder has them too
PROCESSED = [table for table in tables_of() if "data/processed" in str(table.path)]


rule package_results:
    """Make the results folder a data package: descriptions, tables to print, what to cite."""
    input:
        # Without the rows of exports, which are many and not ours.
        tables=[path for path in TABLES if "data/processed/exports" not in path],
        # Whose names stand in tables to print
        systems=[path_of("systems"), *of_leading("systems")],
        references=f"{WORKFLOW}/report/references.bib",
    output:
        PRINTED,
        collect("results/data/{table.name}.csv", table=PROCESSED),
        datapackage="results/datapackage.json",
        croissant="results/croissant.json",
        dictionary="results/README.md",
        references="results/references.bib",
        headlines="results/headlines.json",
    log:
        "results/logs/package_results.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("package_results"),
        settings=dict(settings=SETTINGS, fingerprint=FINGERPRINT),
    script:
        "../scripts/render/package_results.py"


rule write_provenance:
    """Write what the results come from, once all of them are there."""
    input:
        raw=INPUT_FILES.values(),
        sealed=rules.package_results.input.tables + ["results/config.yaml"],
        others=[
            *rules.draw_figures.output.figures,
            *CHANGE_REPORT,
            *rules.package_results.output,
        ],
        sources=[str(PROJECT / file) for file in code_files(PROJECT)],
        lock=str(PROJECT / "requirements.txt"),
    output:
        "results/provenance.json",
    log:
        "results/logs/write_provenance.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("write_provenance"),
        settings=dict(
            config=config,
            files=INPUT_FILES,
            at_start=INPUTS,
            git=git_state(PROJECT),
            replaced=REPLACED,
        ),
    script:
        "../scripts/render/write_provenance.py"


# In this order, because the later ones use the earlier ones
PAGE_SCRIPTS = [
    "page",
    "systems",
    "numbers",
    "files",
    "lines",
    "bands",
    "explorer",
    "calculator",
]


rule render_report:
    """Put everything into one HTML file that needs nothing else."""
    input:
        raw=[raw(name) for name in names_in("RAW_TABLES")],
        tables=table_paths(list(EXPORTS)),
        config="results/config.yaml",
        provenance="results/provenance.json",
        figures=rules.draw_figures.output.figures,
        downloads=[path_of(table.name) for table in TO_PRINT] + PRINTED,
        references="results/references.bib",
        delivered=f"{WORKFLOW}/report/delivered.json",
        templates=sorted(map(str, WORKFLOW.glob("report/**/*.jinja"))),
        stylesheets=[f"{WORKFLOW}/report/report.css"],
        explorer=EXPLORER,
        scripts=[library for library in EXPLORER if library.endswith(".js")]
        + collect(f"{WORKFLOW}/report/{{script}}.js", script=PAGE_SCRIPTS),
    output:
        # Kept until there is a new one, and put back if making it fails.
        in_report(update("report/index.html"), "Page", "The report"),
    log:
        "results/logs/render_report.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("render_report"),
        settings=dict(settings=SETTINGS),
    script:
        "../scripts/render/render_report.py"
