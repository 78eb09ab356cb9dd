"""Nothing works on when the process that started it was killed."""

import os
import select
import sys
from subprocess import PIPE, Popen

STARTS = """
import os, time
from pipeline.workers import worker_pool

if __name__ == "__main__":
    pool = worker_pool(1)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 60).result()
"""


def test_a_worker_ends_with_the_run_that_is_killed(tmp_path):
    program = tmp_path / "starts.py"  # a spawned process reads it anew
    program.write_text(STARTS)
    with Popen([sys.executable, program], stdout=PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()}) as run:
        assert run.stdout is not None
        worker = os.pidfd_open(int(run.stdout.readline()))
        run.kill()
    ended, _, _ = select.select([worker], [], [], 20)
    os.close(worker)
    assert ended
