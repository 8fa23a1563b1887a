"""Tables of orders; other modules import the classes from here."""

from __future__ import annotations

from orders.models.acknowledgement import Acknowledgement
from orders.models.api_key import ApiKey
from orders.models.catalogue import CatalogueItem, Category, Modifier, ModifierGroup
from orders.models.catalogue_upload import CatalogueUpload
from orders.models.claim import TabClaim
from orders.models.customer import Customer
from orders.models.customer_event import CustomerEvent
from orders.models.history import TabEvent
from orders.models.idempotency import IdempotencyRecord
from orders.models.invitation import Invitation, InvitationLink
from orders.models.line import Line
from orders.models.link import GuestLink
from orders.models.mail_count import MailCount
from orders.models.mail_stop import MailStop
from orders.models.membership import Membership
from orders.models.message import Message
from orders.models.people_event import PeopleEvent
from orders.models.photo import ItemPhoto
from orders.models.promise import ItemPromise
from orders.models.rearrangement import LineMove, Rearrangement
from orders.models.reduction import Reduction, ReductionPart, ReductionWithdrawal
from orders.models.sweep import SweepBeat
from orders.models.tab import Tab
from orders.models.thing_link import ThingLink
from orders.models.token_card import FormerCardKey, TokenCard
from orders.models.user import User
from orders.models.venue import TaxRate, TermsVersion, Venue

__all__ = [
    "Acknowledgement", "ApiKey", "CatalogueItem", "CatalogueUpload", "Category", "Customer",
    "CustomerEvent", "FormerCardKey", "GuestLink", "IdempotencyRecord", "Invitation",
    "InvitationLink", "ItemPhoto", "ItemPromise", "Line", "LineMove", "MailCount", "MailStop",
    "Membership", "Message", "Modifier", "ModifierGroup", "PeopleEvent", "Rearrangement",
    "Reduction", "ReductionPart", "ReductionWithdrawal", "SweepBeat", "Tab", "TabClaim", "TabEvent",
    "TaxRate", "TermsVersion", "ThingLink", "TokenCard", "User", "Venue",
]  # fmt: skip
