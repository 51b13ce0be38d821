import pytest

from reports.blocks import Cell, Table, place_cells


def table(*rows, columns=2):
    return Table("表", (1.0,) * columns, rows)


def test_cells_find_their_places_beside_and_below_spans():
    placed = place_cells(
        table((Cell("a", rowspan=2), Cell("b", colspan=2)), (Cell("c"), Cell("d")), columns=3)
    )
    assert [(y, x, cell.text) for y, x, cell in placed] == [
        (0, 0, "a"),
        (0, 1, "b"),
        (1, 1, "c"),
        (1, 2, "d"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ((Cell("a"),),),
        ((Cell("a"), Cell("b"), Cell("c")),),
        ((Cell("a", rowspan=2), Cell("b")),),
        ((Cell("a"), Cell("b", rowspan=2)), (Cell("c", colspan=2),)),
    ],
)
def test_rows_that_do_not_fill_the_grid_are_a_programming_error(rows):
    with pytest.raises(ValueError, match="表"):
        place_cells(table(*rows))
