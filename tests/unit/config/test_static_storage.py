"""Entry style sheets are one file in production, with the cascade they have in development."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from config.static_storage import JoinedStaticFilesStorage, join


def sheets(**texts: str):
    """A reader of style sheets held in memory; `__` in a name stands for `/`."""
    files = {f"{name.replace('__', '/')}.css": text for name, text in texts.items()}
    return files.__getitem__


def test_an_import_is_replaced_by_the_sheet_under_its_layer():
    read = sheets(
        css__main='@layer base, extra;\n@import url("base.css") layer(base);\n',
        css__base="p { margin: 0; }\n",
    )

    joined = join("css/main.css", read)

    assert joined == "@layer base, extra;\n@layer base {\np { margin: 0; }\n}\n"


def test_an_import_without_a_layer_stays_without_one():
    read = sheets(css__main='@import url("base.css");', css__base="p { margin: 0; }\n")

    assert join("css/main.css", read) == "p { margin: 0; }"


def test_imports_are_followed_all_the_way_down():
    read = sheets(
        css__main='@import url("parts/all.css") layer(parts);',
        css__parts__all='@import url("one.css");\n@import url("../two.css");',
        css__parts__one="a { color: red; }",
        css__two="b { color: red; }",
    )

    joined = join("css/main.css", read)

    assert joined == "@layer parts {\na { color: red; }\nb { color: red; }\n}"


def test_addresses_still_lead_to_the_same_file():
    read = sheets(
        css__main='@import url("parts/fonts.css");',
        css__parts__fonts='src: url(../../fonts/a.woff2), url("./b.woff2");',
    )

    assert join("css/main.css", read) == 'src: url(../fonts/a.woff2), url("parts/b.woff2");'


@pytest.mark.parametrize("address", ["data:image/png;base64,AA", "/absolute.png", "#filter"])
def test_addresses_that_are_not_relative_are_left_alone(address):
    read = sheets(css__main='@import url("parts/a.css");', css__parts__a=f"src: url({address});")

    assert join("css/main.css", read) == f"src: url({address});"


def test_comments_stay_at_home():
    assert join("css/main.css", sheets(css__main="/* Why. */\np { margin: 0; }")) == (
        "p { margin: 0; }"
    )


def test_a_circle_of_imports_is_refused():
    read = sheets(a='@import url("b.css");', b='@import url("a.css");')

    with pytest.raises(ValueError, match=r"a\.css imports itself by way of b\.css"):
        join("a.css", read)


@pytest.mark.parametrize("spelling", ['@import "b.css";', '@import url("b.css") print;'])
def test_an_import_that_cannot_be_joined_is_refused(spelling):
    read = sheets(a=spelling, b="")

    with pytest.raises(ValueError, match="imports otherwise"):
        join("a.css", read)


@pytest.fixture
def source(tmp_path: Path) -> FileSystemStorage:
    """A folder of static files with one entry sheet, as `collectstatic` finds it."""
    folder = tmp_path / "source"
    for name, text in {
        "css/main.css": '@layer base;\n@import url("parts/base.css") layer(base);\n',
        "css/parts/base.css": "p { src: url(../../fonts/a.woff2); }\n",
        "fonts/a.woff2": "a font",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return FileSystemStorage(location=folder)


def test_collecting_joins_hashes_and_compresses_the_entry_sheet(source, tmp_path):
    root = tmp_path / "root"
    storage = JoinedStaticFilesStorage(location=root, base_url="/static/")
    paths = _collect(source, root)

    processed = {name: stored for name, stored, _done in storage.post_process(paths)}

    sheet = root / processed["css/main.css"]
    font = re.escape(processed["fonts/a.woff2"])
    assert re.fullmatch(
        rf'@layer base;\n@layer base {{\np {{ src: url\("../{font}"\); }}\n}}\n', sheet.read_text()
    )
    assert sheet.name != "main.css"


def test_collecting_links_leaves_the_source_alone(source, tmp_path):
    root = tmp_path / "root"
    storage = JoinedStaticFilesStorage(location=root, base_url="/static/")
    before = Path(source.path("css/main.css")).read_text()
    paths = _collect(source, root, link=True)

    list(storage.post_process(paths))

    assert Path(source.path("css/main.css")).read_text() == before


def test_a_dry_run_writes_nothing(source, tmp_path):
    root = tmp_path / "root"
    storage = JoinedStaticFilesStorage(location=root, base_url="/static/")

    processed = list(storage.post_process({"css/main.css": (source, "css/main.css")}, dry_run=True))

    assert processed == []
    assert not root.exists()


def _collect(source: FileSystemStorage, root: Path, *, link: bool = False):
    paths = {}
    for file in sorted(Path(source.location).rglob("*.*")):
        name = file.relative_to(source.location).as_posix()
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if link:
            (root / name).symlink_to(file)
        else:
            (root / name).write_bytes(file.read_bytes())
        paths[name] = (source, name)
    return paths
