"""Where letters are read: in worker processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from contextlib import AbstractContextManager

from intake.pool import Bench, open_bench
from store.setup.workspace import Workspace


def open_engine(workspace: Workspace) -> AbstractContextManager[Bench]:
    """The workers that ``[engine]`` asks for, as long as the context lives; raises BenchLost where Dask is missing."""
    engine = workspace.engine
    if engine.kind == "dask":
        from intake.cluster import open_cluster

        return open_cluster(engine.address, engine.workers, workspace.limits)
    return open_bench(engine.workers, workspace.limits)
