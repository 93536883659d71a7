"""The house's own rules, each as a function from source to findings; the tests are in tests/architecture."""
