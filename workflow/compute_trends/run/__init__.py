"""What makes a run trustworthy: its code, its log, its files and where they come from.

Each guard, where it is and what it protects against:

==================== ===================== ==================================================
guard                where                 protects against
==================== ===================== ==================================================
library of the job   ``tables.job.job``    a job that runs the code of another checkout
code of a rule       ``sources.code_of``   results older than the code that makes them
content of inputs    ``content`` in the    a raw file that changed though its date did not
                     Snakefile
inputs at the start  ``provenance``        a raw file that changed while the run went on
seal of a table      ``seals``             a generated table edited by hand between stages
fingerprint          ``provenance``        figures and tables of different runs mixed up
products             ``provenance.json``   a result changed after the run
hash of a resource   ``datapackage.json``  a result damaged where it was copied to
one run at a time    ``one_run``           two runs that write the same files
a second run         ``verify``            results that the inputs and the code do not give
==================== ===================== ==================================================
"""
