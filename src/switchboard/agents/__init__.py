"""Agent states, reasons, skills and where an agent can be reached."""
