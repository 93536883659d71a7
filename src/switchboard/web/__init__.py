"""How staff come in: the API, the live feed and the built user interface."""
