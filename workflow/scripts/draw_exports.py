"""Draw the systems of each export, and growth by vintage."""

from compute_trends.export_figures import draw_export, draw_growth, export_records
from compute_trends.figures import save_drawings
from compute_trends.logs import log_to
from compute_trends.style import WIDTHS
from compute_trends.tables import read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, headlines = snakemake.input, snakemake.params.headlines
        about, *of_exports = export_records(snakemake.params.exports)
        growth = read_table(paths.growth, "growth_by_vintage")
        drawn = []
        for width in WIDTHS.values():
            drawing = draw_growth(growth, headlines=headlines, figure=about, width=width)
            drawn.append((about, width, drawing))
            for at, figure in enumerate(of_exports):
                systems = read_table(paths.systems[at], "systems")
                members = read_table(paths.members[at], "export_members")
                trends = read_table(paths.trends[at], "export_trends")
                settings = {"headlines": headlines, "figure": figure, "width": width}
                drawing = draw_export(systems, members, trends, **settings)
                drawn.append((figure, width, drawing))
        save_drawings(drawn, snakemake.output, fingerprint=snakemake.params.fingerprint)
