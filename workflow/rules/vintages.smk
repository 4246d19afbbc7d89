rule track_changes:
    """Compare consecutive vintages of an export, and follow their trends."""
    input:
        systems=of_exports("systems"),
        excluded=of_exports("excluded"),
        compute=of_exports("compute"),
        export_attributes=of_exports("export_attributes"),
        export_columns=of_exports("export_columns"),
        export_trends=of_exports("export_trends"),
    output:
        headlines=table_in_report("results/fits/headlines.csv"),
        changed_rows="results/changes/rows.csv",
        changed_values="results/changes/values.csv",
        changed_columns="results/changes/columns.csv",
        changed_trends="results/changes/trends.csv",
        growth_by_vintage="results/changes/growth.csv",
    log:
        "results/logs/track_changes.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("track_changes"),
        settings=dict(FOLLOWING, exports=SETTINGS.clean.exports),
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
