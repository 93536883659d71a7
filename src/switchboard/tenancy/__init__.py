"""Organizations, clients (brands), people, roles, sign-in, audit."""
