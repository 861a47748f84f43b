"""Grammar that no catalogue holds: how a statement is denied, and how several things begin."""

from typing import Final

from entente.language import marked, phrase, spoken

# By language: how a denial stands, and how several things begin.
_DENIALS: Final = {
    "en": (
        (" is ", " is not "), (" was ", " was not "), (" can ", " can not "),
        (" has ", " has not "),
    ),
    "es": (
        (" es ", " no es "), (" está ", " no está "), (" fue ", " no fue "),
        (" puede ", " no puede "), (" ha ", " no ha "), (" se ", " no se "),
    ),
}  # fmt: skip
_SEVERAL: Final = {"es": ("los ", "las ")}


def so_or_not(subject: str, so: bool) -> str:
    """Say that a subject is so, or is not."""
    return phrase(
        marked("{subject} is so") if so else marked("{subject} is not so"), subject=subject
    )


def comes_from(places: str, so: bool) -> str:
    """Say that a claimant is from places, or is not."""
    if places == phrase("stateless"):
        stateless = marked("the claimant is stateless")
        return phrase(stateless if so else marked("the claimant is not stateless"))
    said = (
        marked("the claimant is from {places}")
        if so
        else marked("the claimant is not from {places}")
    )
    return phrase(said, places=places)


def without_article(things: str) -> str:
    """Drop the article of what there is."""
    articles = ("the ", *_SEVERAL.get(spoken().code, ()))
    article = next((each for each in articles if things.startswith(each)), "")
    return things.removeprefix(article)


def are_several(subject: str) -> bool:
    """Tell whether a subject takes its verb in the plural."""
    if spoken().code in _SEVERAL:
        return subject.startswith(_SEVERAL[spoken().code])
    if subject.startswith("the number of "):
        return False
    last = subject.split(" (")[0].split(" where ")[0].split()[-1]
    return last.endswith("s") and not last.endswith(("ss", "us", "is"))


def deny(said: str) -> str:
    """Say the contrary of a statement."""
    for verb, denied in _DENIALS[spoken().code]:
        if verb in said:
            return said.replace(verb, denied, 1)
    return phrase("it is not so that {condition}", condition=said)
