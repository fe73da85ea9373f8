"""The life of a subject in a trial, as tables."""
