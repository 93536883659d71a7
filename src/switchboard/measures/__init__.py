"""Every metric's formula: pure, named and versioned."""
