"""The life of a data query, as a table, and who asks."""
