"""Addresses of the pages on which managers keep their menu."""

from __future__ import annotations

from django.urls import path

from config.front.web import (
    catalogue_files,
    catalogue_groups,
    catalogue_items,
    catalogue_photos,
    catalogue_sections,
)

ITEM = "items/<uuid:item_id>/"
SECTION = "sections/<int:section_id>/"
GROUP = "choices/<int:group_id>/"

patterns = [
    path("edit/", catalogue_items.shelf, name="edit"),
    path("items/", catalogue_items.new_item, name="item_new"),
    path(ITEM, catalogue_items.item, name="item"),
    path(f"{ITEM}photo/", catalogue_photos.item_photo, name="item_photo"),
    path(f"{ITEM}photo/removal/", catalogue_photos.item_photo_removal, name="item_photo_removal"),
    path(f"{ITEM}place/", catalogue_items.place, name="item_place"),
    path(f"{ITEM}retirement/", catalogue_items.retirement, name="item_retirement"),
    path(f"{ITEM}return/", catalogue_items.item_return, name="item_return"),
    path("retired/", catalogue_items.retired, name="retired"),
    path("sections/", catalogue_sections.section_list, name="sections"),
    path(SECTION, catalogue_sections.section, name="section"),
    path(f"{SECTION}place/", catalogue_sections.place, name="section_place"),
    path(f"{SECTION}removal/", catalogue_sections.removal, name="section_removal"),
    path("choices/", catalogue_groups.group_list, name="groups"),
    path("choices/new/", catalogue_groups.new_group, name="group_new"),
    path(GROUP, catalogue_groups.group, name="group"),
    path(f"{GROUP}place/", catalogue_groups.place, name="group_place"),
    path(f"{GROUP}removal/", catalogue_groups.removal, name="group_removal"),
    path("files/", catalogue_files.files, name="files"),
    path("files/<uuid:upload_id>/", catalogue_files.upload, name="upload"),
    path("files/<slug:kind>.csv", catalogue_files.export, name="export"),
]
