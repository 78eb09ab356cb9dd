"""The release desk in Airflow: its pages behind Airflow's own log-in, and an entry in the menu.

Every process of Airflow loads this file; only the API server asks for the app, and only that imports anything heavy.
"""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

PATH = "/desk"


class ReleaseDesk(AirflowPlugin):  # type: ignore[misc]
    """Registers the desk's app and its entry."""

    name = "release_desk"
    external_views = [  # noqa: RUF012 - Airflow's own attribute
        {
            "name": "Loket",
            "href": f"{urlsplit(conf.get('api', 'base_url', fallback='')).path.rstrip('/')}{PATH}/",
            "url_route": "release-desk",
            "destination": "nav",
        }
    ]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """Return the app; asked for by the API server alone."""
        from airflow.api_fastapi.core_api.security import GetUserDep

        from pipeline.desk.web.app import make_app
        from pipeline.desk.web.guard import Person
        from pipeline.settings import read_settings

        def signed_in(user: GetUserDep) -> Person:
            return Person(user.get_name(), getattr(user, "role", None))

        return [{"app": make_app(read_settings(), signed_in), "url_prefix": PATH, "name": "Loket"}]
