"""entente: a dated rule of an accord's language over arrays, in blocks on every core."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from clock import timed

from entente.accord.expression import parse
from entente.accord.expression.scope import Known
from entente.accord.expression.sharing import Sharing
from entente.cases.block import YES, Block, Numbers, Reader
from entente.problems import Place

ROWS = 65_536


def prepare(task):
    """Hold the persons in memory, as the other tools hold their inputs."""
    rule = parse(task["rule"], Place("rule"), kind="number")
    held, numbers = np.load(task["arrays"]), Numbers()
    sharing = Sharing(numbers.of)
    codes = np.array([numbers.of("MEX"), numbers.of("USA")], np.int32)
    facts = {
        "income": held["income"].astype(np.float64),
        "age": held["age"].astype(np.float64),
        "origin": codes[held["exempt"]],
    }
    people = len(facts["age"])
    blocks = [
        (np.datetime64(f"{month}-01"), slice(start, min(start + ROWS, people)))
        for month in task["names"]
        for start in range(0, people, ROWS)
    ]

    def due(block):
        month, rows = block
        known = {name: Known(values[rows], YES) for name, values in facts.items()}
        known["month"] = Known(np.asarray(month), YES)
        size = rows.stop - rows.start
        values, _ = Reader.over(
            Block(size, np.asarray(month), known.get), {}, sharing, numbers
        ).read(rule)
        return np.broadcast_to(values, size).sum()

    def work():
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            sums = list(pool.map(due, blocks))
        return np.reshape(sums, (len(task["names"]), -1)).sum(axis=1)

    return work


timed(prepare)
