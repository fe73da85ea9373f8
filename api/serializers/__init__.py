"""What is sent and what is answered, as typed documents; one module for each noun."""
