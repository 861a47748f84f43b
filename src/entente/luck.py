"""Luck with names: random numbers belong to what they are for and to a draw, never to a worker.

Every draw owns a fixed stretch of a counter-based stream (Philox, Salmon et al. 2011) whose key is
a hash of the seed and a name. Draw 17 of "movement/2019-07" is therefore the same numbers whichever
block it is computed in, and two accords run with one seed meet the same harvests and wages.
"""

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.random import Philox
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]

_WORDS = 4  # 64-bit numbers that one step of the Philox counter gives


@dataclass(frozen=True, slots=True)
class Luck:
    """The luck of a block of draws: `first` is the number of its first draw, `draws` its length."""

    seed: int
    draws: int
    first: int = 0
    name: tuple[str, ...] = ()

    def of(self, *name: str | int) -> "Luck":
        """Narrow the luck to a purpose: `luck.of("movement", "2019-07")`."""
        return Luck(self.seed, self.draws, self.first, (*self.name, *map(str, name)))

    def key(self) -> NDArray[np.uint64]:
        """Return the 128-bit key of this name, two words; kernels count from it by draw number."""
        text = "/".join((str(self.seed), *self.name))
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return np.frombuffer(digest, dtype=np.uint64)

    def uniform(self, *shape: int) -> FloatArray:
        """Draw uniforms in (0, 1); shape [draw, *shape].

        >>> whole = Luck(seed=1, draws=6).of("rain").uniform(3)
        >>> half = Luck(seed=1, draws=2, first=4).of("rain").uniform(3)
        >>> bool((whole[4:] == half).all())
        True
        """
        size = int(np.prod(shape, dtype=int))
        steps = -(-size // _WORDS)
        stream = Philox(key=self.key())
        stream.advance(self.first * steps)
        raw = stream.random_raw(self.draws * steps * _WORDS).reshape(self.draws, -1)[:, :size]
        mantissa = (raw >> np.uint64(11)).astype(np.float64)
        uniform: FloatArray = (mantissa + 0.5) * 2.0**-53
        return uniform.reshape(self.draws, *shape)

    def normal(self, *shape: int) -> FloatArray:
        """Draw standard normals by inversion, so equal luck gives ordered outcomes."""
        from scipy.special import ndtri  # half a second to import; most luck does without

        normal: FloatArray = ndtri(self.uniform(*shape))
        return normal
