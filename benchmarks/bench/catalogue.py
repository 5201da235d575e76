"""All systems, by the names that they have in tables."""

import os

from benchmarks.bench.deltapad import DeltapadDaphne, DeltapadPostgreSQL, DeltapadUvicorn
from benchmarks.bench.peers import (
    Etherpad,
    Hocuspocus,
    HocuspocusSQLite,
    Pycrdt,
    RelayDaphne,
    RelayUvicorn,
    ShareDB,
    ShareDBPostgreSQL,
    YWebsocket,
    YWebsocketLevelDB,
)
from benchmarks.bench.several import (
    DeltapadDaphneTwo,
    DeltapadFour,
    DeltapadOne,
    DeltapadTwo,
    HocuspocusPair,
    ShareDBPair,
)
from benchmarks.bench.systems import System

SYSTEMS: dict[str, type[System]] = {
    kind.name: kind
    for kind in (
        DeltapadUvicorn,
        DeltapadDaphne,
        DeltapadPostgreSQL,
        RelayUvicorn,
        RelayDaphne,
        ShareDB,
        ShareDBPostgreSQL,
        Hocuspocus,
        HocuspocusSQLite,
        YWebsocket,
        YWebsocketLevelDB,
        Pycrdt,
        DeltapadOne,
        DeltapadTwo,
        DeltapadFour,
        DeltapadDaphneTwo,
        HocuspocusPair,
        ShareDBPair,
    )
}

if os.environ.get("ETHERPAD_DIR"):
    SYSTEMS[Etherpad.name] = Etherpad
