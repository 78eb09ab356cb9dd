"""The desk's app over a night that is done, served as Airflow serves it; a cookie stands for Airflow's log-in."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import HTTPException, Request

from pipeline.airflow_setup.config import USERS
from pipeline.desk.web.app import make_app
from pipeline.desk.web.guard import Person


def who(request: Request) -> Person:
    account = request.cookies.get("who")
    if account is None:
        raise HTTPException(401)
    return Person(account, USERS[account])


@contextmanager
def serving(settings):
    """Serve and yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(settings, who), port=port, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
