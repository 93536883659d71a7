"""The same Floor under a virtual clock. Empty until routing is simulated."""
