"""What a protocol may say and how its sentences are judged: plain functions and documents."""
