"""The release desk in a browser: an item's view model in, pages out. Knows nothing of Airflow but who signed in."""
