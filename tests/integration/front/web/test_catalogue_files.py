"""A file is sent, looked at and confirmed; a menu is taken away as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.front.web import catalogue_files
from orders.models import CatalogueUpload
from orders.rules.csv_files import MOST_BYTES
from tests import factories

SQUARE = Path(__file__).parents[3] / "data" / "square_item_library.csv"
ONE_BAD = "category,name,price\nCoffee,Latte,4\nCoffee,Mocha,=1+1\nCoffee,Latte,5\n"


def at(name, *args, venue="larkspur-coffee"):
    return reverse(f"catalogue:{name}", args=[venue, *args])


@pytest.fixture
def manager(client, niamh):
    client.force_login(niamh)
    return client


def send(client, data, *, file_name="menu.csv", venue="larkspur-coffee"):
    data = data.encode() if isinstance(data, str) else data
    return client.post(at("files", venue=venue), {"file": SimpleUploadedFile(file_name, data)})


def preview(client, data):
    answer = send(client, data)
    assert answer.status_code == 303, answer.context["form"].errors
    return answer["Location"]


def confirm(client, address, **typed):
    shown = client.get(address).context["plan"].fingerprint
    return client.post(address, {"shown": shown} | typed)


def test_a_real_menu_is_looked_at_and_imported(manager, larkspur):
    address = preview(manager, SQUARE.read_bytes())
    page = manager.get(address).content.decode()
    before = larkspur.catalogue.count()
    answer = confirm(manager, address)

    assert "Import 168 items" in page
    assert "the first 100 of 168" in page
    assert "VAT 13.5 %, VAT 23 %" in page
    assert "2 rows that are archived or not for sale" in page
    assert before == 0
    assert (answer.status_code, answer["Location"]) == (303, address)
    assert larkspur.catalogue.count() == 168


def test_rows_that_cannot_be_used_are_named(manager, larkspur):
    page = manager.get(preview(manager, ONE_BAD)).content.decode()

    assert "Line 3" in page
    assert "“=1+1” is no price; write it like 12.50." in page
    assert "“Latte” in Coffee is on line 2 already." in page
    assert "Leave out 2 rows that cannot be used" in page


def test_nothing_changes_until_bad_rows_are_left_out(manager, larkspur):
    address = preview(manager, ONE_BAD)

    refused = confirm(manager, address)
    assert refused.status_code == 422
    assert "Nothing was changed. Rows that cannot be used: 2." in refused.content.decode()
    assert not larkspur.catalogue.exists()

    assert confirm(manager, address, skip_bad="yes").status_code == 303
    assert larkspur.catalogue.get().name == "Latte"


def test_what_changes_is_shown_before_and_after(manager, larkspur, scone):
    page = manager.get(
        preview(manager, "category,name,price,available\nBakes,Scone with jam,3.50,no\n")
    ).content.decode()

    assert "sold out or not" in page
    assert "€3.20" in page
    assert "€3.50" in page


def test_a_second_confirmation_changes_nothing(manager, larkspur):
    address = preview(manager, "category,name,price\nCoffee,Latte,4\n")
    shown = manager.get(address).context["plan"].fingerprint

    answers = [manager.post(address, {"shown": shown}) for _tap in range(2)]

    page = manager.get(address).content.decode()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert larkspur.catalogue.count() == 1
    assert "<h1>Imported</h1>" in page


@pytest.mark.parametrize("shown", ["", "0" * 32, "x" * 5000])
def test_what_the_browser_says_was_shown_is_not_believed(manager, larkspur, shown):
    address = preview(manager, "category,name,price\nCoffee,Latte,4\n")

    answer = manager.post(address, {"shown": shown})

    assert answer.status_code == 409
    assert "The menu was changed meanwhile." in answer.content.decode()
    assert not larkspur.catalogue.exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b"category,name,price\n", "There is nothing below the names of the columns."),
        (b"name,price\nLatte,4\n", "These columns are missing: category."),
        (b"Item Name,SKU\nLatte,4\n", "These columns are missing: variation name, price."),
        (b"PK\x03\x04rest", "This is a workbook."),
        (b"%PDF-1.7", "This is a PDF."),
        ("category,name,price\n커피,라떼,4\n".encode("cp949"), "We cannot tell which letters"),
        (b'category,name,price\nCoffee,"Latte,4\n', "From line 2 on the cells cannot be told"),
        (b"x" * (MOST_BYTES + 1), "The file is larger than 5 MB."),
    ],
    ids=["empty", "header", "columns", "square", "xlsx", "pdf", "korean", "quote", "size"],
)
def test_a_file_of_no_use_is_refused_with_its_reason(manager, larkspur, data, reason):
    answer = send(manager, data)

    assert answer.status_code == 422
    assert reason in answer.context["form"].errors["file"][0]
    assert not CatalogueUpload.objects.exists()


def test_a_form_without_a_file_is_refused(manager, larkspur):
    assert manager.post(at("files")).status_code == 422


def test_a_file_above_the_limit_of_other_bodies_gets_through(manager, larkspur, settings):
    rows = "".join(f"Shelf,Thing {row},1.00\n" for row in range(5000))
    data = f"category,name,price\n{rows}"
    assert len(data) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    assert "Import 5000 items" in manager.get(preview(manager, data)).content.decode()


def test_a_body_that_is_far_too_large_is_refused_unread(manager, larkspur, monkeypatch):
    monkeypatch.setattr(catalogue_files, "MOST_BYTES", 1000)

    answer = send(manager, b"x" * (17 * 1024))

    assert answer.status_code == 413
    assert "larger than" in answer.content.decode()


def test_a_form_without_its_token_is_refused(niamh, larkspur):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(niamh)

    answer = send(browser, "category,name,price\nCoffee,Latte,4\n")

    assert answer.status_code == 403
    assert not CatalogueUpload.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 403), ("mallory", 404), ("stranger", 404), (None, 302)]
)
def test_others_neither_see_nor_confirm_nor_take_away(
    client, request, manager, larkspur, who, status
):
    address = preview(manager, "category,name,price\nCoffee,Latte,4\n")
    other = Client()
    if who:
        other.force_login(request.getfixturevalue(who))

    assert other.get(address).status_code == status
    assert other.post(address, {"shown": ""}).status_code == status
    assert other.get(at("export", "plain")).status_code == status
    assert send(other, "category,name,price\nCoffee,Latte,4\n").status_code == status
    assert not larkspur.catalogue.exists()


def test_an_upload_is_not_found_at_another_venue_of_the_same_person(client, niamh, larkspur):
    elsewhere = factories.make_venue("Elsewhere")
    factories.memberships.join(user=niamh, venue=elsewhere, role="manager", now=factories.EVENING)
    client.force_login(niamh)
    address = preview(client, "category,name,price\nCoffee,Latte,4\n")

    assert client.get(address.replace("larkspur-coffee", "elsewhere")).status_code == 404


@pytest.mark.parametrize("kind", ["plain", "square"])
def test_the_menu_is_taken_away_as_a_stream(manager, larkspur, flat_white, kind):
    answer = manager.get(at("export", kind))

    text = b"".join(answer.streaming_content).decode()
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        answer["Content-Disposition"] == f'attachment; filename="larkspur-coffee-menu-{kind}.csv"'
    )
    assert "Flat white" in text


def test_there_are_two_kinds_of_file_only(manager, larkspur):
    assert manager.get(at("export", "xlsx")).status_code == 404


def test_many_bad_rows_are_shown_page_by_page(manager, larkspur):
    address = preview(manager, "category,name,price\n" + "Coffee,Latte,dear\n" * 250)

    first = manager.get(address).content.decode()
    last = manager.get(address, {"page": "3"}).content.decode()

    assert "Line 101" in first
    assert "Line 102" not in first
    assert "Line 251" in last
    assert "No row of this file can be used." in first
