"""How often a process looks after what messages might not have told it, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The intervals of one process."""

    # Rooms that have heard nothing for so long ask the database for their head.
    heads: float = 4.0
    # Every connection's rights, and every document's title and state, are read again.
    rights: float = 20.0
    # Leases are renewed, rows of participants read, layer groups joined anew.
    attendance: float = 15.0
    # Processes say that they live, and look who has not said so for four times as long.
    beat: float = 2.0
    # Connections that do not read are looked for.
    sweep: float = 1.0
    # A room where nobody typed for so long leaves it to the database to tell of what was typed.
    quiet_room: float = 5.0
    # A room that everyone has left stays open for a while: people come back.
    idle_room: float = 60.0
    # What SIGTERM waits for commits and goodbyes to be done.
    drain: float = 6.0
