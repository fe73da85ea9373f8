"""The acts on visits, one module for each noun."""
