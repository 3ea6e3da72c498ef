"""Questions that need no search: known by their words and answered with a text of ours."""

from assistant.routing.routes import Router, route
from assistant.routing.tongues import reply_language

__all__ = ["Router", "reply_language", "route"]
