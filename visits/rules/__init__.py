"""When things should happen, when they did, and how far the two lie apart."""
