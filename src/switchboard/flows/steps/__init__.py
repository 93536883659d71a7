"""One file per flow step."""
