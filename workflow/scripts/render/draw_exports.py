"""Draw the systems of each export, and growth by vintage."""

from functools import partial

from compute_trends.render.figures.export import draw_export, draw_growth, export_records
from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.style import WIDTHS
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, p = snakemake.input, snakemake.params
        about, *of_exports = export_records(p.exports)
        growth = read_table(paths.growth, "growth_by_vintage")
        draws = [(about, partial(draw_growth, growth, figure=about))]
        for at, figure in enumerate(of_exports):
            systems = read_table(paths.systems[at], "systems")
            members = read_table(paths.members[at], "export_members")
            trends = read_table(paths.trends[at], "export_trends")
            draws.append((figure, partial(draw_export, systems, members, trends, figure=figure)))
        wide = [(figure, draw, width) for figure, draw in draws for width in WIDTHS.values()]
        chosen = {"headlines": p.headlines}
        drawn = [(figure, w, partial(draw, width=w, **chosen)) for figure, draw, w in wide]
        save_drawings(drawn, snakemake.output, fingerprint=p.fingerprint)
