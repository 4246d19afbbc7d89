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


# Without exports there is nothing that can have changed.
CHANGE_REPORT = [rules.track_changes.output.report] if EXPORTS else []


# Without the rows of exports, which are many and not ours.
OWN_TABLES = [path for path in TABLES if "data/processed/exports" not in path]
# Tables whose files are copied, so that the results folder has them too
PROCESSED = [table for table in tables_of() if "data/processed" in str(table.path)]


rule package_results:
    """Make the results folder a data package: settings, descriptions, tables to print, what to cite."""
    input:
        # It does not wait for the drawings, how many names of which are counted there.
        tables=[path for path in OWN_TABLES if path != path_of("drawings")],
        # Whose names stand in tables to print
        systems=[path_of("systems"), *of_leading("systems")],
        references=f"{WORKFLOW}/report/references.bib",
    output:
        PRINTED,
        collect("results/data/{table.name}.csv", table=PROCESSED),
        # The config in force, overrides on the command line included
        config="results/config.yaml",
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
        settings=dict(
            config=config,
            package=dict(settings=SETTINGS, fingerprint=FINGERPRINT),
        ),
    script:
        "../scripts/render/package_results.py"


rule render_report:
    """Write what all results come from, and put them into one HTML file that needs nothing else."""
    input:
        inputs=INPUT_FILES.values(),
        sealed=[*OWN_TABLES, rules.package_results.output.config],
        others=[*CHANGE_REPORT, *rules.package_results.output],
        sources=[str(PROJECT / file) for file in code_files(PROJECT)],
        lock=str(PROJECT / "requirements.txt"),
        raw=[raw(name) for name in names_in("RAW_TABLES")],
        tables=table_paths(list(EXPORTS)),
        config=rules.package_results.output.config,
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
        provenance="results/provenance.json",
        # Kept until there is a new one, and put back if making it fails.
        page=in_report(update("report/index.html"), "Page", "The report"),
    log:
        "results/logs/render_report.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("render_report"),
        settings=dict(
            page=dict(settings=SETTINGS),
            provenance=dict(
                config=config,
                files=INPUT_FILES,
                at_start=INPUTS,
                git=git_state(PROJECT),
                replaced=REPLACED,
            ),
        ),
    script:
        "../scripts/render/render_report.py"
