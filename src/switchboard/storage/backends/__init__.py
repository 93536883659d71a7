"""One module per database engine; only these know a driver."""
