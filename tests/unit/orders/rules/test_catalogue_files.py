"""Files as spreadsheets save them are understood, or refused with line, column and reason."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from orders.rules.catalogue_cells import TaxWish, read_groups, read_tax, write_groups
from orders.rules.catalogue_files import FileKind, read_sheet
from orders.rules.csv_files import MOST_BYTES, MOST_ROWS, FileUnreadable
from orders.rules.formula_cells import as_text, as_written

PLAIN = "category,name,price\nCafé,Crème brûlée,4.50\n"
QUOTES = "A quotation mark is missing there, or one too many."
SQUARE = (Path(__file__).parents[3] / "data" / "square_item_library.csv").read_text("utf-8")


def read(text, currency="EUR"):
    return read_sheet(text if isinstance(text, bytes) else text.encode(), currency)


def said(sheet):
    return [(each.line, each.column, str(each.why)) for each in sheet.problems]


# --- Letters and separators -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_letters_are_read_as_they_were_saved(encoding, name):
    sheet = read(PLAIN.encode(encoding))

    assert sheet.encoding == name
    assert (sheet.items[0].category, sheet.items[0].name) == ("Café", "Crème brûlée")


def test_utf_16_with_its_large_mark_first():
    assert read(b"\xfe\xff" + PLAIN.encode("utf-16-be")).items[0].category == "Café"


@pytest.mark.parametrize(
    "data",
    [
        "category,name,price\n커피,카페라떼,4500\n".encode("cp949"),
        "category,name,price\nコーヒー,カフェラテ,450\n".encode("shift_jis"),
        "category,name,price\n\u041a\u043e\u0444\u0435,\u041b\u0430\u0442\u0442\u0435,450\n".encode(
            "cp1251"
        ),
        PLAIN.encode("utf-32"),
        b"category,name,price\nCaf\x81,x,1\n",
        b"\xef\xbb\xbfcategory\xff,name,price\n",
        b"\xff\xfec",
        b"category\0\0\0\0name" * 20,
    ],
)
def test_letters_nobody_can_tell_are_refused(data):
    with pytest.raises(FileUnreadable) as refusal:
        read(data)

    assert str(refusal.value) == (
        "We cannot tell which letters these are. Save the file as “CSV UTF-8”."
    )


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_recognised(start):
    with pytest.raises(FileUnreadable, match="This is a workbook"):
        read(start + b"\0" * 100)


@pytest.mark.parametrize(
    "text",
    [
        "category;name;price\nBakes;Tart, apple;5,20\n",
        "category\tname\tprice\nBakes\tTart, apple\t5,20\n",
        'category,name,price\r\nBakes,"Tart, apple","5,20"\r\n',
        'category,name,price\rBakes,"Tart, apple",5.20\r',
        'sep=;\ncategory;name;price\nBakes;"Tart, apple";5.20\n',
        '\n\n  \ncategory,name,price\n,,\nBakes,"Tart, apple",5.20\n\n',
        'CATEGORY, Name ,price,\nBakes,"Tart, apple",5.20,\n',
    ],
)
def test_tables_are_read_whatever_stands_between_their_cells(text):
    [item] = read(text).items

    assert (item.category, item.name, item.price.minor) == ("Bakes", "Tart, apple", 520)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty."),
        ("\n \n,,\n", "The file is empty."),
        ("category,name,price\n", "There is nothing below the names of the columns."),
        (
            "name\nLatte\n",
            "These columns are missing: category, price. The first line must name them.",
        ),
        (
            "Bakes,Tart,5.20\nBakes,Pie,5.20\n",
            "These columns are missing: category, name, price. The first line must name them.",
        ),
        (
            "Item Name,Category\nLatte,Coffee\n",
            "These columns are missing: variation name, price. The first line must name them.",
        ),
        ("category,name,price,Price\na,b,1,2\n", "The column “price” is there more than once."),
        (
            'category,name,price\nBakes,Tart,1\nBakes,"Pie,2\n',
            f"From line 3 on the cells cannot be told apart. {QUOTES}",
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(text, reason):
    with pytest.raises(FileUnreadable) as refusal:
        read(text)

    assert str(refusal.value) == reason


def test_a_file_may_be_so_large_and_no_larger():
    row = "Bakes,Tart {},5.20\n"
    most = "category,name,price\n" + "".join(row.format(number) for number in range(MOST_ROWS))

    assert len(read(most).items) == MOST_ROWS
    with pytest.raises(FileUnreadable, match="more than 20000 rows"):
        read(most + row.format("more"))
    with pytest.raises(FileUnreadable, match="larger than 5 MB"):
        read(b"x" * (MOST_BYTES + 1))


# --- The plain table ------------------------------------------------------------------------------
def test_every_column_of_the_plain_table_is_read():
    sheet = read(
        "category,name,variation,price,tax,choices,available,duration_minutes,"
        "expected result,limits,x\n"
        'Cuts,Fringe,Long,20,VAT 23 %,Wash | Style,no,15,"Even.\nNeat.",No colour.,?\n'
    )

    [item] = sheet.items
    assert (item.category, item.name, item.line) == ("Cuts", "Fringe, Long", 2)
    assert item.tax == TaxWish(name="VAT", rate=Decimal(23))
    assert item.groups == ("Wash", "Style")
    assert (item.is_available, item.duration_minutes) == (False, 15)
    assert (item.expected_result, item.limits) == ("Even.\nNeat.", "No colour.")
    assert (sheet.kind, sheet.unread) == (FileKind.PLAIN, ("x",))
    assert sheet.speaks_of == {
        "tax", "groups", "is_available", "duration_minutes", "expected_result", "limits",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Tart,5,,", "category", "This must not be empty."),
        ("Bakes, ,5,,", "name", "This must not be empty."),
        ("Bakes,\u0001,5,,", "name", "This must not be empty."),
        (f"{'x' * 61},Tart,5,,", "category", "Please use 60 characters at most."),
        (f"Bakes,{'x' * 81},5,,", "name", "Please use 80 characters at most."),
        ("Bakes,Tart,,,", "price", "“” is no price; write it like 12.50."),
        ("Bakes,Tart,5,VAT 101 %,", "tax", "A tax is between 0 and 100 %."),
        (f"Bakes,Tart,5,{'x' * 25} 9 %,", "tax", "Please use 24 characters at most."),
        ("Bakes,Tart,5,,maybe", "available", "Write yes or no."),
        ("Bakes,Tart,5,,,0", "duration_minutes", "Write whole minutes, up to a day: 45."),
        ("Bakes,Tart,5,,,1441", "duration_minutes", "Write whole minutes, up to a day: 45."),
        ("Bakes,Tart,5,,,1.5", "duration_minutes", "Write whole minutes, up to a day: 45."),
        ("Bakes,Tart,5,,,٣", "duration_minutes", "Write whole minutes, up to a day: 45."),
        (
            "Bakes,Tart,5,20,,,9",
            "",
            "There are more cells than columns. A comma inside a cell needs quotation marks.",
        ),
    ],
)
def test_a_row_is_refused_with_line_column_and_reason(row, column, reason):
    sheet = read(f"category,name,price,tax,available,duration_minutes\nA,B,1,,,\n{row}\nC,D,1,,,\n")

    assert said(sheet) == [(3, column, reason)]
    assert [item.name for item in sheet.items] == ["B", "D"]


def test_everything_that_is_wrong_with_a_row_is_told():
    sheet = read("category,name,price\n,,\n , x,\n,,dear\n")

    assert [problem[:2] for problem in said(sheet)] == [
        (3, "category"), (3, "price"), (4, "category"), (4, "name"), (4, "price"),
    ]  # fmt: skip


def test_the_line_is_where_a_row_begins():
    sheet = read('category,name,price,limits\nA,B,1,"one\ntwo\nthree"\nA,C,dear,\n')

    assert said(sheet)[0][0] == 5


def test_a_row_that_is_there_already_is_refused_whatever_its_letters():
    sheet = read("category,name,price\nTea,Oolong,3\nBakes,Oolong,3\ntea, OOLONG ,4\n")

    assert len(sheet.items) == 2
    assert said(sheet) == [(4, "name", "“OOLONG” in tea is on line 2 already.")]


def test_a_formula_is_read_as_the_text_it_is():
    [item] = read('category,name,price\n\'=Tea,"=HYPERLINK(""x"")",3\n').items

    assert (item.category, item.name) == ("=Tea", '=HYPERLINK("x")')


# --- Square ---------------------------------------------------------------------------------------
def square(*rows, columns="Categories,Modifier Set - Oat | Soy,Tax - VAT (13.5%),Tax - VAT (23%)"):
    header = f"Token,Item Name,Variation Name,SKU,Price,Archived,Sellable,{columns}\n"
    return read(header + "".join(f"TOKEN,{row}\n" for row in rows))


def test_a_whole_library_is_understood():
    sheet = read(SQUARE)

    assert (sheet.kind, len(sheet.items), sheet.left_out, said(sheet)) == (
        FileKind.SQUARE, 168, 2, [],
    )  # fmt: skip
    assert sheet.speaks_of == {"tax", "groups"}
    assert {"SKU", "Description", "Current Quantity Larkspur Coffee"} <= set(sheet.unread)


def test_a_variation_is_an_item_of_its_own_unless_it_is_the_only_one():
    sheet = square(
        "Latte,Regular,,4,,,Coffee,,Y,", "Latte,Large,,4.50,,,Coffee,Y,Y,", "Tea,,,3,N,Y,Tea,n,,y"
    )

    read_as = [(item.name, item.groups, str(item.tax)) for item in sheet.items]
    assert read_as == [
        ("Latte", (), "VAT 13.5 %"),
        ("Latte, Large", ("Oat | Soy",), "VAT 13.5 %"),
        ("Tea", (), "VAT 23 %"),
    ]


@pytest.mark.parametrize(
    ("cell", "category"),
    [
        ("Coffee", "Coffee"),
        ('"Drinks > Coffee, Favourites"', "Coffee"),
        ("", "Uncategorised"),
    ],
)
def test_the_section_is_the_first_category(cell, category):
    assert square(f"Latte,,,4,,,{cell},,,").items[0].category == category


def test_the_category_for_reports_goes_before_the_others():
    sheet = square("Latte,,,4,,,Favourites,Coffee", columns="Categories,Reporting Category")

    assert sheet.items[0].category == "Coffee"


@pytest.mark.parametrize("row", ["Latte,,,4,Y,,Coffee,,,", "Latte,,,4,,N,Coffee,,,"])
def test_what_is_archived_or_not_for_sale_is_left_out(row):
    sheet = square(row, "Tea,,,3,,,Tea,,,")

    assert (len(sheet.items), sheet.left_out, said(sheet)) == (1, 1, [])


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Latte,,,,,,Coffee,,,", "Price", "Square leaves this price to the till. Write one."),
        ("Latte,,,Variable,,,C,,,", "Price", "Square leaves this price to the till. Write one."),
        ("Latte,,,4,,,C,,Y,Y", "Tax - VAT (23%)", "This has 2 taxes; an item can have one."),
        ("Latte,,,4,,,C,maybe,,", "Modifier Set - Oat | Soy", "Write yes or no."),
        ("Latte,,,4,maybe,,C,,,", "Archived", "Write yes or no."),
        (",Large,,4,,,C,,,", "Item Name", "This must not be empty."),
        (f"Latte,{'x' * 75},,4,,,C,,,", "Item Name", "Please use 80 characters at most."),
    ],
)
def test_a_row_of_square_is_refused_under_its_own_column(row, column, reason):
    assert said(square(row)) == [(2, column, reason)]


def test_a_heading_that_is_too_long_is_told_at_the_rows_that_tick_it():
    columns = f"Category,Modifier Set - {'x' * 61},Tax - {'x' * 25} (9%)"

    sheet = square("Latte,,,4,,,Coffee,Y,Y", "Tea,,,4,,,Tea,N,", columns=columns)

    assert [item.name for item in sheet.items] == ["Tea"]
    assert [problem[2] for problem in said(sheet)] == [
        "Please use 24 characters at most.", "Please use 60 characters at most.",
    ]  # fmt: skip


def test_ten_thousand_rows_are_read_in_a_moment():
    text = io.StringIO()
    writer = csv.writer(text)
    header, *rows = list(csv.reader(io.StringIO(SQUARE)))
    writer.writerow(header)
    for number in range(10_000):
        row = list(rows[number % len(rows)])
        row[2] = f"{row[2]} {number}"
        writer.writerow(row)

    assert len(read(text.getvalue()).items) > 9_800


# --- Cells ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name", "rate"),
    [
        ("VAT 13.5 %", "VAT", "13.5"),
        ("VAT (13,5%)", "VAT", "13.5"),
        ("VAT(7%)", "VAT", "7"),
        ("VAT 2 23%", "VAT 2", "23"),
        ("Sales tax", "Sales tax", None),
        ("A4", "A4", None),
        ("13.5", "", "13.5"),
        ("0 %", "", "0"),
    ],
)
def test_a_tax_is_a_name_a_rate_or_both(text, name, rate):
    assert read_tax(text) == TaxWish(name=name, rate=Decimal(rate) if rate else None)


@pytest.mark.parametrize("names", [[], ["Milk"], ["Milk", "Size"], ["Oat | Soy", "A|B", "Hot"]])
def test_names_of_choices_are_written_so_that_they_are_read_again(names):
    assert list(read_groups(write_groups(names))) == names


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "\u00a0=1", "\u2003+1", "'=1", '"=1"',
    "''-1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "one\n=2", "one\n\n @x",
    "\ufeff=1", "\u200b=1",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_a_spreadsheet_would_run_becomes_text_and_comes_back(cell):
    safe = as_text(cell)

    assert safe != cell
    for line in safe.split("\n"):
        assert line[:1] not in {*"=+-@\uff1d\uff0b\uff0d\uff20\t\r"}
        assert not line.strip("\u200b\ufeff \u00a0\u2003")[:1] or line.strip()[0] not in "=+-@"
    assert as_written(safe) == cell


@pytest.mark.parametrize("cell", ["", "Latte", "3.80", "Half-baked", "it's = this", "a\nb", "'tis"])
def test_plain_text_stays_as_it_is(cell):
    assert as_text(cell) == cell
    assert as_written(cell) == cell
