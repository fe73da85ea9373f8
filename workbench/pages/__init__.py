"""The pages: each view guards, reads, does one act or shows, and answers."""
