"""Who is calling: people recognised by their identities."""
