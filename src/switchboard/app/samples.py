"""Sample contacts of the example center: the last days as they would have been, so that no page is empty at first."""

import random
from typing import Final

from switchboard.app.past import Past, Place, film_number
from switchboard.app.rooms import Rooms
from switchboard.conversations.service import Search
from switchboard.storage.writer import Batch

DAYS: Final = 3
CONTACTS: Final = 90
SEED: Final = 1926

NOTES: Final = {
    "solved": ("Lamp flickered; a new fuse helped.", "Asked for the opening hours.", "Explained the timer."),
    "call-back": ("Wants to be called after six.", "Price of the spare part is to be asked for first."),
    "passed-on": ("Passed on to the workshop: the glass is cracked.",),
    "ordered": ("Two harbour lights, sent to the office.", "One lantern, red."),
    "thinking": ("Compares with another shop.",),
}
"""What agents wrote, by the key of the disposition."""

FAMILIES: Final = ("Brandt", "Nowak", "Okafor", "March", "Lindqvist", "Moreau", "Sørensen", "Petrov", "Rossi", "Yılmaz")


async def add_samples(rooms: Rooms, organization: str, entrance: str) -> int:
    """Give an organization without contacts a past. Returns how many contacts it got, 0 when it had some.

    entrance: the number that was dialled. Customers have numbers that are kept free for films and examples.
    """
    async with rooms.database.reading() as connection:
        clients = list((await rooms.tenancy.brands.ids(connection, organization)).values())
        queues = await rooms.queues.by_id(connection, organization)
    if (await rooms.conversations.page(organization, Search(clients=clients), limit=1)).rows:
        return 0
    people = await rooms.tenancy.people(organization)
    past = Past(
        organization=organization,
        places=[
            Place(client, [id_ for id_, queue in queues.items() if queue.client == client], entrance)
            for client in clients
        ],
        agents=[person.id for person in people if "agent" in person.roles],
        dispositions={id_: [one.key for one in queue.dispositions] for id_, queue in queues.items()},
        notes=NOTES,
        number=film_number,
        family=lambda choose: choose.choice(FAMILIES),
        contacts=CONTACTS,
        # The offers of real calls count from 1.
        first_offer=-CONTACTS,
        until=rooms.clock.now(),
        days=DAYS,
        choose=random.Random(SEED),  # noqa: S311 - a past that can be made again
    )
    rows = [row for of_one in past.rows() for row in of_one]
    await rooms.writer.append(Batch(organization, rooms.clock.now(), rows=rows))
    return CONTACTS
