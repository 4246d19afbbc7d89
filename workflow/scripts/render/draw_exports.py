"""Draw the systems of each export, and growth by vintage."""

from functools import partial

from compute_trends.render.figures.export import draw_export, draw_growth, export_records
from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.style import WIDTHS
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        exports, headlines, fingerprint = run.settings.values()
        about, *of_exports = export_records(exports)
        [growth] = run.tables("growth_by_vintage")
        draws = [(about, partial(draw_growth, growth, figure=about))]
        names = ("systems", "export_members", "export_trends")
        tables = zip(*run.tables_of_exports(*names), strict=True)
        for figure, of_export in zip(of_exports, tables, strict=True):
            draws.append((figure, partial(draw_export, *of_export, figure=figure)))
        wide = [(figure, draw, width) for figure, draw in draws for width in WIDTHS.values()]
        chosen = {"headlines": headlines}
        drawn = [(figure, w, partial(draw, width=w, **chosen)) for figure, draw, w in wide]
        save_drawings(drawn, run.output, fingerprint=fingerprint)
