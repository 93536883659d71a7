"""Database, journal, group-commit writer, jobs, migrations."""
