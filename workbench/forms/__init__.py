"""Forms of the protocol on a page: what was typed, what the capture rules say of it, how it is shown."""
