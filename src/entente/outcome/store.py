"""The draws of a large run as a Zarr store: one chunk of every measure for each block of draws.

A measure too large to be read at once keeps months apart within its chunks (shards): a table can be
made a few months at a time without reading the rest. Every chunk carries a checksum.
"""

import json
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from entente.lab.blocks import Block
from entente.lab.shelf import Files
from entente.problems import EntenteError
from entente.world.measures import BY_NAME

NAME: Final = "outcome.zarr"
_FRAME: Final = "frame"  # labels and descriptions, as the first block has them
SLAB: Final = 200_000_000  # bytes of one measure in memory at once
HELD: Final = 800_000_000  # bytes up to which every measure is read into memory, and only once
_METADATA: Final = "zarr.json"


def ready() -> None:
    """Load what packs and reads draws, once for every process that is forked from this one."""
    import zarr.codecs  # noqa: F401 - for the processes to come


def files_of(dataset: xr.Dataset, block: Block, draws: int) -> Files:
    """Return the files of one block of draws; the first block also brings labels and descriptions.

    dataset   as `Ensemble.dataset`, of the block's draws;   draws   of the whole run
    """
    held = _encoded(dataset, block, draws)
    chunks = {
        f"{NAME}/{path.replace('/c/0', f'/c/{block.number}', 1)}": content
        for path, content in held.items()
        if path.split("/")[0] in dataset.data_vars and not path.endswith(_METADATA)
    }
    if block.number:
        return chunks
    frame = {
        f"{_FRAME}/{path}": content
        for path, content in held.items()
        if path.split("/")[0] not in dataset.data_vars or path.endswith(_METADATA)
    }
    return chunks | frame


def _encoded(dataset: xr.Dataset, block: Block, draws: int) -> dict[str, bytes]:
    """Write a block into memory as a Zarr store of its own: path -> content.

    draws   of the whole run
    """
    import zarr

    held: dict[str, Any] = {}
    store = zarr.storage.MemoryStore(held)
    if not block.number:  # only the first block's labels are kept
        labels = xr.Dataset(coords=dataset.drop_vars("draw").coords)
        plain = {name: c.astype(object) for name, c in labels.coords.items() if c.dtype.kind == "U"}
        labels.assign_coords(plain).to_zarr(store, zarr_format=3, consolidated=False)
    group = zarr.open_group(store, mode="a", zarr_format=3)
    for name, variable in dataset.data_vars.items():
        month = draws * variable.nbytes // (variable.sizes["draw"] * variable.sizes["month"])
        together = months_together(variable.sizes["month"], month)
        _create(group, str(name), variable, block.size, together)[...] = variable.to_numpy()
    return {path: buffer.to_bytes() for path, buffer in held.items()}


def months_together(months: int, month: int) -> int:
    """Return how many months are read at once: as many as `SLAB` holds, in equal parts.

    month   bytes of one month of all draws

    >>> months_together(24, 20_000_000)
    8
    """
    most = max(1, SLAB // max(month, 1))
    return max(part for part in range(1, months + 1) if months % part == 0 and part <= most)


def _create(group: Any, name: str, variable: xr.DataArray, size: int, together: int) -> Any:
    """Make the array of a measure; chunks hold `together` months, and a shard all of a block's."""
    from zarr.codecs import BloscCodec, Crc32cCodec

    shape = variable.shape
    block = (size, *shape[1:])
    packing = BloscCodec(cname="lz4", clevel=1, shuffle="shuffle", typesize=variable.dtype.itemsize)
    return group.create_array(
        name,
        shape=shape,
        dtype=variable.dtype,
        chunks=(size, together, *shape[2:]),
        shards=block if together < shape[1] else None,
        compressors=[packing, Crc32cCodec()],
        fill_value=0,
        dimension_names=variable.dims,
        attributes=dict(variable.attrs),
    )


def assemble(folder: Path, draws: int) -> Path:
    """Write the descriptions that make a store of the blocks' chunks, and return where it is."""
    import zarr

    home = folder / NAME
    for path in sorted((folder / _FRAME).rglob("*")):
        if path.is_file():
            target = home / path.relative_to(folder / _FRAME)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_grown(path.read_bytes(), draws))
    group = zarr.open_group(str(home), mode="a")
    number = group.create_array(
        "draw", shape=(draws,), dtype=np.int64, dimension_names=("draw",), overwrite=True
    )
    number[:] = np.arange(draws)
    with warnings.catch_warnings():  # one file of descriptions opens faster; readers may ignore it
        warnings.simplefilter("ignore")
        zarr.consolidate_metadata(str(home))
    return home


def _grown(content: bytes, draws: int) -> bytes:
    """Give the description of an array of draws the length of the whole run."""
    if not content.startswith(b"{"):
        return content
    told = json.loads(content)
    if "draw" in (told.get("dimension_names") or ()):
        told["shape"][0] = draws
    return json.dumps(told, indent=2).encode()


def opened(home: Path) -> xr.Dataset:
    """Open a store, and read the draws of all but a large one into memory.

    Raises EntenteError where it is no whole store.
    """
    try:
        found = xr.open_zarr(home, chunks=None)
    except (OSError, ValueError, KeyError) as failure:
        raise EntenteError(f"{home}: not a whole outcome: {failure}") from failure
    labels = {
        name: [str(label) for label in coord.to_numpy()]
        for name, coord in found.coords.items()
        if _named(coord)
    }
    names = [name for name in (*BY_NAME, "clause_state") if name in found]
    dataset: xr.Dataset = found[names].assign_coords(labels)
    dataset.encoding = {"source": str(home)}
    return dataset.load() if dataset.nbytes <= HELD else dataset


def loaded(home: Path) -> xr.Dataset:
    """Read a store into memory, as if it had been made there."""
    return opened(home).load().drop_encoding()


def _named(coord: xr.DataArray) -> bool:
    return bool(coord.dtype.kind in "OTU")
