rule track_changes:
    """Compare consecutive vintages of an export, follow their trends, and tell it in a text."""
    input:
        systems=of_exports("systems"),
        excluded=of_exports("excluded"),
        compute=of_exports("compute"),
        export_attributes=of_exports("export_attributes"),
        export_columns=of_exports("export_columns"),
        export_trends=of_exports("export_trends"),
        export_members=of_exports("export_members"),
        export_unread=of_exports("export_unread"),
        vintages=raw("vintages"),
        template=f"{WORKFLOW}/report/changes.md.jinja",
    output:
        headlines=table_in_report("results/fits/headlines.csv"),
        changed_rows="results/changes/rows.csv",
        changed_values="results/changes/values.csv",
        changed_columns="results/changes/columns.csv",
        changed_trends="results/changes/trends.csv",
        growth_by_vintage="results/changes/growth.csv",
        # The text of a pull request
        report="results/changes/report.md",
    log:
        "results/logs/track_changes.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("track_changes"),
        content=content(raw("vintages")),
        settings=dict(
            numbers=dict(FOLLOWING, exports=SETTINGS.clean.exports),
            text=dict(
                exports=SETTINGS.clean.exports,
                fits=SETTINGS.fit.exports,
                listed=SETTINGS.render.exports.listed,
            ),
        ),
    script:
        "../scripts/vintages/track_changes.py"


rule forecast:
    """Forecast from each vintage, and hold forecasts of the past against what came."""
    input:
        systems=of_exports("systems"),
        compute=of_exports("compute"),
        forecasts=raw("forecasts"),
    output:
        backtest="results/forecasts/backtest.csv",
        forecast_scores="results/forecasts/scores.csv",
        forecast_outcomes="results/forecasts/outcomes.csv",
        threshold_dates="results/forecasts/thresholds.csv",
    log:
        "results/logs/forecast.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("forecast"),
        content=content(raw("forecasts")),
        settings=dict(
            exports=SETTINGS.clean.exports,
            outlook=SETTINGS.fit.outlook,
            units=SETTINGS.fit.units,
            depth=SETTINGS.fit.depth,
            seed=SETTINGS.seed,
        ),
    script:
        "../scripts/vintages/forecast.py"
