"""A menu comes and goes by command, with everything said that a person has to know."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SQUARE = Path(__file__).parents[3] / "data" / "square_item_library.csv"

GROUPS = ["Milk", "Coffee extras", "Warm or not", "Bread", "Add to your plate"]


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "menu.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(*arguments, command="import_catalogue"):
    """What was said on both channels; the second is for what went wrong."""
    said, complained = io.StringIO(), io.StringIO()
    call_command(command, *map(str, arguments), stdout=said, stderr=complained)
    return said.getvalue().splitlines(), complained.getvalue().splitlines()


def test_a_real_menu_is_imported(larkspur):
    said, complained = run("larkspur-coffee", SQUARE)

    assert complained == []
    assert said[0] == "square, UTF-8"
    assert said[1].startswith("Columns not read: Reference Handle, Token, ")
    assert said[2].startswith("New sections: Coffee, Filter & iced, ")
    assert said[3:] == [
        "New taxes: VAT 13.5 %, VAT 23 %",
        f"New groups of choices, to be filled by hand: {', '.join(GROUPS)}",
        "New 168, changed 0, the same 0, bad 0, left out 2",
        "168 of 168",
        "Done: 168 new, 0 changed.",
    ]


def test_progress_is_told_while_thousands_come_in(larkspur, file):
    rows = "".join(f"Shelf,Thing {row},1\n" for row in range(1200))

    said, _complained = run("larkspur-coffee", file(f"category,name,price\n{rows}"))

    assert said[-4:-1] == ["500 of 1,200", "1,000 of 1,200", "1,200 of 1,200"]


def test_each_bad_row_is_named_and_nothing_is_changed(larkspur, file):
    path = file("category,name,price\nCoffee,Latte,4\nCoffee,Mocha,dear\n,Tea,1,x\n")
    complaints = io.StringIO()

    with pytest.raises(CommandError, match=r"Nothing was changed\. Rows that cannot be used: 2\."):
        call_command("import_catalogue", "larkspur-coffee", path, stderr=complaints)

    assert complaints.getvalue().splitlines() == [
        "3: price: “dear” is no price; write it like 12.50.",
        "4: There are more cells than columns. A comma inside a cell needs quotation marks.",
    ]
    assert not larkspur.catalogue.exists()


def test_bad_rows_are_skipped_on_demand(larkspur, file):
    path = file("category,name,price\nCoffee,Latte,4\nCoffee,Mocha,dear\n")

    said, complained = run("larkspur-coffee", path, "--skip-bad")

    assert said[-1] == "Done: 1 new, 0 changed."
    assert len(complained) == 1


def test_a_dry_run_changes_nothing(larkspur, file):
    said, _complained = run(
        "larkspur-coffee", file("category,name,price\nCoffee,Latte,4\n"), "--dry-run"
    )

    assert said[-1] == "New 1, changed 0, the same 0, bad 0, left out 0"
    assert not larkspur.categories.exists()


@pytest.mark.parametrize(
    ("venue", "text", "reason"),
    [
        ("nowhere", "category,name,price\na,b,1\n", "There is no venue “nowhere”."),
        ("larkspur-coffee", "", "The file is empty."),
        ("larkspur-coffee", None, "No such file"),
    ],
)
def test_what_cannot_be_done_is_said(larkspur, file, tmp_path, venue, text, reason):
    path = tmp_path / "nothing.csv" if text is None else file(text)

    with pytest.raises(CommandError, match=reason):
        run(venue, path)


@pytest.mark.parametrize("kind", ["plain", "square"])
def test_what_is_exported_can_be_imported(larkspur, odile, tmp_path, file, kind):
    run("larkspur-coffee", SQUARE)
    said = io.StringIO()
    call_command("export_catalogue", "larkspur-coffee", kind=kind, stdout=said)
    path = tmp_path / "out.csv"
    path.write_bytes(said.getvalue().encode())

    told, _complained = run("larkspur-coffee", path)

    assert told[-1] == "Done: 0 new, 0 changed."
    assert "New 0, changed 0, the same 168, bad 0, left out 0" in told


def test_there_is_nothing_to_export_of_a_venue_that_is_not_there(db):
    with pytest.raises(CommandError, match="There is no venue"):
        run("nowhere", command="export_catalogue")
