"""What a captured form may say, what follows from it, and what it means for eligibility and response."""
