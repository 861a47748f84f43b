"""Where a world's tables and schedules are found: in a folder, or by name among those shipped."""

from pathlib import Path
from typing import Final

from entente.problems import InputProblemsError, Place, Problem, did_you_mean
from entente.world.sources import folder
from entente.world.trade.reading import located

_SCHEDULES: Final = "tariff_*.csv*"


def shipped() -> dict[str, Path]:
    """Return the folders of tables that ship with entente, by name."""
    inside = Path(str(folder()))
    return {at.name: at for at in sorted(inside.iterdir()) if located(at, "theta") is not None}


def tables_folder(name_or_path: str | Path) -> Path:
    """Find a world's folder: a path as it is, else a shipped world such as `world-2023`.

    Raises InputProblemsError where there is neither.
    """
    path, worlds = Path(name_or_path), shipped()
    if path.is_dir():
        return path
    if str(name_or_path) in worlds:
        return worlds[str(name_or_path)]
    message, mend = "no such folder, and no shipped world", did_you_mean(str(path), worlds)
    raise InputProblemsError([Problem("E801", Place(str(path)), "", message, mend)])


def schedule_file(directory: Path, name_or_path: str | Path) -> Path:
    """Find a tariff schedule: a file, else one beside the tables by name, as `tariff_ustr_2025`.

    Raises InputProblemsError where there is neither.
    """
    path = Path(name_or_path)
    if path.is_file():
        return path
    beside = located(directory, path.name.split(".")[0]) if path.parent == Path() else None
    if beside is not None:
        return beside
    known = [at.name.split(".")[0] for at in directory.glob(_SCHEDULES)]
    mend = did_you_mean(path.name, known)
    raise InputProblemsError([Problem("E801", Place(str(path)), "", "no such file", mend)])
