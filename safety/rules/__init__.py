"""What an adverse event is, in CDASH's terms, and what can't be true of one."""
