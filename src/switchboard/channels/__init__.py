"""How customers come in: one folder per channel and nothing else."""
