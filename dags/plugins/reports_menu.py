"""The project leaders' reports in Airflow: their pages behind Airflow's own log-in, and an entry in the menu.

Every process of Airflow loads this file; only the API server asks for the app, and only that imports anything heavy.
"""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

PATH = "/reports"


class Reports(AirflowPlugin):  # type: ignore[misc]
    """Registers the app of the reports and its entry."""

    name = "reports"
    external_views = [  # noqa: RUF012 - Airflow's own attribute
        {
            "name": "Rapporten",
            "href": f"{urlsplit(conf.get('api', 'base_url', fallback='')).path.rstrip('/')}{PATH}/",
            "url_route": "reports",
            "destination": "nav",
        }
    ]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """Return the app; asked for by the API server alone."""
        from airflow.api_fastapi.core_api.security import GetUserDep

        from pipeline.reports.night_pages import reports_folder
        from pipeline.reports.web import make_app
        from pipeline.settings import read_settings

        def signed_in(user: GetUserDep) -> str:
            return str(user.get_name())

        return [
            {
                "app": make_app(reports_folder(read_settings()) / "pages", signed_in),
                "url_prefix": PATH,
                "name": "Rapporten",
            }
        ]
