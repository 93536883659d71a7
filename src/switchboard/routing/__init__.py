"""The Floor: queues, waiting contacts, agents and offers, decided in memory and journaled."""
