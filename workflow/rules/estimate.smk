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
        ),
        settings=ESTIMATION,
    script:
        "../scripts/estimate/estimate_compute.py"


rule estimate_export:
    """Estimate the compute of an export's systems from its own columns."""
    input:
        systems="data/processed/exports/{export}/systems.csv",
        excluded="data/processed/exports/{export}/excluded.csv",
        export_inputs="data/processed/exports/{export}/inputs.csv",
        export_hardware="data/processed/exports/{export}/hardware.csv",
        error_model="data/processed/error_model.csv",
    output:
        estimates="data/processed/exports/{export}/estimates.csv",
        compute="data/processed/exports/{export}/compute.csv",
        agreement="results/exports/{export}/agreement.csv",
    log:
        "results/logs/estimate_export.{export}.log",
    conda:
        "../envs/python.yaml"
    params:
        code=code_of("estimate_export"),
        settings=ESTIMATION,
    script:
        "../scripts/estimate/estimate_export.py"
