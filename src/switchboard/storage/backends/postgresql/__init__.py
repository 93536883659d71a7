"""PostgreSQL through asyncpg.

committer  the group-commit writer's way in       backend    the whole, as `storage.backend.Backend`
"""
