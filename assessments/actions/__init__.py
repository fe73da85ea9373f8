"""The acts on captured forms and on eligibility, one module for each noun."""
