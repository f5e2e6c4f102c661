"""``python -m benchmarks.duplicates.contest SET WHO``: one contestant on one set in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from functools import partial

from benchmarks.duplicates import scores, sets
from benchmarks.duplicates.classic import Classic
from benchmarks.duplicates.contestants import Contestant, Tuttava
from benchmarks.duplicates.splinks import Splink
from benchmarks.duplicates.taught import Forest, Taught
from benchmarks.measure import peak_memory

CONTESTANTS: dict[str, type[Contestant]] = {
    "tuttava": Tuttava,
    "splink": Splink,
    "classic": Classic,
    "taught": Taught,
    "forest": Forest,
}


def contest(contestant: Contestant, data: sets.LabelledSet) -> dict[str, object]:
    """Find once with the clock running, then judge; memory is the peak up to the end of the search."""
    contestant.prepare()
    started = time.perf_counter()
    answer = contestant.find(data)
    seconds = time.perf_counter() - started
    memory = peak_memory()
    scored = contestant.all_scores(data)
    found: dict[str, object] = {
        "set": data.name,
        "records": len(data),
        "who": contestant.title,
        "seconds": seconds,
        "megabytes": memory,
        "candidates": contestant.candidates(data),
        "pairs": scores.pairwise(answer.pairs, data, answer.threshold).as_dict(),
        "pairs_best": scores.best_pairwise(scored, data).as_dict(),
        "clusters": scores.clustered(answer.cluster, data, answer.threshold).as_dict(),
    }
    best = scores.best_clustered(scored, data, partial(contestant.clusters, data))
    return found | {"clusters_best": best.as_dict()}


def main() -> None:
    name, who = sys.argv[1:3]
    print(json.dumps(contest(CONTESTANTS[who](), sets.load(name))))


if __name__ == "__main__":
    main()
