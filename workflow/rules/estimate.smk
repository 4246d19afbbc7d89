ESTIMATION = dict(
    defaults=SETTINGS.estimate.defaults,
    choice=SETTINGS.estimate.choice,
    uncertainty=SETTINGS.estimate.uncertainty,
    seed=SETTINGS.seed,
)


rule estimate_compute:
    """Estimate each system's training compute from its inputs."""
    input:
        systems="data/processed/systems.csv",
        excluded="data/processed/excluded.csv",
        compute_inputs=raw("compute_inputs"),
        hardware=raw("hardware"),
        discrepancies=raw("discrepancies"),
        later_values=raw("later_values"),
        vintages=raw("vintages"),
        exports=CARRIED,
    output:
        estimates="data/processed/estimates.csv",
        trace="data/processed/trace.csv",
        compute="data/processed/compute.csv",
        alternatives="data/processed/alternatives.csv",
        error_model="data/processed/error_model.csv",
    log:
        "results/logs/estimate_compute.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("estimate_compute"),
        content=content(
            raw("compute_inputs"),
            raw("hardware"),
            raw("discrepancies"),
            raw("later_values"),
            raw("vintages"),
            *CARRIED,
        ),
        settings=dict(ESTIMATION, quantities=SETTINGS.estimate.quantities),
    script:
        "../scripts/estimate/estimate_compute.py"


rule estimate_exports:
    """Estimate the compute of every export's systems from its own columns."""
    input:
        systems=of_exports("systems"),
        excluded=of_exports("excluded"),
        export_attributes=of_exports("export_attributes"),
        export_columns=of_exports("export_columns"),
        export_hardware=of_exports("export_hardware"),
        error_model="data/processed/error_model.csv",
    output:
        export_inputs=of_each("data/processed/exports/{export}/inputs.csv"),
        export_left_out=of_each("data/processed/exports/{export}/left_out.csv"),
        estimates=of_each("data/processed/exports/{export}/estimates.csv"),
        compute=of_each("data/processed/exports/{export}/compute.csv"),
        agreement=of_each("results/exports/{export}/agreement.csv"),
    log:
        "results/logs/estimate_exports.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("estimate_exports"),
        settings=dict(ESTIMATION, exports=SETTINGS.clean.exports),
    script:
        "../scripts/estimate/estimate_exports.py"
