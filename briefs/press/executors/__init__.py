"""Where tasks are done: in this process, in several processes of this machine, or in the workers of a Dask cluster.

In: a `WorkerSetup`. Out: a way to start executors (`scheduler.StartExecutor`). Another kind of executor needs to

- start as many workers as it is asked for, and give each the `WorkerSetup`, which can be pickled, before its first task,
- call `worker.run` for each task in a worker, and bring its result back through a `concurrent.futures.Future`,
- raise BrokenExecutor from all futures when a worker is lost, and know which documents the workers were at (`at_work`).
- raise ExecutorGone from all futures when no worker is left to do anything.

Tasks and results hold everything that is passed on, so no folder has to be shared. A worker needs this program, its fonts and
pandoc; LibreOffice for `--check-word`, and the colour profile for `--print`. On this machine it reads the templates where they are;
on another it has them from `WorkerSetup.elsewhere`.
"""
