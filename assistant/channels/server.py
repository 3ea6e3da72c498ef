"""Serving the app, to this machine only until there is sign-in."""

import ipaddress

import uvicorn
from fastapi import FastAPI

from vectorstore.settings import PREFIX, Settings, SettingsError


def check_host(settings: Settings) -> None:
    """Refuse an address that others could reach; SettingsError names the key and the value."""
    try:
        loopback = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        loopback = settings.host == "localhost"
    if not loopback:
        raise SettingsError(
            f"{PREFIX}HOST={settings.host!r}: only this machine may be served (127.0.0.1, ::1 or localhost), "
            "since there is no sign-in yet"
        )


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the server runs. No access log: addresses hold questions. One process: it owns its index."""
    check_host(settings)
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=1,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        limit_concurrency=200,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=25,
        h11_max_incomplete_event_size=64 * 1024,
    )


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until the process is told to stop; answers under way get 25 seconds to finish."""
    uvicorn.Server(configuration(app, settings)).run()
