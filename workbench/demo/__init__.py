"""A rehearsal site on one laptop: prepared from nothing, then served with its worker inside."""
