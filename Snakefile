# What `snakemake --cores 4` finds here; everything is in workflow/Snakefile.
include: "workflow/Snakefile"


rule default:
    """What is made where nothing is named: the target of an included file is not taken."""
    default_target: True
    input:
        rules.all.input,
