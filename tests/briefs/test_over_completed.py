"""What the gaps could change is told with both figures, and named where it matters."""

import pandas as pd

from analysis.briefs.over_completed import hanging, over_completed_table

TABLE = pd.DataFrame(
    {
        "statistic": ["trend", "within", "episodes"],
        "name": ["EP", "IM CO", "decline"],
        "known": [-0.144, 0.536, 13.0],
        "known_low": [-0.28, -0.0004, None],
        "known_high": [-0.007, 0.833, None],
        "least": [-0.142, 0.542, 13.0],
        "greatest": [-0.124, 0.551, 13.0],
        "pooled": [-0.134, 0.548, 13.0],
        "low": [-0.274, 0.05, None],
        "high": [0.006, 0.828, None],
        "n_panels": 200,
        "hangs_on_gaps": [True, True, False],
    }
)


def test_both_figures_and_the_range_stand_in_a_row():
    table = over_completed_table(TABLE)
    first, second, third = ([cell.text for cell in row] for row in table.rows)
    assert first[1:] == [
        "Electoral Process",
        "−0.14 (−0.28 to −0.01)",
        "−0.14 to −0.12",
        "−0.13 (−0.27 to 0.01)",
        "yes",
    ]
    assert second[:2] == ["Within countries", "Independent Media and Corruption"]
    assert third[2:5] == ["13.00", "13.00 to 13.00", "13.00"]
    assert table.caption.startswith("200 panels")


def test_what_hangs_on_the_gaps_is_named():
    (span,) = hanging(TABLE).spans
    assert span.text.startswith(
        "Trend (Electoral Process), and Within countries (Independent Media and Corruption) hang "
    )
    (span,) = hanging(TABLE.iloc[2:]).spans
    assert span.text.startswith("Not one of the 1 headlines hangs on the gaps")
    (span,) = hanging(pd.concat([TABLE.iloc[:1]] * 9)).spans
    assert span.text.startswith("9 of the 9 headlines hang on the gaps")
