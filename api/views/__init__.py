"""One address, one view: guard, parse, one action, respond. One module for each noun."""
