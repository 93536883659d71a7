"""`switchboard bench ...`: what the product costs, as JSON on stdout."""
