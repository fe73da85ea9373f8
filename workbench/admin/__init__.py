"""The stock registers: all is read; what is added goes through an action. Django looks here for them."""

from workbench.admin import accounts, notices, trials

__all__ = ["accounts", "notices", "trials"]
