"""Which agent gets the contact: one file per strategy, one contract test for all."""
