"""Any split of a run, done by anybody, gives the same bytes; what was done is never done again."""

import jobs
import pytest

from entente.accord.text import read
from entente.lab import blocks, crew
from entente.lab.crew import Hands
from entente.lab.settings import Settings
from entente.lab.shelf import Shelf
from entente.lab.work import work
from entente.outcome import simulate as simulating
from entente.outcome import store
from entente.outcome.run import Run
from entente.outcome.simulate import simulate
from entente.problems import EntenteError, InputProblemsError

ASKED = Settings(draws=14, months=1)
CHUNKS = {1: 14, 2: 7, 7: 2}  # chunks -> draws in each


@pytest.fixture(scope="module")
def accord():
    return read("us-mexico-2019@2019-05-31")


@pytest.fixture(scope="module")
def whole(accord):
    """The run done in one piece, in memory."""
    return simulate(accord, ASKED)


@pytest.fixture(scope="module")
def dask_cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        yield Hands(cluster=cluster.scheduler_address)


def same(run: Run, whole: Run) -> None:
    assert run.record["outcome"] == whole.record["outcome"]
    assert run.dataset.identical(whole.dataset)
    assert run.monthly.equals(whole.monthly)
    assert run.targets.to_csv() == whole.targets.to_csv()


@pytest.mark.parametrize(("chunks", "large"), [(1, False), (2, False), (7, True)])
def test_any_number_of_chunks_gives_the_same_bytes(
    accord, whole, tmp_path, monkeypatch, chunks, large
):
    monkeypatch.setattr(blocks, "BLOCK", CHUNKS[chunks])
    monkeypatch.setattr(simulating, "WHOLE", 0 if large else 14)
    run = simulate(accord, ASKED, folder=tmp_path)
    same(run, whole)
    run.save(tmp_path)
    same(Run.load(tmp_path), whole)
    assert (tmp_path / "outcome.zarr").is_dir() == (large and chunks > 1)
    assert not list(tmp_path.glob("unfinished*"))


def test_worker_processes_give_the_same_bytes(accord, whole, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 2)
    same(simulate(accord, ASKED, hands=Hands(workers=2)), whole)


@pytest.mark.parametrize("chunks", [1, 2, 7])
def test_a_dask_cluster_gives_the_same_bytes(
    accord, whole, tmp_path, monkeypatch, dask_cluster, chunks
):
    monkeypatch.setattr(blocks, "BLOCK", CHUNKS[chunks])
    same(simulate(accord, ASKED, hands=dask_cluster, folder=tmp_path), whole)


def test_a_worker_with_another_release_is_refused():
    ours = {"entente": "1", "numpy": "2.4"}
    crew.require_same(ours, ours, "tcp://w")
    with pytest.raises(crew.CrewLostError, match=r"tcp://w has numpy 2.3; install what this"):
        crew.require_same(ours, {"entente": "1", "numpy": "2.3"}, "tcp://w")


def test_a_cluster_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr(crew, "_PATIENCE", 0.2)
    nobody = Hands(cluster="tcp://127.0.0.1:9")
    with pytest.raises(crew.CrewLostError, match="no Dask scheduler answers at"), nobody.crew():
        pass


def test_a_cluster_without_any_worker_is_given_up_with_a_word_on_how_to_go_on(
    tmp_path, monkeypatch
):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(crew, "_PATIENCE", 0.2)
    monkeypatch.setattr(crew, "_DESERTED", 0.5)
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address=":0"
    ) as deserted, pytest.raises(
        crew.CrewLostError,
        match=r"no worker for 0.5 seconds; start some with dask worker inproc://.*; "
        r"0 of 2 parts are kept, and the same command goes on",
    ) as told:  # fmt: skip
        work(jobs.plain(2), Shelf(tmp_path), Hands(cluster=deserted.scheduler_address))
    assert told.value.exit_code == 4


def test_a_run_cut_short_goes_on_and_a_corrupted_chunk_is_made_again(
    accord, whole, tmp_path, monkeypatch
):
    monkeypatch.setattr(blocks, "BLOCK", 2)
    monkeypatch.setattr(simulating, "WHOLE", 0)
    block, made = simulating._block_files, []

    def noted(accord, settled, which):
        made.append(which.number)
        if len(made) == 4:
            raise KeyboardInterrupt
        return block(accord, settled, which)

    monkeypatch.setattr(simulating, "_block_files", noted)
    with pytest.raises(KeyboardInterrupt, match="3 of 7 parts are kept"):
        simulate(accord, ASKED, folder=tmp_path)
    (chunk,) = tmp_path.glob("unfinished-*/outcome.zarr/imports/c/1/0/0")
    raw = bytearray(chunk.read_bytes())
    raw[len(raw) // 2] ^= 1
    chunk.write_bytes(raw)
    same(simulate(accord, ASKED, folder=tmp_path), whole)
    assert made == [0, 1, 2, 3, 1, 3, 4, 5, 6], "0 and 2 are kept; 1 is corrupted"


def test_a_chunk_corrupted_after_the_run_is_noticed(accord, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 7)
    monkeypatch.setattr(simulating, "WHOLE", 0)
    simulate(accord, ASKED, folder=tmp_path).save(tmp_path)
    chunk = tmp_path / "outcome.zarr" / "court_queue" / "c" / "1" / "0"
    raw = bytearray(chunk.read_bytes())
    raw[len(raw) // 2] ^= 1
    chunk.write_bytes(raw)
    with pytest.raises(InputProblemsError, match=r"not a whole run.*checksum.*make it again"):
        Run.load(tmp_path)
    monkeypatch.setattr(store, "HELD", 0)
    with pytest.raises(EntenteError, match=r"court_queue cannot be read.*checksum"):
        _ = Run.load(tmp_path).monthly
