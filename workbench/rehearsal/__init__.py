"""A trial rehearsed before its first subject: a seeded script, and a driver that plays it."""
