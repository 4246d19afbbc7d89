rule estimate_compute:
    """Estimate each system's training compute."""
    input:
        systems="data/processed/systems.csv",
        schema=f"{workflow.basedir}/workflow/schemas/tables.yaml",
        code=collect(
            f"{workflow.basedir}/workflow/compute_trends/{{module}}.py",
            module=["estimate", "logs", "problems", "tables"],
        ),
    output:
        estimates="data/processed/estimates.csv",
        compute="data/processed/compute.csv",
    log:
        "results/logs/estimate_compute.log",
    conda:
        "../envs/python.yaml"
    script:
        "../scripts/estimate_compute.py"
