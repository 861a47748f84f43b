"""entente: a dated rule of an accord's language over arrays, in blocks on every core."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from clock import timed

from entente.accord.expression import parse
from entente.accord.expression.scope import Known
from entente.accord.expression.sharing import Sharing
from entente.cases.claims.block import YES, Block, Numbers, Reader
from entente.problems import Place

ROWS = 32_768


def _codes(numbers, words, places):
    return np.array([numbers.of(word) for word in words], np.int32)[places]


def prepare(task):
    """Hold the persons in memory, as the other tools hold their inputs."""
    rule = parse(task["rule"], Place("rule"), kind="number")
    held, numbers = np.load(task["arrays"]), Numbers()
    sharing = Sharing(numbers.of)
    facts = {
        "income": held["income"].astype(np.float64),
        "age": held["age"].astype(np.float64),
        "origin": _codes(numbers, ("MEX", "USA"), held["exempt_origin"]),
        "zone": _codes(numbers, task["zone"], held["zone"]),
        "category": _codes(numbers, task["category"], held["category"]),
    }
    people = len(facts["age"])
    blocks = [slice(start, min(start + ROWS, people)) for start in range(0, people, ROWS)]
    months = [np.datetime64(f"{month}-01") for month in task["names"]]

    def due(rows):
        known = {name: Known(values[rows], YES) for name, values in facts.items()}
        block = Block(rows.stop - rows.start, months[0], known.get)
        return [_summed(block, month) for month in months]

    def _summed(block, month):
        reader = Reader.over(block, (("month", month.item()),), sharing, numbers)
        return np.broadcast_to(reader.read(rule)[0], block.size).sum()

    def work():
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.sum(list(pool.map(due, blocks)), axis=0)

    return work


timed(prepare)
