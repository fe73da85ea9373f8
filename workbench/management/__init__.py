"""Commands for who keeps a site: thin doors to reading, actions and the rehearsal."""
