"""Addresses of people and guests on file, and of the door for those who are invited."""

from __future__ import annotations

from django.urls import include, path

from config.front.web import books, customers, invitation, more, people, stripe_account

KEY = "keys/<uuid:key_id>/"
MEMBER = "<int:member_id>/"
INVITATION = "invitations/<uuid:invitation_id>/"
CUSTOMER = "<uuid:customer_id>/"

people_patterns = [
    path("", people.people, name="list"),
    path("invitations/", people.invite, name="invite"),
    path(f"{INVITATION}sending/", people.resend, name="resend"),
    path(f"{INVITATION}withdrawal/", people.withdrawal, name="withdrawal"),
    path(f"{MEMBER}role/", people.role, name="role"),
    path(f"{MEMBER}ending/", people.ending, name="ending"),
    path("keys/", people.key_list, name="keys"),
    path(f"{KEY}revocation/", people.key_revocation, name="key_revocation"),
]
customer_patterns = [
    path("", customers.customers, name="list"),
    path("suggestions/", customers.suggest, name="suggest"),
    path(CUSTOMER, customers.detail, name="detail"),
    path(f"{CUSTOMER}entry/", customers.entry, name="edit"),
    path(f"{CUSTOMER}merge/", customers.merging, name="merge"),
]
stripe_patterns = [
    path("", stripe_account.account, name="account"),
    path("secret/", stripe_account.secret, name="secret"),
    path("ending/", stripe_account.ending, name="ending"),
]
books_patterns = [
    path("", books.books, name="list"),
    path("<int:difference_id>/", books.sorting, name="sorting"),
]
urlpatterns = [
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("v/<slug:slug>/more/", more.more, name="more"),
    path("v/<slug:slug>/more/summary/", more.summary, name="summary"),
    path("v/<slug:slug>/people/", include((people_patterns, "people"))),
    path("v/<slug:slug>/books/", include((books_patterns, "books"))),
    path("v/<slug:slug>/stripe/", include((stripe_patterns, "stripe"))),
    path("v/<slug:slug>/customers/", include((customer_patterns, "customers"))),
]
