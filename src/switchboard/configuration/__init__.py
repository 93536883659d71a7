"""Configuration as code: one YAML file brings an organization to a state, or is written from it."""
