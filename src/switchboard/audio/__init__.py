"""Pure signal processing on numpy arrays: G.711, mixing, tones."""
