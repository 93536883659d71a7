"""Configured things and their changes as pages show them."""

from typing import Literal, cast

from switchboard.configuration.items import Item
from switchboard.configuration.model import Change
from switchboard.web.messages.administration import AdministrationItem, FieldDifference, ItemChange


def told_item(item: Item) -> AdministrationItem:
    """A thing as pages show it."""
    return AdministrationItem(key=item.key, revision=item.revision, item=dict(item.written))


def told_change(change: Change) -> ItemChange:
    """A change as pages show it."""
    return ItemChange(
        section=change.section,
        kind=change.kind,
        key=change.key,
        what=cast(Literal["created", "changed", "retired"], change.what),
        fields=[FieldDifference(name=one.name, before=one.before, after=one.after) for one in change.fields],
    )
